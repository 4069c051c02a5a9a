package fleet

import (
	"fmt"
	"strings"
)

// parseName splits a host's name into connector and address: "web1" and
// "@ssh/web1" are reached by ssh, "@local" is this machine.
func parseName(name string) (connector, address string, err error) {
	if strings.TrimSpace(name) == "" {
		return "", "", fmt.Errorf("a host without a name")
	}
	if !strings.HasPrefix(name, "@") {
		return "ssh", name, nil
	}
	connector, address, _ = strings.Cut(name[1:], "/")
	if connector == "" || connector == "ssh" && address == "" {
		return "", "", fmt.Errorf("host %q: write @connector/name, such as @ssh/web1 or @local", name)
	}
	return connector, address, nil
}
