package lab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// Key is the client key that opens every machine.
func (l *Lab) Key() ssh.Signer { return l.signer }

// KeyFile is the path of the client key in OpenSSH's format, mode 0600,
// without a passphrase; its public half is beside it with the suffix ".pub".
func (l *Lab) KeyFile() string { return filepath.Join(l.dir, "id_ed25519") }

// KnownHostsFile is the path of a known_hosts file with the host keys that
// the machines had when the lab started.
func (l *Lab) KnownHostsFile() string { return filepath.Join(l.dir, "known_hosts") }

func (l *Lab) makeKey() error {
	key, err := newKey("ed25519")
	if err != nil {
		return err
	}
	if l.signer, err = ssh.NewSignerFromKey(key); err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(key, "cygnet lab")
	if err != nil {
		return err
	}
	if err := os.WriteFile(l.KeyFile(), pem.EncodeToMemory(block), 0o600); err != nil {
		return err
	}
	return os.WriteFile(l.KeyFile()+".pub", ssh.MarshalAuthorizedKey(l.signer.PublicKey()), 0o600)
}

func (l *Lab) writeKnownHosts() error {
	var b strings.Builder
	for _, m := range l.Machines {
		b.WriteString(m.KnownHosts())
	}
	return os.WriteFile(l.KnownHostsFile(), []byte(b.String()), 0o600)
}

// HostKeys are the machine's public host keys, in the order of
// [Options.HostKeys].
func (m *Machine) HostKeys() []ssh.PublicKey {
	m.mu.Lock()
	defer m.mu.Unlock()
	var keys []ssh.PublicKey
	for _, s := range m.hostKeys {
		keys = append(keys, s.PublicKey())
	}
	return keys
}

// KnownHosts returns the machine's lines for a known_hosts file, one for each
// host key, each with its newline.
func (m *Machine) KnownHosts() string {
	var b strings.Builder
	for _, key := range m.HostKeys() {
		b.WriteString(knownhosts.Line([]string{m.Addr}, key) + "\n")
	}
	return b.String()
}

// ChangeHostKey gives the machine new host keys for the connections to come,
// as if it had been installed anew. [Lab.KnownHostsFile] keeps the old ones.
func (m *Machine) ChangeHostKey() error {
	var signers []ssh.Signer
	for _, kind := range m.lab.opts.HostKeys {
		key, err := newKey(kind)
		if err != nil {
			return err
		}
		signer, err := ssh.NewSignerFromKey(key)
		if err != nil {
			return err
		}
		signers = append(signers, signer)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hostKeys = signers
	return nil
}

func newKey(kind string) (crypto.Signer, error) {
	switch kind {
	case "ed25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	case "ecdsa":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "rsa":
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return nil, fmt.Errorf("no such type of host key: %q (want ed25519, ecdsa or rsa)", kind)
}
