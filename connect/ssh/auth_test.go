//go:build unix

package ssh

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"cygnet/connect"
	"cygnet/fleet"
)

// try logs in to a door once.
func try(t *testing.T, d door, data fleet.Data) error {
	t.Helper()
	addr := d.open(t)
	all := fleet.Data{"ssh_hostname": addr.IP.String(), "ssh_port": addr.Port, "ssh_user": "someone"}
	for k, v := range data {
		all[k] = v
	}
	conn, err := (&Connector{}).Connect(t.Context(), inventory(t, "host", all))
	if err != nil {
		return err
	}
	return conn.Close()
}

func TestKeys(t *testing.T) {
	dir := home(t)
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		key := newKey(t, kind)
		d := door{user: signer(t, key).PublicKey()}
		path := dir + "/" + kind
		writeKey(t, path, key, "")
		writeKey(t, path+"-encrypted", key, "pass word")
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path+"-pkcs8", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
		cases := []fleet.Data{
			{"ssh_key": path},
			{"ssh_key": "~/" + kind},
			{"ssh_key": path + "-pkcs8"},
			{"ssh_key": path + "-encrypted", "ssh_key_password": "pass word"},
		}
		switch k := key.(type) {
		case *rsa.PrivateKey:
			write(t, path+"-pem", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)})))
			cases = append(cases, fleet.Data{"ssh_key": path + "-pem"})
		case *ecdsa.PrivateKey:
			der, err := x509.MarshalECPrivateKey(k)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path+"-pem", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})))
			cases = append(cases, fleet.Data{"ssh_key": path + "-pem"})
		}
		for _, data := range cases {
			if err := try(t, d, data); err != nil {
				t.Errorf("%v: %v", data, err)
			}
		}
	}
}

// TestKeyOfSSHKeygen reads what the real tool writes, in the old format too.
func TestKeyOfSSHKeygen(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen here")
	}
	dir := home(t)
	for i, args := range [][]string{{"-t", "ed25519"}, {"-t", "rsa", "-m", "PEM"}, {"-t", "ecdsa", "-m", "PEM"}} {
		path := dir + "/" + string(rune('a'+i))
		if out, err := exec.Command(keygen, append(args, "-q", "-N", "pass word", "-f", path)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		public := publicHalf(path)
		if public == nil {
			t.Fatal("no public half")
		}
		if err := try(t, door{user: public}, fleet.Data{"ssh_key": path, "ssh_key_password": "pass word"}); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		err := try(t, door{user: public}, fleet.Data{"ssh_key": path, "ssh_key_password": "wrong"})
		if err == nil || !errors.Is(err, connect.ErrNeedsPerson) {
			t.Fatalf("%v: %v", args, err)
		}
		contains(t, err.Error(), path, "ssh_key_password is wrong")
	}
}

func TestKeyMistakes(t *testing.T) {
	dir := home(t)
	key := newKey(t, "ed25519")
	writeKey(t, dir+"/encrypted", key, "pass word")
	write(t, dir+"/public", string(ssh.MarshalAuthorizedKey(signer(t, key).PublicKey())))
	write(t, dir+"/nonsense", "nonsense")
	for path, want := range map[string]string{
		dir + "/encrypted": "is encrypted: set ssh_key_password",
		dir + "/public":    "is a public key",
		dir + "/nonsense":  "cannot be read",
		dir + "/none":      "does not exist",
		dir:                "is a directory",
	} {
		err := try(t, door{}, fleet.Data{"ssh_key": path})
		if err == nil || !errors.Is(err, connect.ErrNeedsPerson) {
			t.Errorf("%s: %v", path, err)
			continue
		}
		contains(t, err.Error(), path, want)
	}
}

func TestPasswords(t *testing.T) {
	home(t)
	for _, d := range []door{{password: "it's"}, {password: "it's", asks: true}} {
		if err := try(t, d, fleet.Data{"ssh_password": "it's"}); err != nil {
			t.Errorf("%+v: %v", d, err)
		}
		err := try(t, d, fleet.Data{"ssh_password": "wrong one"})
		if refused, ok := errors.AsType[*AuthError](err); !ok || !errors.Is(err, connect.ErrNeedsPerson) {
			t.Errorf("%+v: %v", d, err)
		} else {
			contains(t, err.Error(), "user someone is not let in: tried password")
			if strings.Contains(err.Error(), "wrong one") || len(refused.Tried) != 1 {
				t.Errorf("%v", err)
			}
		}
	}
	err := try(t, door{password: "x"}, nil)
	if err == nil {
		t.Fatal("let in without a password")
	}
	contains(t, err.Error(), "there was no key or password to try")
}

