package files

import (
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Line keeps a line in a text file, which it makes if there is none, or removes
// it. Lines are found by a regular expression of grep and sed.
type Line struct {
	// Path is the text file.
	Path string `arg:"path,required"`
	// Line is the regular expression, which matches anywhere in a line unless
	// it says otherwise, and the line to add where nothing matches.
	Line string `arg:"line,required"`
	// Absent removes the lines that match.
	Absent bool `arg:"!present"`
	// Replace is what the lines that match are to be.
	Replace string
	// Flags are those of sed's s command, for Replace.
	Flags []string
	// Backup keeps the file as it was before, with the time in its name.
	Backup bool
	// InterpolateVariables lets the host's shell put its variables into Line
	// and Replace.
	InterpolateVariables bool
	// EscapeRegexCharacters takes Line as it stands.
	EscapeRegexCharacters bool
	// EnsureNewline looks again, when a line is added, whether the last line
	// of the file has an end, and ends it. Without it the plan's look counts.
	EnsureNewline bool
	// ExtendedRegex reads Line as grep -E and sed -E do.
	ExtendedRegex bool
}

// Plan implements op.Operation.
func (l Line) Plan(h *op.Host) (op.Plan, error) {
	questions := []fact.Request{fact.Ask(l.find(l.pattern()))}
	written, ask := l.written()
	if ask {
		questions = append(questions, fact.Ask(written))
	}
	fact.Want(h, questions...)
	found, err := fact.Get(h, l.find(l.pattern()))
	if err != nil {
		return op.Plan{}, err
	}
	switch {
	case l.Absent && len(found) == 0:
		return op.Nothing("there is no line %q in %s", l.Line, l.Path), nil
	case l.Absent:
		return l.sed(h, "/"+slashes(l.pattern())+"/d")
	case len(found) > 0:
		if l.Replace == "" || !slices.ContainsFunc(found, func(s string) bool { return s != l.Replace }) {
			return op.Nothing("line %q is in %s", l.text(), l.Path), nil
		}
		return l.sed(h, "s/"+slashes(l.pattern())+"/"+replacement(l.Replace)+"/"+strings.Join(l.Flags, ""))
	}
	if ask {
		same, err := fact.Get(h, written)
		if err != nil {
			return op.Plan{}, err
		}
		if len(same) > 0 {
			return op.Nothing("line %q is in %s", l.text(), l.Path), nil
		}
	}
	return l.add(h, found != nil)
}

func (l Line) special() string {
	if l.ExtendedRegex {
		return extendedRegex
	}
	return basicRegex
}

// pattern matches the lines that Line is about.
func (l Line) pattern() string {
	if l.EscapeRegexCharacters {
		return wholeLine(l.Line, l.special())
	}
	return wholeLine(l.Line, "")
}

// written asks for the line that would be added, and says whether that is another
// question: the pattern need not match what is added.
func (l Line) written() (question fact.Fact[Lines], ask bool) {
	text := l.text()
	plain := literal(text, l.special()) == text
	switch {
	case l.Absent:
		return nil, false
	case l.Replace != "" && (plain || l.InterpolateVariables):
		return l.find("^" + text + "$"), true
	case l.Replace != "" || !plain && !l.EscapeRegexCharacters && !l.InterpolateVariables:
		return exactLine{l.Path, text}, true
	}
	return nil, false
}

// exactLine asks for the lines of a file that are equal to one.
type exactLine struct{ Path, Line string }

// Command implements fact.Fact.
func (e exactLine) Command() shell.Text {
	return command(shell.Raw("grep -x -F -e"), shell.Word(e.Line), word(e.Path), shell.Raw("2> /dev/null || true"))
}

// Parse implements fact.Fact.
func (exactLine) Parse(lines []string) (Lines, error) { return lines, nil }

// text is the line that is to be in the file.
func (l Line) text() string {
	if l.Replace != "" {
		return l.Replace
	}
	return l.Line
}

func (l Line) find(pattern string) FindInFile {
	return FindInFile{Path: l.Path, Pattern: pattern, InterpolateVariables: l.InterpolateVariables, ExtendedRegex: l.ExtendedRegex}
}

// add appends the line. exists says whether there is a file.
func (l Line) add(h *op.Host, exists bool) (op.Plan, error) {
	file := word(l.Path)
	var steps []shell.Text
	if l.Backup && exists {
		steps = append(steps, command(shell.Raw("cp"), file, word(backupOf(h, l.Path))))
	}
	add := command(l.echo(), shell.Raw(">>"), file)
	if exists {
		end, err := fact.Get(h, lastLine{l.Path})
		if err != nil {
			return op.Plan{}, err
		}
		if end == open || l.EnsureNewline && end != empty {
			add = command(shell.Raw("( [ $(tail -c1"), file, shell.Raw("| wc -l) -eq 0 ] && echo ;"), l.echo(), shell.Raw(") >>"), file)
		}
	}
	var p op.Plan
	p.Run(shell.Join(" && ", append(steps, add)...))
	return p, nil
}

// lastLine asks how a file ends: what is appended to a last line that has no end
// would become a part of it.
type lastLine struct{ Path string }

// The ends of files; one that ends with a line break has none of these.
const (
	open  = "open"
	empty = "empty"
)

// Command implements fact.Fact.
func (l lastLine) Command() shell.Text {
	file := word(l.Path)
	return command(shell.Raw("if ! [ -s"), file, shell.Raw("]; then echo "+empty+"; elif [ $(tail -c1"), file,
		shell.Raw("| wc -l) -eq 0 ]; then echo "+open+"; fi"))
}

// Parse implements fact.Fact.
func (lastLine) Parse(lines []string) (string, error) { return strings.Join(lines, "\n"), nil }

// echo prints the line. Some shells' echo reads backslashes and options.
func (l Line) echo() shell.Text {
	text := l.text()
	if l.InterpolateVariables {
		return command(shell.Raw("echo"), expanded(text))
	}
	if strings.Contains(text, `\`) || strings.HasPrefix(text, "-") {
		return shell.Words("printf", `%s\n`, text)
	}
	return shell.Words("echo", text)
}

// sed edits the file in place. Some systems' sed does so only if it may keep the
// file as it was.
func (l Line) sed(h *op.Host, script string) (op.Plan, error) {
	path, err := follow(h, l.Path)
	if err != nil {
		return op.Plan{}, err
	}
	quoted := shell.Word(script)
	if l.InterpolateVariables {
		quoted = expanded(script)
	}
	texts := []shell.Text{shell.Raw("sed"), shell.Words("-i." + h.Timestamp)}
	if l.ExtendedRegex {
		texts = append(texts, shell.Raw("-E"))
	}
	texts = append(texts, quoted, word(path))
	if !l.Backup {
		texts = append(texts, shell.Raw("&& rm -f"), word(backupOf(h, path)))
	}
	var p op.Plan
	p.Run(command(texts...))
	return p, nil
}

// replacement returns text as the right side of sed's s command. References such
// as \1 are left in it.
func replacement(text string) string {
	return strings.NewReplacer("/", `\/`, "&", `\&`, "\n", "\\\n").Replace(text)
}
