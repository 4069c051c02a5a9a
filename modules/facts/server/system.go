package server

import (
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// Arch is the name of the processor's architecture, such as "x86_64".
type Arch struct{}

// Command implements fact.Fact.
func (Arch) Command() shell.Text { return shell.Raw("uname -m") }

// Parse implements fact.Fact.
func (Arch) Parse(lines []string) (string, error) { return line(lines) }

// Constant implements fact.Constant.
func (Arch) Constant() {}

// Os is the name of the kernel: "Linux", "Darwin", "FreeBSD".
type Os struct{}

// Command implements fact.Fact.
func (Os) Command() shell.Text { return shell.Raw("uname -s") }

// Parse implements fact.Fact.
func (Os) Parse(lines []string) (string, error) { return line(lines) }

// Constant implements fact.Constant.
func (Os) Constant() {}

// OsVersion is the release of the running kernel.
type OsVersion struct{}

// Command implements fact.Fact.
func (OsVersion) Command() shell.Text { return shell.Raw("uname -r") }

// Parse implements fact.Fact.
func (OsVersion) Parse(lines []string) (string, error) { return line(lines) }

// Constant implements fact.Constant.
func (OsVersion) Constant() {}

// Kernel is another name of [Os].
type Kernel struct{}

// Command implements fact.Fact.
func (Kernel) Command() shell.Text { return Os{}.Command() }

// Parse implements fact.Fact.
func (Kernel) Parse(lines []string) (string, error) { return line(lines) }

// Constant implements fact.Constant.
func (Kernel) Constant() {}

// KernelVersion is another name of [OsVersion].
type KernelVersion struct{}

// Command implements fact.Fact.
func (KernelVersion) Command() shell.Text { return OsVersion{}.Command() }

// Parse implements fact.Fact.
func (KernelVersion) Parse(lines []string) (string, error) { return line(lines) }

// Constant implements fact.Constant.
func (KernelVersion) Constant() {}

// MacosVersion is the version of macOS, empty on other systems.
type MacosVersion struct{}

// Command implements fact.Fact.
func (MacosVersion) Command() shell.Text { return shell.Raw("sw_vers -productVersion") }

// Parse implements fact.Fact.
func (MacosVersion) Parse(lines []string) (Text, error) {
	text, err := line(lines)
	return Text(text), err
}

// Requires implements fact.Requirer.
func (MacosVersion) Requires() string { return "sw_vers" }

// Constant implements fact.Constant.
func (MacosVersion) Constant() {}

// Hostname is the host's own name for itself.
type Hostname struct{}

// Command implements fact.Fact.
func (Hostname) Command() shell.Text { return shell.Raw("uname -n") }

// Parse implements fact.Fact.
func (Hostname) Parse(lines []string) (string, error) { return line(lines) }

// Path is the search path of programs, $PATH.
type Path struct{}

// Command implements fact.Fact.
func (Path) Command() shell.Text { return shell.Raw("echo $PATH") }

// Parse implements fact.Fact.
func (Path) Parse(lines []string) (string, error) { return line(lines) }

// TmpDir is the folder for temporary files that the environment names, empty
// if it names none that can be written.
type TmpDir struct{}

const tmpDir = `if [ -n "$TMPDIR" ] && [ -d "$TMPDIR" ] && [ -w "$TMPDIR" ]; then
    echo "$TMPDIR"
elif [ -n "$TMP" ] && [ -d "$TMP" ] && [ -w "$TMP" ]; then
    echo "$TMP"
elif [ -n "$TEMP" ] && [ -d "$TEMP" ] && [ -w "$TEMP" ]; then
    echo "$TEMP"
else
    echo ""
fi`

// Command implements fact.Fact.
func (TmpDir) Command() shell.Text { return shell.Raw(tmpDir) }

// Parse implements fact.Fact.
func (TmpDir) Parse(lines []string) (Text, error) {
	if len(lines) == 0 {
		return "", nil
	}
	return Text(strings.TrimSpace(lines[0])), nil
}

// RebootRequired tells whether the host waits for a reboot: Debian and its
// descendants leave a note, Alpine and FreeBSD run another kernel than they have
// installed.
type RebootRequired struct{}

const rebootRequired = `
# Get OS type
OS_TYPE=$(uname -s)
if [ "$OS_TYPE" = "Linux" ]; then
    # Check if it's Alpine Linux
    if [ -f /etc/alpine-release ]; then
        RUNNING_KERNEL=$(uname -r)
        INSTALLED_KERNEL=$(ls -1 /lib/modules | sort -V | tail -n1)
        if [ "$RUNNING_KERNEL" != "$INSTALLED_KERNEL" ]; then
            echo "reboot_required"
            exit 0
        fi
    else
        # Check standard Linux reboot required files
        if [ -f /var/run/reboot-required ] || [ -f /var/run/reboot-required.pkgs ]; then
            echo "reboot_required"
            exit 0
        fi
    fi
elif [ "$OS_TYPE" = "FreeBSD" ]; then
    RUNNING_VERSION=$(freebsd-version -r)
    INSTALLED_VERSION=$(freebsd-version -k)
    if [ "$RUNNING_VERSION" != "$INSTALLED_VERSION" ]; then
        echo "reboot_required"
        exit 0
    fi
fi
echo "no_reboot_required"
`

// Command implements fact.Fact.
func (RebootRequired) Command() shell.Text { return shell.Raw(rebootRequired) }

// Parse implements fact.Fact.
func (RebootRequired) Parse(lines []string) (bool, error) {
	text, err := line(lines)
	return text == "reboot_required", err
}

var (
	_ fact.Fact[string] = Arch{}
	_ fact.Fact[string] = Os{}
	_ fact.Fact[string] = OsVersion{}
	_ fact.Fact[string] = Kernel{}
	_ fact.Fact[string] = KernelVersion{}
	_ fact.Fact[Text]   = MacosVersion{}
	_ fact.Fact[string] = Hostname{}
	_ fact.Fact[string] = Path{}
	_ fact.Fact[Text]   = TmpDir{}
	_ fact.Fact[bool]   = RebootRequired{}
)
