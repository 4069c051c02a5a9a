package files

import (
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// Lines are lines of a file. nil, which is None in deploy files, means that
// there is no such file; a file without such lines has an empty list.
type Lines []string

// Plain implements fact.Plainer.
func (l Lines) Plain() any {
	if l == nil {
		return nil
	}
	return []string(l)
}

// What a fact prints, before the path, where it finds no lines: whether there is
// a file at all.
const (
	existsMark  = "__pyinfra_exists_"
	missingMark = "__pyinfra_missing_"
)

// FileContents are all lines of a file. It fails where the file cannot be read.
type FileContents struct {
	// Path is the file.
	Path string `arg:"path,required"`
}

// Command implements fact.Fact.
func (f FileContents) Command() shell.Text { return command(shell.Raw("cat"), word(f.Path)) }

// Parse implements fact.Fact.
func (FileContents) Parse(lines []string) (Lines, error) { return lines, nil }

// FindInFile are the lines of a file that match a pattern of grep.
type FindInFile struct {
	// Path is the file.
	Path string `arg:"path,required"`
	// Pattern is a basic regular expression, which matches anywhere in a line.
	Pattern string `arg:"pattern,required"`
	// InterpolateVariables lets the host's shell put its variables into the
	// pattern.
	InterpolateVariables bool
	// ExtendedRegex reads the pattern as grep -E does.
	ExtendedRegex bool
}

// Command implements fact.Fact.
func (f FindInFile) Command() shell.Text {
	p := word(f.Path)
	pattern := shell.Word(f.Pattern)
	if f.InterpolateVariables {
		pattern = expanded(f.Pattern)
	}
	option := shell.Raw("-e")
	if f.ExtendedRegex {
		option = shell.Raw("-E -e")
	}
	return command(shell.Raw("grep"), option, pattern, p,
		shell.Raw("2> /dev/null || ( find"), p, shell.Raw("-type f > /dev/null && echo"),
		shell.Word(existsMark+f.Path), shell.Raw("|| true )"))
}

// expanded puts a text into double quotes, where the host's shell replaces
// variables and commands: what a deploy asks for with interpolate_variables.
func expanded(text string) shell.Text {
	return shell.Raw(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
}

// Parse implements fact.Fact.
func (f FindInFile) Parse(lines []string) (Lines, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	if strings.Join(lines, "\n") == existsMark+f.Path {
		return Lines{}, nil
	}
	return lines, nil
}

// BlockFact are the lines between two markers in a file, see [Block].
type BlockFact struct {
	// Path is the file.
	Path string `arg:"path,required"`
	// Marker is the form of the lines around the block, as in [Block]; {mark}
	// stands for Begin or End. Empty is "# {mark} PYINFRA BLOCK".
	Marker string
	// Begin is the mark of the first line; empty is BEGIN.
	Begin string
	// End is the mark of the last line; empty is END.
	End string
}

// Command implements fact.Fact.
func (b BlockFact) Command() shell.Text {
	begin, end := markers(b.Marker, b.Begin, b.End)
	program := "/" + awkRegex(end) + "/{ f=0} f; /" + awkRegex(begin) + "/{ f=1} "
	p := word(b.Path)
	return command(shell.Raw("awk"), shell.Word(program), awkFile(b.Path),
		shell.Raw("|| (find"), p, shell.Raw("-type f > /dev/null && echo"), shell.Word(existsMark+b.Path),
		shell.Raw("|| echo"), shell.Word(missingMark+b.Path), shell.Raw(")"))
}

// Parse implements fact.Fact.
func (b BlockFact) Parse(lines []string) (Lines, error) {
	switch strings.Join(lines, "\n") {
	case "", existsMark + b.Path:
		return Lines{}, nil
	case missingMark + b.Path:
		return nil, nil
	}
	return lines, nil
}

var (
	_ fact.Fact[Lines] = FileContents{}
	_ fact.Fact[Lines] = FindInFile{}
	_ fact.Fact[Lines] = BlockFact{}
)
