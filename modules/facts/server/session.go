package server

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// sessions lists the programs that start a desktop.
const sessions = "ls /usr/bin/*session || true"

// HasGui tells whether the host has a program that starts a desktop.
type HasGui struct{}

// Command implements fact.Fact.
func (HasGui) Command() shell.Text { return shell.Raw(sessions) }

// Parse implements fact.Fact.
func (HasGui) Parse(lines []string) (bool, error) { return len(lines) > 0, nil }

// LinuxGui are the names of the desktops that the host has.
type LinuxGui struct{}

// Command implements fact.Fact.
func (LinuxGui) Command() shell.Text { return shell.Raw(sessions) }

var desktops = map[string]string{
	"/usr/bin/gnome-session":  "GNOME",
	"/usr/bin/lxsession":      "LXDE",
	"/usr/bin/mate-session":   "MATE",
	"/usr/bin/plasma_session": "KDE Plasma",
	"/usr/bin/xfce4-session":  "XFCE 4",
}

// Parse implements fact.Fact.
func (LinuxGui) Parse(lines []string) ([]string, error) {
	names := []string{}
	for _, l := range lines {
		if name, ok := desktops[strings.TrimSpace(l)]; ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// Locales are the locales that the host has built.
type Locales struct{}

// Command implements fact.Fact.
func (Locales) Command() shell.Text { return shell.Raw("locale -a") }

// Requires implements fact.Requirer.
func (Locales) Requires() string { return "locale" }

// Zero implements fact.Zeroer.
func (Locales) Zero() []string { return []string{} }

// Parse implements fact.Fact.
func (Locales) Parse(lines []string) ([]string, error) { return append([]string{}, lines...), nil }

// Port is the process that listens on a port: in deploy files a list of its name
// and its process ID, both None if nothing is known to listen. Who is not root
// learns only of processes of their own.
type Port struct {
	// Port is the number.
	Port int `arg:",required"`
	// Protocol is "tcp" or "udp"; empty is tcp.
	Protocol string
}

// A Listener is a process that listens; it is empty if none does.
type Listener struct {
	Name string
	PID  int
}

// Plain implements fact.Plainer.
func (l Listener) Plain() any {
	if l.Name == "" {
		return []any{nil, nil}
	}
	return []any{l.Name, int64(l.PID)}
}

// Command implements fact.Fact.
func (p Port) Command() shell.Text {
	kind := "t"
	if p.Protocol == "udp" {
		kind = "u"
	}
	return shell.Words("ss", "-lp"+kind+"nH", fmt.Sprintf("src :%d", p.Port))
}

// Requires implements fact.Requirer.
func (Port) Requires() string { return "ss" }

var listener = regexp.MustCompile(`users:\(\("([^"]+)",pid=(\d+)`)

// Parse implements fact.Fact. Of several processes it takes the first.
func (Port) Parse(lines []string) (Listener, error) {
	for _, l := range lines {
		m := listener.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		if pid, err := strconv.Atoi(m[2]); err == nil {
			return Listener{m[1], pid}, nil
		}
	}
	return Listener{}, nil
}

var (
	_ fact.Fact[bool]     = HasGui{}
	_ fact.Fact[[]string] = LinuxGui{}
	_ fact.Fact[[]string] = Locales{}
	_ fact.Fact[Listener] = Port{}
)
