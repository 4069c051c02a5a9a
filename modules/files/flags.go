package files

import (
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// Flags are the flags of a file on BSD and macOS, see chflags(1).
type Flags struct {
	// Path is the file.
	Path string `arg:"path,required"`
}

// Command implements fact.Fact.
func (f Flags) Command() shell.Text {
	return command(shell.Raw("! test -e"), word(f.Path), shell.Raw("|| stat -f %Sf"), word(f.Path))
}

// Requires implements fact.Requirer.
func (Flags) Requires() string { return "chflags" }

// Parse implements fact.Fact.
func (Flags) Parse(lines []string) ([]string, error) {
	if len(lines) != 1 || lines[0] == "" {
		return nil, nil
	}
	return strings.Split(lines[0], ","), nil
}

var _ fact.Fact[[]string] = Flags{}
