package ssh

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"cygnet/connect"
	"cygnet/shell"
)

// hostKeyAlgorithms are the types of host key to ask for, the best first; those
// with certificates only where an authority is known.
var hostKeyAlgorithms = []string{
	ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256,
}

var certificateAlgorithms = []string{
	ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01, ssh.CertAlgoECDSA521v01,
	ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01,
}

// knownHosts are the host keys that some files hold, and those that were added
// since.
type knownHosts struct {
	files []string
	db    *knownhosts.HostKeyDB
	real  map[string]string // of a cleaned copy: the file it is of
	found cache[string, []knownhosts.PublicKey]

	revokes bool // some line revokes a key

	mu    sync.Mutex
	added map[string]ssh.PublicKey // by address
}

// knownHostsOf reads known_hosts files, those that exist.
func (c *Connector) knownHostsOf(files []string) (*knownHosts, error) {
	return c.hosts.get(strings.Join(files, "\n"), func() (*knownHosts, error) {
		k := &knownHosts{files: files, real: map[string]string{}, added: map[string]ssh.PublicKey{}}
		var present []string
		for _, f := range files {
			text, err := os.ReadFile(f)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("known_hosts: %w", err)
			}
			present = append(present, f)
			k.revokes = k.revokes || bytes.Contains(text, []byte("@revoked"))
		}
		var err error
		if k.db, err = knownhosts.NewDB(present...); err != nil {
			err = k.readCleaned(present)
		}
		if err != nil {
			return nil, fmt.Errorf("known_hosts: %w", err)
		}
		return k, nil
	})
}

// readCleaned reads files that have lines which the parser does not know, such
// as keys of other types. It skips those lines, as OpenSSH does.
func (k *knownHosts) readCleaned(files []string) error {
	dir, err := os.MkdirTemp("", "cygnet-known-hosts-")
	if err != nil {
		return err
	}
	var copies []string
	for i, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return errors.Join(err, os.RemoveAll(dir))
		}
		clean := filepath.Join(dir, fmt.Sprint(i))
		k.real[clean] = f
		copies = append(copies, clean)
		if err := os.WriteFile(clean, cleanLines(text), 0o600); err != nil {
			return errors.Join(err, os.RemoveAll(dir))
		}
	}
	k.db, err = knownhosts.NewDB(copies...)
	return errors.Join(err, os.RemoveAll(dir))
}

// cleanLines empties the lines that cannot be read, and keeps the others where
// they are.
func cleanLines(text []byte) []byte {
	lines := bytes.Split(text, []byte("\n"))
	for i, line := range lines {
		line = bytes.TrimSpace(line)
		_, hosts, _, _, _, err := ssh.ParseKnownHosts(line)
		bad := err != nil
		for _, h := range hosts {
			// The same as the parser of the library wants of a hashed name.
			bad = bad || strings.HasPrefix(h, "|") && !strings.HasPrefix(h, "|1|")
		}
		if bad || len(line) > 60<<10 {
			lines[i] = nil
		}
	}
	return bytes.Join(lines, []byte("\n"))
}

// known returns the keys that the files hold of a host. Looking for one takes
// time in a long file with hashed names, so it is done once.
func (k *knownHosts) known(address string) []knownhosts.PublicKey {
	// It never fails.
	keys, _ := k.found.get(address, func() ([]knownhosts.PublicKey, error) { return k.db.HostKeys(address), nil })
	return keys
}

