package apt

import (
	"cygnet/fact"
	"cygnet/modules/gpg"
	"cygnet/shell"
)

// AptKeys are the keys that apt trusts, by their long IDs: those that apt-key
// knows, or those in the files of Directories.
type AptKeys struct {
	// Directories are folders of the host with files *.gpg and *.asc; empty
	// asks apt-key.
	Directories []string
}

// Command implements fact.Fact.
func (k AptKeys) Command() shell.Text {
	if len(k.Directories) == 0 {
		return shell.Raw("! command -v gpg || apt-key list --with-colons")
	}
	return shell.Join(" ", shell.Raw("for d in"), shell.Words(k.Directories...),
		shell.Raw(`; do for f in "$d"/*.gpg "$d"/*.asc; do [ ! -f "$f" ] || gpg --with-colons "$f" || true; done; done`))
}

// Requires implements fact.Requirer.
func (k AptKeys) Requires() string {
	if len(k.Directories) == 0 {
		return "apt-key"
	}
	return "gpg"
}

// Zero implements fact.Zeroer.
func (AptKeys) Zero() map[string]gpg.Key { return map[string]gpg.Key{} }

// Parse implements fact.Fact.
func (AptKeys) Parse(lines []string) (map[string]gpg.Key, error) { return gpg.Parse(lines) }

var _ fact.Fact[map[string]gpg.Key] = AptKeys{}
