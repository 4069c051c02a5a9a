//go:build unix

package ssh

import (
	"os/user"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/fleet"
	"cygnet/shell"
)

func TestConfig(t *testing.T) {
	dir := home(t)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("KEYS", "/keys")
	write(t, dir+"/.ssh/more", "Host included\n  User fromInclude\n")
	write(t, dir+"/.ssh/config", `# comment
Include more
Host web
    HostName %h.example.com
    Port 2222
    User alice
    IdentityFile ~/.ssh/%r@%h
    IdentityFile "${KEYS}/with space"
    ConnectTimeout 7
    StrictHostKeyChecking yes
    UserKnownHostsFile ~/.ssh/a "/b c"
host=db*
    hostname=10.0.0.2
    PROXYJUMP none
Host !not *.jump
    ProxyJump bastion
Host command
    ProxyCommand nc %h %p
Match originalhost matched,other
    User byMatch
Match localuser `+me.Username+` host local
    User byLocalUser
Match localuser nobody-else-has-this-name
    User wrong
Match canonical all
    User wrong
Host *
    User everyone
Match final all
    Port 2200
`)
	for _, tt := range []struct {
		name string
		data fleet.Data
		want settings
	}{
		{"web", nil, settings{address: "web.example.com", port: 2222, user: "alice", timeout: 7 * time.Second, policy: strict,
			identities: []string{dir + "/.ssh/alice@web.example.com", "/keys/with space"}, knownHosts: []string{dir + "/.ssh/a", "/b c", "/etc/ssh/ssh_known_hosts"}}},
		{"web", fleet.Data{"ssh_user": "bob", "ssh_port": 22, "ssh_strict_host_key_checking": "no", "ssh_known_hosts_file": "~/k", "ssh_key": "~/mine"},
			settings{address: "web.example.com", port: 22, user: "bob", timeout: 7 * time.Second, policy: lax, key: dir + "/mine",
				identities: []string{dir + "/.ssh/bob@web.example.com", "/keys/with space"}, knownHosts: []string{dir + "/k"}}},
		{"db1", nil, settings{address: "10.0.0.2", port: 2200, user: "everyone"}},
		{"named", fleet.Data{"ssh_hostname": "db7"}, settings{address: "10.0.0.2", port: 2200, user: "everyone"}},
		{"matched", nil, settings{address: "matched", port: 2200, user: "byMatch"}},
		{"local", nil, settings{address: "local", port: 2200, user: "byLocalUser"}},
		{"ipv6", fleet.Data{"ssh_hostname": "[fe80::1]"}, settings{address: "fe80::1", port: 2200, user: "everyone"}},
		{"included", nil, settings{address: "included", port: 2200, user: "fromInclude"}},
	} {
		got, err := (&Connector{}).settings(inventory(t, tt.name, tt.data))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if tt.want.timeout == 0 {
			tt.want.timeout = DefaultTimeout
			tt.want.knownHosts = []string{dir + "/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"}
		}
		got.defaults = nil
		if diff := cmp.Diff(&tt.want, got, cmp.AllowUnexported(settings{}), cmp.Comparer(func(a, b shell.Secret) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for name, want := range map[string]string{"x.jump": "sets ProxyJump for x.jump", "command": "sets ProxyCommand for command"} {
		if _, err := (&Connector{}).settings(inventory(t, name, nil)); err == nil {
			t.Errorf("%s: the proxy was passed over", name)
		} else {
			contains(t, err.Error(), dir+"/.ssh/config", want)
		}
	}
}

func TestConfigMistakes(t *testing.T) {
	dir := home(t)
	file := dir + "/config"
	for text, want := range map[string]string{
		"Host a\n  User b\nMatch exec \"true\"\n  User c\n": file + `:3: Match: the criterion "exec" is not supported`,
		"Match user root\n  Port 1\n":                       file + `:1: Match: the criterion "user" is not supported`,
		"Match host a originalhost b\n":                     file + ":1: Match: two criteria for hosts",
		"ConnectTimeout soon\n":                             `ConnectTimeout "soon"`,
		"Port none\n":                                       `port "none"`,
		"StrictHostKeyChecking perhaps\n":                   "use accept-new, yes or no",
	} {
		write(t, file, text)
		_, err := (&Connector{}).settings(inventory(t, "web", fleet.Data{"ssh_config_file": file}))
		if err == nil {
			t.Errorf("%q was taken", text)
			continue
		}
		contains(t, err.Error(), want)
	}
}

func FuzzMatches(f *testing.F) {
	for _, s := range []string{"Match all\n", "Match host a,b\nUser x", "match final all", "Match originalhost \"a b", "Match", "Host a\n\tMatch exec x", "Match=all"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseConfig("file", text)
		if err == nil {
			c.lookup("web").first("User", "")
		}
	})
}
