package server

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// KernelModules are the modules that are loaded into a Linux kernel, by name.
type KernelModules struct{}

// A KernelModule is one of them; see proc(5), /proc/modules.
type KernelModule struct {
	// Size is in bytes.
	Size string `plain:"size"`
	// Instances is how often it is in use.
	Instances int `plain:"instances"`
	// State is "Live", "Loading" or "Unloading".
	State string `plain:"state"`
	// Depends are the modules that use it. The key is left out if there are
	// none.
	Depends []string `plain:"depends,omitempty"`
}

// Command implements fact.Fact.
func (KernelModules) Command() shell.Text {
	return shell.Raw("! test -f /proc/modules || cat /proc/modules")
}

// Parse implements fact.Fact.
func (KernelModules) Parse(lines []string) (map[string]KernelModule, error) {
	modules := make(map[string]KernelModule, len(lines))
	for _, l := range lines {
		f := strings.Fields(l)
		if len(f) < 5 {
			continue
		}
		instances, err := strconv.Atoi(f[2])
		if err != nil {
			continue
		}
		m := KernelModule{Size: f[1], Instances: instances, State: f[4]}
		if f[3] != "-" {
			m.Depends = slices.DeleteFunc(strings.Split(f[3], ","), func(name string) bool { return name == "" })
		}
		modules[f[0]] = m
	}
	return modules, nil
}

// Mounts are the file systems that a Linux host has mounted, by path.
type Mounts struct{}

// A Mount is one of them.
type Mount struct {
	// Device is what is mounted, such as "/dev/vda1" or "server:/export".
	Device string `plain:"device"`
	// Type is the kind of file system, such as "ext4".
	Type string `plain:"type"`
	// Options are those of the mount, then those of the file system but for
	// ro and rw.
	Options []string `plain:"options"`
}

// Command implements fact.Fact.
func (Mounts) Command() shell.Text { return shell.Raw("cat /proc/self/mountinfo") }

// Parse implements fact.Fact; see proc(5), /proc/[pid]/mountinfo. Where several
// file systems are mounted on one path, the last hides the others.
func (Mounts) Parse(lines []string) (map[string]Mount, error) {
	mounts := make(map[string]Mount, len(lines))
	for _, l := range lines {
		f := strings.Fields(l)
		dash := slices.Index(f, "-") // after any number of optional fields
		if dash < 6 || len(f) < dash+4 {
			continue
		}
		m := Mount{Type: octal(f[dash+1]), Device: octal(f[dash+2])}
		for _, option := range strings.Split(f[5], ",") {
			m.Options = append(m.Options, octal(option))
		}
		for _, option := range strings.Split(f[dash+3], ",") {
			option = octal(option)
			if option != "ro" && option != "rw" && !slices.Contains(m.Options, option) {
				m.Options = append(m.Options, option)
			}
		}
		mounts[octal(f[4])] = m
	}
	return mounts, nil
}

var octalEscape = regexp.MustCompile(`\\[0-7]{3}`)

// octal undoes the escapes of the kernel: \040 is a space.
func octal(text string) string {
	return octalEscape.ReplaceAllStringFunc(text, func(escape string) string {
		n, err := strconv.ParseUint(escape[1:], 8, 8)
		if err != nil {
			return escape // \400 and above are no byte
		}
		return string([]byte{byte(n)})
	})
}

// Sysctl are the kernel's parameters by name. A value is a number, or a string,
// or a list of both where it has several words; one with other characters than
// letters, digits, dots and dashes is a string in any case. In Go they are int64,
// string and []any.
type Sysctl struct {
	// Keys are the names to ask for, such as "vm.swappiness"; empty is all.
	Keys []string
}

// Command implements fact.Fact.
func (s Sysctl) Command() shell.Text {
	if len(s.Keys) == 0 {
		return shell.Raw("sysctl -a")
	}
	return shell.Words(append([]string{"sysctl"}, s.Keys...)...)
}

var plainWords = regexp.MustCompile(`^[\w.\-\s]+$`)

// Parse implements fact.Fact. Linux puts "=" between name and value, others a
// colon.
func (Sysctl) Parse(lines []string) (map[string]any, error) {
	values := make(map[string]any, len(lines))
	for _, l := range lines {
		key, value, ok := strings.Cut(l, "=")
		if !ok {
			key, value, ok = strings.Cut(l, ":")
		}
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if ok && key != "" && value != "" {
			values[key] = sysctlValue(value)
		}
	}
	return values, nil
}

func sysctlValue(text string) any {
	if !plainWords.MatchString(text) {
		return text
	}
	var words []any
	for _, w := range strings.Fields(text) {
		if n, err := strconv.ParseInt(w, 10, 64); err == nil {
			words = append(words, n)
			continue
		}
		words = append(words, w)
	}
	if len(words) == 1 {
		return words[0]
	}
	return words
}

// Selinux is the status of SELinux.
type Selinux struct{}

// A SelinuxStatus says whether SELinux is "enabled" or "disabled"; it is empty
// on hosts that do not have it.
type SelinuxStatus struct {
	// Mode is "enabled" or "disabled", or nil.
	Mode Text `plain:"mode"`
}

// Command implements fact.Fact.
func (Selinux) Command() shell.Text { return shell.Raw("sestatus") }

// Requires implements fact.Requirer.
func (Selinux) Requires() string { return "sestatus" }

// Parse implements fact.Fact.
func (Selinux) Parse(lines []string) (SelinuxStatus, error) {
	for _, l := range lines {
		if mode, ok := strings.CutPrefix(l, "SELinux status:"); ok {
			return SelinuxStatus{Text(strings.TrimSpace(mode))}, nil
		}
	}
	return SelinuxStatus{}, nil
}

// SecurityLimits are the limits in /etc/security/limits.conf, in order.
type SecurityLimits struct{}

// A SecurityLimit is one of them; see limits.conf(5).
type SecurityLimit struct {
	// Domain is whom it is for: a user, a group as "@name", or "*".
	Domain string `plain:"domain"`
	// LimitType is "hard", "soft" or "-" for both.
	LimitType string `plain:"limit_type"`
	// Item is what is limited, such as "nofile".
	Item string `plain:"item"`
	// Value is the limit as it is written.
	Value string `plain:"value"`
}

// Command implements fact.Fact.
func (SecurityLimits) Command() shell.Text { return shell.Raw("cat /etc/security/limits.conf") }

// Parse implements fact.Fact.
func (SecurityLimits) Parse(lines []string) ([]SecurityLimit, error) {
	limits := []SecurityLimit{}
	for _, l := range lines {
		l, _, _ = strings.Cut(l, "#")
		if f := strings.Fields(l); len(f) == 4 {
			limits = append(limits, SecurityLimit{f[0], f[1], f[2], f[3]})
		}
	}
	return limits, nil
}

var (
	_ fact.Fact[map[string]KernelModule] = KernelModules{}
	_ fact.Fact[map[string]Mount]        = Mounts{}
	_ fact.Fact[map[string]any]          = Sysctl{}
	_ fact.Fact[SelinuxStatus]           = Selinux{}
	_ fact.Fact[[]SecurityLimit]         = SecurityLimits{}
)
