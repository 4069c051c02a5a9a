package ssh

import (
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"cygnet/fleet"
	"cygnet/shell"
)

// Settings are how to reach and log in to one host.
type settings struct {
	address     string // host name or address, as dialled
	port        int
	user        string
	password    shell.Secret
	hasPassword bool

	key            string // the key that host data names, or empty
	keyPassword    shell.Secret
	identities     []string // keys that ssh_config names
	defaults       []string // keys to look for
	agent          string   // the agent's socket, or empty
	identitiesOnly bool     // of the agent's keys only those named

	knownHosts []string // the first is written to
	policy     policy
	timeout    time.Duration
}

// A policy says what to do about a host whose key is not known.
type policy int

const (
	acceptNew policy = iota // keep it
	strict                  // refuse it
	ask                     // refuse it too, as nobody is there to be asked
	lax                     // accept it, and also one that changed
)

// later are data keys of pyinfra that would change how a host is reached and
// are not there yet.
var later = []struct {
	key  string
	set  func(any) bool
	hint string
}{
	{"ssh_forward_agent", truthy, "agent forwarding is not supported"},
	{"ssh_paramiko_connect_kwargs", truthy, "there is no paramiko here: use the ssh_* data or ssh_config"},
	{"ssh_file_transfer_protocol", func(v any) bool { return truthy(v) && v != "sftp" },
		"files are sent through the shell, which needs neither sftp nor scp"},
	{"ssh_proxy_jump", truthy, "jump hosts are not supported"},
	{"ssh_proxy_command", truthy, "proxy commands are not supported"},
}

func truthy(v any) bool { return v != nil && v != false && v != "" }

// settings reads a host's data and ssh_config.
func (c *Connector) settings(host *fleet.Host) (*settings, error) {
	for _, l := range later {
		if v, ok := host.Lookup(l.key); ok && l.set(v) {
			return nil, fmt.Errorf("data %q: %s: remove it", l.key, l.hint)
		}
	}
	d := &data{host: host}
	alias := d.string("ssh_hostname", host.Address)
	configFile := d.string("ssh_config_file", "")
	if d.err != nil {
		return nil, d.err
	}
	if alias == "" {
		return nil, fmt.Errorf("host %s has no address: set ssh_hostname", host.Name)
	}
	config, err := c.config(configFile)
	if err != nil {
		return nil, err
	}
	d.config = config.lookup(alias)
	s := d.login(alias)
	d.keys(s, alias)
	d.trust(s)
	s.timeout = d.timeout(c.Timeout)
	if d.err != nil {
		return nil, d.err
	}
	return s, d.proxies(alias)
}

// data reads one host's data, with ssh_config behind it, and keeps the first
// error.
type data struct {
	host   *fleet.Host
	config values
	err    error
}

func (d *data) fail(err error) {
	if d.err == nil && err != nil {
		d.err = err
	}
}

func (d *data) string(key, def string) string {
	v, err := d.host.String(key, def)
	d.fail(err)
	return v
}

func (d *data) bool(key string, def bool) bool {
	v, err := d.host.Bool(key, def)
	d.fail(err)
	return v
}

// secret reads a value that may be a plain string or already a secret.
func (d *data) secret(key string) (shell.Secret, bool) {
	v, _ := d.host.Lookup(key)
	if s, ok := v.(shell.Secret); ok {
		return s, true
	}
	s := d.string(key, "")
	return shell.NewSecret(s), s != ""
}

// login reads where the host is and who logs in.
func (d *data) login(alias string) *settings {
	s := &settings{address: alias, port: 22}
	me, err := user.Current()
	if err == nil {
		s.user = me.Username[strings.LastIndexByte(me.Username, '\\')+1:] // Windows: DOMAIN\user
	}
	s.user = d.string("ssh_user", d.config.first("User", s.user))
	if s.user == "" {
		d.fail(errors.New("no user to log in as: set ssh_user"))
	}
	port := d.config.first("Port", "22")
	if v, ok := d.host.Lookup("ssh_port"); ok && v != nil {
		n, err := d.host.Int("ssh_port", 0)
		d.fail(err)
		port = strconv.Itoa(n)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		d.fail(fmt.Errorf("port %q: must be a number from 1 to 65535", port))
	}
	s.port = int(n)
	if name := d.config.first("HostName", ""); name != "" {
		s.address = expand(name, map[byte]string{'h': alias, 'n': alias})
	}
	// An IPv6 address may come as in a URL.
	s.address = strings.TrimSuffix(strings.TrimPrefix(s.address, "["), "]")
	s.password, s.hasPassword = d.secret("ssh_password")
	return s
}

