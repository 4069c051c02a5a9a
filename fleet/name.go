package fleet

import (
	"fmt"
	"strconv"
	"strings"
)

// parseName splits a host's name into connector and address, and what it says
// about logging in: "web1" and "@ssh/web1" are reached by ssh, "@local" is this
// machine, and "admin@web1:2222" and "[::1]:22" have a user and a port, which
// are host data.
func parseName(name string) (connector, address string, login Data, err error) {
	if strings.TrimSpace(name) == "" {
		return "", "", nil, fmt.Errorf("a host without a name")
	}
	connector, address = "ssh", name
	if strings.HasPrefix(name, "@") {
		connector, address, _ = strings.Cut(name[1:], "/")
	}
	if connector == "" || connector == "ssh" && address == "" {
		return "", "", nil, fmt.Errorf("host %q: write @connector/name, such as @ssh/web1 or @local", name)
	}
	if connector == "ssh" {
		address, login, err = parseLogin(name, address)
	}
	return connector, address, login, err
}

// parseLogin reads user@host:port. An IPv6 address with a port is in brackets,
// as its own colons would be taken for the port's.
func parseLogin(name, text string) (host string, login Data, err error) {
	login = Data{}
	host = text
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		user := host[:i]
		if host = host[i+1:]; user == "" || host == "" {
			return "", nil, fmt.Errorf("host %q: write user@host", name)
		}
		login["ssh_user"] = user
	}
	port, hasPort := "", false
	switch inside, after, closed := strings.Cut(strings.TrimPrefix(host, "["), "]"); {
	case strings.HasPrefix(host, "["):
		if !closed || inside == "" || after != "" && after[0] != ':' {
			return "", nil, fmt.Errorf("host %q: write an address in brackets as in [::1]:22", name)
		}
		host, port, hasPort = inside, strings.TrimPrefix(after, ":"), after != ""
	case strings.Count(host, ":") == 1:
		host, port, hasPort = strings.Cut(host, ":")
	}
	if !hasPort {
		return host, login, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || host == "" {
		return "", nil, fmt.Errorf("host %q: after a colon comes a port from 1 to 65535, as in web1:2222", name)
	}
	login["ssh_port"] = int64(n)
	return host, login, nil
}
