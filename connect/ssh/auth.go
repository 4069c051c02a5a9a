package ssh

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// A login tries to log in to one host, and knows what it has tried.
type login struct {
	connector *Connector
	settings  *settings
	named     *key // the key that host data names
	agent     net.Conn
	tried     []string
	skipped   []string
}

// newLogin reads the key that is named: a mistake there is one before the host
// is reached.
func (c *Connector) newLogin(s *settings) (*login, error) {
	l := &login{connector: c, settings: s}
	if s.key == "" {
		return l, nil
	}
	k, err := c.key(keyFile{s.key, s.keyPassword})
	if err != nil && !(errors.Is(err, errEncrypted) && s.agent != "") {
		return nil, err
	}
	l.named = &k
	return l, nil
}

// close gives up the agent. It is to be called when the login is over.
func (l *login) close() {
	if l.agent != nil {
		// Nothing was written that closing could lose.
		_ = l.agent.Close()
	}
}

// methods are the ways to log in, in the order in which they are tried.
func (l *login) methods() []ssh.AuthMethod {
	methods := []ssh.AuthMethod{ssh.PublicKeysCallback(l.signers)}
	if !l.settings.hasPassword {
		return methods
	}
	password := l.settings.password.Reveal()
	return append(methods,
		ssh.PasswordCallback(func() (string, error) {
			l.try("password")
			return password, nil
		}),
		ssh.KeyboardInteractive(func(_, _ string, questions []string, echos []bool) ([]string, error) {
			l.try("password")
			answers := make([]string, len(questions))
			for i := range questions {
				if !echos[i] {
					answers[i] = password
				}
			}
			return answers, nil
		}))
}

func (l *login) try(what string) { l.tried = append(l.tried, what) }

// signers returns the keys to offer, the likeliest first. A key that host data
// names is the only one, as a host counts every offer against the user.
func (l *login) signers() ([]ssh.Signer, error) {
	s := l.settings
	if l.named != nil && l.named.signer != nil {
		l.try("key " + s.key)
		return []ssh.Signer{l.named.signer}, nil
	}
	held := l.agentSigners()
	if l.named != nil {
		found := only(held, l.named.public)
		if len(found) == 0 {
			l.skipped = append(l.skipped, fmt.Sprintf("key %s %v", s.key, errEncrypted))
			return nil, nil
		}
		l.try("key " + s.key + " of the agent")
		return found, nil
	}
	var signers []ssh.Signer
	var publics []ssh.PublicKey
	for _, path := range s.identities {
		signers, publics = l.offer(path, signers, publics)
	}
	if s.identitiesOnly {
		held = only(held, publics...)
	}
	if len(held) > 0 {
		l.try(count(len(held), "key") + " of the agent")
	}
	signers = append(signers, held...)
	for _, path := range s.defaults {
		if s.identitiesOnly && len(s.identities) > 0 {
			break
		}
		signers, _ = l.offer(path, signers, nil)
	}
	return signers, nil
}

// offer adds the key of a file, if there is one that can be used.
func (l *login) offer(path string, signers []ssh.Signer, publics []ssh.PublicKey) ([]ssh.Signer, []ssh.PublicKey) {
	k, err := l.connector.key(keyFile{path, l.settings.keyPassword})
	if k.public == nil {
		k.public = publicHalf(path)
	}
	if k.public != nil {
		publics = append(publics, k.public)
	}
	switch {
	case err == nil:
		l.try("key " + path)
		signers = append(signers, k.signer)
	case !errors.Is(err, fs.ErrNotExist):
		l.skipped = append(l.skipped, err.Error())
	}
	return signers, publics
}

func publicHalf(path string) ssh.PublicKey {
	text, err := os.ReadFile(path + ".pub")
	if err != nil {
		return nil
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		return nil
	}
	return public
}

// agentSigners returns the keys of the agent, none if it does not answer.
func (l *login) agentSigners() []ssh.Signer {
	if l.settings.agent == "" {
		return nil
	}
	conn, err := net.Dial("unix", l.settings.agent)
	if err != nil {
		l.skipped = append(l.skipped, fmt.Sprintf("agent: %v", err))
		return nil
	}
	l.agent = conn
	signers, err := agent.NewClient(conn).Signers()
	if err != nil {
		l.skipped = append(l.skipped, fmt.Sprintf("agent: %v", err))
	}
	return signers
}

// agentSocket says where the agent listens: what ssh_config has in
// IdentityAgent, or else the environment.
func agentSocket(configured string, tokens map[byte]string) string {
	switch {
	case strings.EqualFold(configured, "none"):
		return ""
	case configured == "" || configured == "SSH_AUTH_SOCK":
		return os.Getenv("SSH_AUTH_SOCK")
	case strings.HasPrefix(configured, "$") && !strings.HasPrefix(configured, "${"):
		return os.Getenv(configured[1:])
	}
	return homePath(expand(configured, tokens))
}

// only returns the signers of the given keys.
func only(signers []ssh.Signer, keys ...ssh.PublicKey) []ssh.Signer {
	var found []ssh.Signer
	for _, s := range signers {
		for _, k := range keys {
			if k != nil && bytes.Equal(s.PublicKey().Marshal(), k.Marshal()) {
				found = append(found, s)
				break
			}
		}
	}
	return found
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