func TestDefaultKeys(t *testing.T) {
	dir := home(t)
	key := newKey(t, "ecdsa")
	writeKey(t, dir+"/.ssh/id_ed25519", newKey(t, "ed25519"), "")
	writeKey(t, dir+"/.ssh/id_ecdsa", key, "")
	writeKey(t, dir+"/.ssh/id_rsa", newKey(t, "rsa"), "pass word")
	d := door{user: signer(t, key).PublicKey()}
	if err := try(t, d, nil); err != nil {
		t.Error(err)
	}
	if err := try(t, d, fleet.Data{"ssh_look_for_keys": false}); err == nil {
		t.Error("it looked for keys")
	}
	err := try(t, door{user: signer(t, newKey(t, "ed25519")).PublicKey()}, nil)
	if err == nil {
		t.Fatal("let in with the wrong keys")
	}
	contains(t, err.Error(), "tried key "+dir+"/.ssh/id_ed25519, key "+dir+"/.ssh/id_ecdsa;", "id_rsa is encrypted")
	write(t, dir+"/.ssh/config", "Host 127.*\n  IdentityFile %d/.ssh/mine\n  User someone\n")
	writeKey(t, dir+"/.ssh/mine", key, "")
	if err := try(t, d, nil); err != nil {
		t.Errorf("IdentityFile: %v", err)
	}
}

func TestCertificate(t *testing.T) {
	dir := home(t)
	authority, key := signer(t, newKey(t, "ed25519")), newKey(t, "rsa")
	cert := &ssh.Certificate{Key: signer(t, key).PublicKey(), CertType: ssh.UserCert, ValidPrincipals: []string{"someone"}, ValidBefore: ssh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	writeKey(t, dir+"/key", key, "")
	write(t, dir+"/key-cert.pub", string(ssh.MarshalAuthorizedKey(cert)))
	if err := try(t, door{user: authority.PublicKey(), certs: true}, fleet.Data{"ssh_key": dir + "/key"}); err != nil {
		t.Error(err)
	}
}

func TestAgent(t *testing.T) {
	dir := home(t)
	key, other := newKey(t, "ed25519"), newKey(t, "ecdsa")
	ring := agent.NewKeyring()
	for _, k := range []any{other, key} {
		if err := ring.Add(agent.AddedKey{PrivateKey: k}); err != nil {
			t.Fatal(err)
		}
	}
	listener, err := net.Listen("unix", dir+"/agent")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(ring, conn); conn.Close() }()
		}
	}()
	t.Setenv("SSH_AUTH_SOCK", dir+"/agent")
	d := door{user: signer(t, key).PublicKey()}
	if err := try(t, d, nil); err != nil {
		t.Error(err)
	}
	if err := try(t, d, fleet.Data{"ssh_allow_agent": false}); err == nil {
		t.Error("it asked the agent")
	}
	writeKey(t, dir+"/encrypted", key, "unknown")
	if err := try(t, d, fleet.Data{"ssh_key": dir + "/encrypted"}); err != nil {
		t.Errorf("an encrypted key that the agent has: %v", err)
	}
	writeKey(t, dir+"/third", newKey(t, "ed25519"), "unknown")
	err = try(t, d, fleet.Data{"ssh_key": dir + "/third"})
	if err == nil {
		t.Fatal("another key of the agent was used")
	}
	contains(t, err.Error(), "third is encrypted")
	write(t, dir+"/.ssh/config", "IdentitiesOnly yes\nIdentityFile ~/mine\n")
	write(t, dir+"/mine.pub", string(ssh.MarshalAuthorizedKey(signer(t, other).PublicKey())))
	err = try(t, d, nil)
	if err == nil {
		t.Fatal("IdentitiesOnly offered a key that is not named")
	}
	contains(t, err.Error(), "tried 1 key of the agent")
	write(t, dir+"/mine.pub", string(ssh.MarshalAuthorizedKey(signer(t, key).PublicKey())))
	if err := try(t, d, nil); err != nil {
		t.Errorf("IdentitiesOnly with the key that is named: %v", err)
	}
	t.Setenv("SSH_AUTH_SOCK", dir+"/none")
	if err := try(t, d, fleet.Data{"ssh_config_file": "/dev/null"}); err == nil {
		t.Error("let in without an agent")
	} else {
		contains(t, err.Error(), "agent: dial unix")
	}
}