// keys reads which keys to log in with.
func (d *data) keys(s *settings, alias string) {
	s.keyPassword, _ = d.secret("ssh_key_password")
	if key := d.string("ssh_key", ""); key != "" {
		s.key = homePath(key)
	}
	tokens := s.tokens(alias)
	for _, file := range d.config.all("IdentityFile") {
		if strings.EqualFold(file, "none") {
			continue
		}
		s.identities = append(s.identities, homePath(expand(file, tokens)))
	}
	s.identitiesOnly = strings.EqualFold(d.config.first("IdentitiesOnly", "no"), "yes")
	if d.bool("ssh_look_for_keys", true) && len(s.identities) == 0 {
		for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
			s.defaults = append(s.defaults, homePath("~/.ssh/"+name))
		}
	}
	if d.bool("ssh_allow_agent", true) {
		s.agent = agentSocket(d.config.first("IdentityAgent", ""), tokens)
	}
}

// tokens are what ssh_config may abbreviate, see TOKENS in ssh_config(5).
func (s *settings) tokens(alias string) map[byte]string {
	tokens := map[byte]string{'h': s.address, 'n': alias, 'p': strconv.Itoa(s.port), 'r': s.user, 'd': homePath("~")}
	if me, err := user.Current(); err == nil {
		tokens['u'], tokens['i'] = me.Username, me.Uid
	}
	return tokens
}

// trust reads which host keys to believe.
func (d *data) trust(s *settings) {
	switch file := d.string("ssh_known_hosts_file", ""); {
	case file != "":
		s.knownHosts = []string{homePath(file)}
	default:
		for _, f := range words(d.config.first("UserKnownHostsFile", "~/.ssh/known_hosts")) {
			if !strings.EqualFold(f, "none") {
				s.knownHosts = append(s.knownHosts, homePath(expand(f, s.tokens(s.address))))
			}
		}
		if filepath.Separator == '/' {
			s.knownHosts = append(s.knownHosts, "/etc/ssh/ssh_known_hosts")
		}
	}
	text := d.config.first("StrictHostKeyChecking", "accept-new")
	switch v, _ := d.host.Lookup("ssh_strict_host_key_checking"); v {
	case true:
		text = "yes"
	case false:
		text = "no"
	default:
		text = d.string("ssh_strict_host_key_checking", text)
	}
	switch strings.ToLower(text) {
	case "accept-new":
		s.policy = acceptNew
	case "yes":
		s.policy = strict
	case "ask":
		s.policy = ask
	case "no", "off":
		s.policy = lax
	default:
		d.fail(fmt.Errorf("ssh_strict_host_key_checking %q: use accept-new, yes or no", text))
	}
}

func (d *data) timeout(set time.Duration) time.Duration {
	if set > 0 {
		return set
	}
	text := d.config.first("ConnectTimeout", "none")
	if strings.EqualFold(text, "none") {
		return DefaultTimeout
	}
	seconds, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		d.fail(fmt.Errorf("ssh_config: ConnectTimeout %q: must be a number of seconds", text))
	}
	if seconds == 0 {
		return DefaultTimeout
	}
	return time.Duration(seconds) * time.Second
}

// proxies refuses what would have to be gone through.
func (d *data) proxies(alias string) error {
	for _, keyword := range []string{"ProxyJump", "ProxyCommand"} {
		if v := d.config.first(keyword, "none"); !strings.EqualFold(v, "none") {
			return fmt.Errorf("%s sets %s for %s, which is not supported: set ssh_hostname to an address that can be reached directly, or ssh_config_file to a file without it",
				d.config.file, keyword, alias)
		}
	}
	return nil
}
