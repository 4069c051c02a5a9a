//go:build unix

package ssh

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	"cygnet/fleet"
)

// A door is an SSH server that lets people in and does nothing else.
type door struct {
	hostKeys []ssh.Signer
	user     ssh.PublicKey // who may come in by key
	password string        // who may by password
	asks     bool          // asks for it in a dialogue only
	certs    bool          // wants a certificate that user signed
}

// open starts the server and returns its address.
func (d door) open(t *testing.T) *net.TCPAddr {
	t.Helper()
	if len(d.hostKeys) == 0 {
		d.hostKeys = []ssh.Signer{signer(t, newKey(t, "ed25519"))}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { d.serve(conn) })
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
	})
	return listener.Addr().(*net.TCPAddr)
}

func (d door) serve(conn net.Conn) {
	defer conn.Close()
	no := errors.New("no")
	config := &ssh.ServerConfig{}
	config.PublicKeyCallback = func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if cert, ok := key.(*ssh.Certificate); d.certs && ok {
			key = cert.SignatureKey
		} else if d.certs {
			return nil, no
		}
		if d.user == nil || !bytes.Equal(key.Marshal(), d.user.Marshal()) {
			return nil, no
		}
		return nil, nil
	}
	if d.password != "" && !d.asks {
		config.PasswordCallback = func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if string(password) != d.password {
				return nil, no
			}
			return nil, nil
		}
	}
	if d.asks {
		config.KeyboardInteractiveCallback = func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Passwort: "}, []bool{false})
			if err != nil || len(answers) != 1 || answers[0] != d.password {
				return nil, no
			}
			return nil, nil
		}
	}
	for _, k := range d.hostKeys {
		config.AddHostKey(k)
	}
	c, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	go func() {
		for ch := range channels {
			ch.Reject(ssh.Prohibited, "nothing here")
		}
	}()
	c.Wait()
}

func newKey(t *testing.T, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signer(t *testing.T, key crypto.Signer) ssh.Signer {
	t.Helper()
	s, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// writeKey writes a key in OpenSSH's format, encrypted if there is a password.
func writeKey(t *testing.T, path string, key crypto.Signer, password string) {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(key, "test")
	if password != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "test", []byte(password))
	}
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(pem.EncodeToMemory(block)))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// inventory returns a host with the given data.
func inventory(t *testing.T, name string, data fleet.Data) *fleet.Host {
	t.Helper()
	inv := fleet.New()
	if err := inv.AddGroup(fleet.All, nil, fleet.Member{Name: name, Data: data}); err != nil {
		t.Fatal(err)
	}
	return inv.Hosts()[0]
}

// home gives the test a home folder of its own, without an agent.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("SSH_AUTH_SOCK", "")
	return dir
}
