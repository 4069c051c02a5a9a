package ssh

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/crypto/ssh"

	"cygnet/shell"
)

// A keyFile is a private key and what it is encrypted with.
type keyFile struct {
	path     string
	password shell.Secret
}

// A key is what a file holds. Without its password an encrypted one has no
// signer, but perhaps a public half, by which the agent may have it.
type key struct {
	signer ssh.Signer
	public ssh.PublicKey
}

// errEncrypted says that a key needs a password which is not there.
var errEncrypted = errors.New("is encrypted: set ssh_key_password, or add it to the agent with ssh-add")

// key reads a private key. The key is useful even where the error is
// errEncrypted.
func (c *Connector) key(file keyFile) (key, error) {
	return c.keys.get(file, func() (key, error) { return readKey(file) })
}

func readKey(file keyFile) (key, error) {
	text, err := os.ReadFile(file.path)
	if errors.Is(err, fs.ErrNotExist) {
		return key{}, fmt.Errorf("key %s does not exist: %w", file.path, fs.ErrNotExist)
	}
	if err != nil {
		return key{}, fmt.Errorf("key: %w", err)
	}
	k, err := parseKey(text, file.password)
	if err != nil {
		return k, fmt.Errorf("key %s %w", file.path, err)
	}
	return k.withCertificate(file.path), nil
}

func parseKey(text []byte, password shell.Secret) (key, error) {
	signer, err := ssh.ParsePrivateKey(text)
	missing, encrypted := errors.AsType[*ssh.PassphraseMissingError](err)
	if encrypted && password.Reveal() == "" {
		return key{public: missing.PublicKey}, errEncrypted
	}
	if encrypted {
		signer, err = ssh.ParsePrivateKeyWithPassphrase(text, []byte(password.Reveal()))
	}
	switch {
	case err == nil:
		return key{signer: signer, public: signer.PublicKey()}, nil
	case errors.Is(err, x509.IncorrectPasswordError):
		return key{}, errors.New("cannot be decrypted: ssh_key_password is wrong")
	case bytes.Contains(text, []byte("BEGIN ENCRYPTED PRIVATE KEY")):
		return key{}, errors.New("is encrypted in the PKCS #8 format, which is not supported: convert it with ssh-keygen -p -f")
	}
	if _, _, _, _, publicErr := ssh.ParseAuthorizedKey(text); publicErr == nil {
		return key{}, errors.New("is a public key: name the private one")
	}
	return key{}, fmt.Errorf("cannot be read: %w", err)
}

// withCertificate signs with the certificate beside the key, if there is one,
// as OpenSSH does.
func (k key) withCertificate(path string) key {
	text, err := os.ReadFile(path + "-cert.pub")
	if err != nil {
		return k
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		return k
	}
	certificate, ok := public.(*ssh.Certificate)
	if !ok {
		return k
	}
	if signer, err := ssh.NewCertSigner(certificate, k.signer); err == nil {
		k.signer = signer
	}
	return k
}