// algorithms returns the types of key to ask a host for: those known of it
// first. The others follow, so that a host that has none of them any more is
// seen to have changed.
func (k *knownHosts) algorithms(address string) []string {
	var certified, list []string
	for _, known := range k.known(address) {
		switch {
		case known.Cert:
			certified = certificateAlgorithms
		case known.Type() == ssh.KeyAlgoRSA:
			list = append(list, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		default:
			list = append(list, known.Type())
		}
	}
	list = slices.Concat(certified, list)
	for _, a := range hostKeyAlgorithms {
		if !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list
}

// isKnown reports whether a key is one that the files hold of a host.
func (k *knownHosts) isKnown(address string, key ssh.PublicKey) bool {
	return slices.ContainsFunc(k.known(address), func(known knownhosts.PublicKey) bool {
		return !known.Cert && bytes.Equal(known.Marshal(), key.Marshal())
	})
}

// check decides about the key that a host showed. It reports whether the key
// was new and has been kept.
func (k *knownHosts) check(p policy, address string, remote net.Addr, key ssh.PublicKey) (kept bool, err error) {
	if !k.revokes && k.isKnown(address, key) {
		return false, nil
	}
	err = k.db.HostKeyCallback()(address, remote, key)
	if err == nil {
		return false, nil
	}
	if revoked, ok := errors.AsType[*xknownhosts.RevokedError](err); ok {
		at := k.place(revoked.Revoked)
		return false, &HostKeyError{address, "the host showed a key that is revoked in " + at + ": do not log in there", []string{at}}
	}
	mismatch, ok := errors.AsType[*xknownhosts.KeyError](err)
	if !ok {
		return false, &HostKeyError{Address: address, Reason: fmt.Sprintf("the host's certificate is not accepted: %v", err)}
	}
	var expected []string
	for _, known := range k.known(address) {
		// An authority that could have signed the key says nothing against it.
		if !known.Cert {
			expected = append(expected, k.placeOf(known.PublicKey, mismatch.Want))
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if before := k.added[address]; before != nil && len(expected) == 0 {
		if bytes.Equal(before.Marshal(), key.Marshal()) {
			return false, nil
		}
		expected = append(expected, k.files[0])
	}
	if len(expected) > 0 {
		if p == lax {
			return false, nil
		}
		return false, changed(address, key, expected)
	}
	return k.meet(p, address, key)
}

// meet is for a host whose key is not known. The lock is held.
func (k *knownHosts) meet(p policy, address string, key ssh.PublicKey) (kept bool, err error) {
	hint := ""
	switch p {
	case ask:
		hint = ", as \"ask\" is taken for \"yes\" where nobody is asked"
		fallthrough
	case strict:
		return false, &HostKeyError{Address: address, Reason: fmt.Sprintf(
			"its %s key %s is not known%s: check it and add it with ssh-keyscan, or set ssh_strict_host_key_checking to accept-new",
			key.Type(), ssh.FingerprintSHA256(key), hint)}
	}
	if err := k.keep(address, key); err != nil && p != lax {
		return false, connect.NeedsPerson(fmt.Errorf("keep the host's key: %w: make the file writable, or set ssh_known_hosts_file", err))
	}
	k.added[address] = key
	return true, nil
}

// keep appends a key to the first file in one write, so that others who write
// there at the same time do no harm.
func (k *knownHosts) keep(address string, key ssh.PublicKey) error {
	if len(k.files) == 0 || k.files[0] == os.DevNull {
		return nil
	}
	file := k.files[0]
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	line := knownhosts.Line([]string{address}, key) + "\n"
	if unended(f) {
		line = "\n" + line
	}
	_, err = io.WriteString(f, line)
	return errors.Join(err, f.Close())
}

// unended reports whether the last line of a file lacks its line break.
func unended(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	var last [1]byte
	_, err = f.ReadAt(last[:], info.Size()-1)
	return err == nil && last[0] != '\n'
}

var lineNumber = regexp.MustCompile(`:[0-9]+$`)

func changed(address string, key ssh.PublicKey, expected []string) error {
	name := knownhosts.Normalize(address)
	file := lineNumber.ReplaceAllString(expected[0], "")
	return &HostKeyError{address, fmt.Sprintf(
		"its key is not the one in %s: someone may be in between, or the host was installed anew (it shows %s %s): if that is so, forget the old key with: ssh-keygen -R %s -f %s",
		strings.Join(expected, ", "), key.Type(), ssh.FingerprintSHA256(key), shell.Quote(name), shell.Quote(file)), expected}
}

func (k *knownHosts) place(known xknownhosts.KnownKey) string {
	file := known.Filename
	if f, ok := k.real[file]; ok {
		file = f
	}
	return fmt.Sprintf("%s:%d", file, known.Line)
}

func (k *knownHosts) placeOf(key ssh.PublicKey, want []xknownhosts.KnownKey) string {
	for _, w := range want {
		if bytes.Equal(w.Key.Marshal(), key.Marshal()) {
			return k.place(w)
		}
	}
	return k.files[0]
}
