//go:build unix

package ssh

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"cygnet/connect"
	"cygnet/fleet"
)

// meet connects to a door with a known_hosts file.
func meet(t *testing.T, c *Connector, address, file string, more fleet.Data) (first bool, err error) {
	t.Helper()
	hostname, port, _ := strings.Cut(address, ":")
	data := fleet.Data{"ssh_hostname": hostname, "ssh_port": port, "ssh_password": "x", "ssh_known_hosts_file": file}
	for k, v := range more {
		data[k] = v
	}
	conn, err := c.Connect(t.Context(), inventory(t, "host", data))
	if err != nil {
		return false, err
	}
	return conn.(connect.FirstMeeter).FirstMet(), conn.Close()
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAcceptNew(t *testing.T) {
	dir := home(t)
	key := signer(t, newKey(t, "ed25519"))
	addr := door{hostKeys: []ssh.Signer{key}, password: "x"}.open(t).String()
	file := dir + "/new/known_hosts"
	if first, err := meet(t, &Connector{}, addr, file, nil); err != nil || !first {
		t.Fatal(first, err)
	}
	if got, want := read(t, file), knownhosts.Line([]string{addr}, key.PublicKey())+"\n"; got != want {
		t.Errorf("kept %q, want %q", got, want)
	}
	for path, want := range map[string]os.FileMode{file: 0o600, filepath.Dir(file): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if first, err := meet(t, &Connector{}, addr, file, nil); err != nil || first {
		t.Errorf("the second time: %v, %v", first, err)
	}
	// The default file, and one without a line break at its end.
	write(t, dir+"/.ssh/known_hosts", "# comment")
	if first, err := meet(t, &Connector{}, addr, "", nil); err != nil || !first {
		t.Error(first, err)
	}
	if got := read(t, dir+"/.ssh/known_hosts"); !strings.HasPrefix(got, "# comment\n[127.0.0.1]:") {
		t.Errorf("the file holds %q", got)
	}
	// Many at once keep it once.
	many := dir + "/many"
	c := &Connector{}
	var wg sync.WaitGroup
	var mu sync.Mutex
	met := 0
	for range 10 {
		wg.Go(func() {
			first, err := meet(t, c, addr, many, nil)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if first {
				met++
			}
		})
	}
	wg.Wait()
	if got := read(t, many); met != 1 || strings.Count(got, "\n") != 1 {
		t.Errorf("met %d times, kept %q", met, got)
	}
	// A file that cannot be written is not passed over.
	if _, err := meet(t, &Connector{}, addr, "/dev/full/known_hosts", nil); !errors.Is(err, connect.ErrNeedsPerson) {
		t.Errorf("a key that could not be kept: %v", err)
	}
}

func TestHostKeyPolicies(t *testing.T) {
	dir := home(t)
	key, old := signer(t, newKey(t, "ed25519")), signer(t, newKey(t, "ed25519"))
	addr := door{hostKeys: []ssh.Signer{key}, password: "x"}.open(t).String()
	line := knownhosts.Line([]string{addr}, key.PublicKey())
	hashed := strings.Replace(line, knownhosts.Normalize(addr), xknownhosts.HashHostname(knownhosts.Normalize(addr)), 1)
	oldLine := knownhosts.Line([]string{addr}, old.PublicKey())
	otherType := knownhosts.Line([]string{addr}, signer(t, newKey(t, "ecdsa")).PublicKey())
	revoked := "@revoked * " + strings.SplitN(line, " ", 2)[1]
	for i, tt := range []struct {
		name, file string
		check      any
		want       string // part of the error
		first      bool
	}{
		{"known", line, "yes", "", false},
		{"hashed", hashed, "yes", "", false},
		{"wildcard", "127.* " + strings.SplitN(line, " ", 2)[1], "yes", "", false},
		{"bad lines", "nonsense\nhost ssh-new AAAA\n|2|x|y ssh-rsa AAAA\n\n# c\n" + line, "yes", "", false},
		{"unknown", "", "accept-new", "", true},
		{"unknown, strict", "", "yes", "is not known: check it", false},
		{"unknown, true", "", true, "is not known: check it", false},
		{"unknown, ask", "", "ask", `as "ask" is taken for "yes"`, false},
		{"unknown, no", "", "no", "", true},
		{"unknown, false", "", false, "", true},
		{"changed", "# one\n" + oldLine, "accept-new", "known_hosts7:2", false},
		{"changed, strict", oldLine, "yes", "ssh-keygen -R '[127.0.0.1]:", false},
		{"changed, off", oldLine, "off", "", false},
		{"changed type", otherType, "accept-new", "its key is not the one in", false},
		{"changed among bad lines", "nonsense\n" + oldLine, "accept-new", ":2", false},
		{"revoked", line + "\n" + revoked, "accept-new", "is revoked in", false},
		{"revoked, off", revoked, "off", "is revoked in", false},
		{"wrong setting", line, "maybe", "use accept-new, yes or no", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := dir + "/known_hosts" + strconv.Itoa(i)
			if tt.want == "known_hosts7:2" {
				tt.want = file + ":2"
			}
			if tt.file != "" {
				write(t, file, tt.file+"\n")
			}
			first, err := meet(t, &Connector{}, addr, file, fleet.Data{"ssh_strict_host_key_checking": tt.check})
			if tt.want == "" {
				if err != nil || first != tt.first {
					t.Errorf("first %v, error %v", first, err)
				}
				return
			}
			if !errors.Is(err, connect.ErrNeedsPerson) {
				t.Fatalf("got %v, want an error that needs a person", err)
			}
			contains(t, err.Error(), tt.want)
			if tt.file != "" && read(t, file) != tt.file+"\n" {
				t.Errorf("the file was changed")
			}
		})
	}
}

// TestKnownKeyType asks a host for the type of key that is known of it.
func TestKnownKeyType(t *testing.T) {
	dir := home(t)
	keys := []ssh.Signer{signer(t, newKey(t, "ed25519")), signer(t, newKey(t, "ecdsa")), signer(t, newKey(t, "rsa"))}
	addr := door{hostKeys: keys, password: "x"}.open(t).String()
	for i, key := range keys {
		file := fmt.Sprintf("%s/known%d", dir, i)
		write(t, file, knownhosts.Line([]string{addr}, key.PublicKey())+"\n")
		if first, err := meet(t, &Connector{}, addr, file, nil); err != nil || first {
			t.Errorf("%s: %v, %v", key.PublicKey().Type(), first, err)
		}
	}
}

func TestHostCertificate(t *testing.T) {
	dir := home(t)
	authority, plain := signer(t, newKey(t, "ed25519")), signer(t, newKey(t, "ed25519"))
	cert := &ssh.Certificate{Key: plain.PublicKey(), CertType: ssh.HostCert, ValidPrincipals: []string{"127.0.0.1"}, ValidBefore: ssh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	certified, err := ssh.NewCertSigner(cert, plain)
	if err != nil {
		t.Fatal(err)
	}
	file, wrong := dir+"/known_hosts", dir+"/wrong"
	trust := func(key ssh.PublicKey) string {
		return "@cert-authority * " + string(ssh.MarshalAuthorizedKey(key))
	}
	write(t, file, trust(authority.PublicKey()))
	write(t, wrong, trust(plain.PublicKey()))
	addr := door{hostKeys: []ssh.Signer{certified, plain}, password: "x"}.open(t).String()
	if first, err := meet(t, &Connector{}, addr, file, fleet.Data{"ssh_strict_host_key_checking": "yes"}); err != nil || first {
		t.Errorf("a host with a certificate: %v, %v", first, err)
	}
	if _, err := meet(t, &Connector{}, addr, wrong, nil); !errors.Is(err, connect.ErrNeedsPerson) {
		t.Errorf("a certificate of someone else: %v", err)
	}
	bare := door{hostKeys: []ssh.Signer{plain}, password: "x"}.open(t).String()
	if first, err := meet(t, &Connector{}, bare, file, nil); err != nil || !first {
		t.Errorf("a host without a certificate: %v, %v", first, err)
	}
}

// BenchmarkKnownHosts is one host of many in a long file.
func BenchmarkKnownHosts(b *testing.B) {
	_, line, _ := strings.Cut(knownhosts.Line([]string{"x"}, benchmarkKey(b)), " ")
	var text strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&text, "%s %s\n", xknownhosts.HashHostname(fmt.Sprintf("host%d", i)), line)
	}
	file := b.TempDir() + "/known_hosts"
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	c := &Connector{}
	for b.Loop() {
		k, err := c.knownHostsOf([]string{file})
		if err != nil {
			b.Fatal(err)
		}
		k.algorithms("host77:22")
	}
}

func benchmarkKey(b *testing.B) ssh.PublicKey {
	b.Helper()
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"))
	if err != nil {
		b.Fatal(err)
	}
	return key
}
