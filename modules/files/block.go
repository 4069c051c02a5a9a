package files

import (
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Block keeps some lines, between a line that begins them and one that ends
// them, in a text file, which it makes if there is none, or removes them.
//
// A block that is not there yet goes before or after the first line that Line
// matches, and to the end of the file if none does. Without Line it goes to the
// end, or to the start if both Before and After are set.
//
// A file that it makes can be read by its owner alone; use [File] before it for
// another mode.
type Block struct {
	// Path is the text file.
	Path string `arg:"path,required"`
	// Content are the lines. They are written as they stand.
	Content []string
	Absent  bool `arg:"!present"`
	// Line is a regular expression of awk. It matches anywhere in a line unless
	// it says otherwise.
	Line string
	// Backup keeps the file as it was before, with the time in its name.
	Backup bool
	// EscapeRegexCharacters takes Line as it stands.
	EscapeRegexCharacters bool
	// TryPreventShellExpansion is always so: no shell replaces anything in
	// Content. It is there for deploys that ask for it.
	TryPreventShellExpansion bool
	// Before puts a new block before the first line that Line matches. Together
	// with After, and without Line, it puts it at the start of the file.
	Before bool
	// After puts a new block behind the first line that Line matches.
	After bool
	// Marker is the form of the lines around the block; {mark} stands for
	// Begin or End. Empty is "# {mark} PYINFRA BLOCK".
	Marker string
	// Begin is the mark of the first line; empty is BEGIN.
	Begin string
	// End is the mark of the last line; empty is END.
	End string
}

// markers returns the lines around a block. The words are those of pyinfra, so
// that blocks it wrote are found.
func markers(marker, begin, end string) (first, last string) {
	if marker == "" {
		marker = "# {mark} PYINFRA BLOCK"
	}
	if begin == "" {
		begin = "BEGIN"
	}
	if end == "" {
		end = "END"
	}
	return strings.ReplaceAll(marker, "{mark}", begin), strings.ReplaceAll(marker, "{mark}", end)
}

// Plan implements op.Operation.
func (b Block) Plan(h *op.Host) (op.Plan, error) {
	b.Content = strings.Split(strings.Join(b.Content, "\n"), "\n")
	if err := b.check(); err != nil {
		return op.Plan{}, err
	}
	there, err := fact.Get(h, BlockFact{Path: b.Path, Marker: b.Marker, Begin: b.Begin, End: b.End})
	if err != nil {
		return op.Plan{}, err
	}
	first, last := markers(b.Marker, b.Begin, b.End)
	found := len(there) > 0
	if there != nil && !found { // no block, or an empty one
		marks, err := fact.Get(h, FindInFile{Path: b.Path, Pattern: literal(first, basicRegex)})
		if err != nil {
			return op.Plan{}, err
		}
		found = len(marks) > 0
	}
	switch {
	case b.Absent && there == nil:
		return op.Nothing("there is no file %s to remove a block from", b.Path), nil
	case b.Absent && !found:
		return op.Nothing("there is no block in %s", b.Path), nil
	case !b.Absent && slices.Equal(there, b.Content):
		return op.Nothing("the block is in %s", b.Path), nil
	}
	e := edit{h: h, backup: b.Backup, exists: there != nil}
	if e.path, err = follow(h, b.Path); err != nil {
		return op.Plan{}, err
	}
	var p op.Plan
	switch {
	case b.Absent:
		p.Run(e.run(e.awk("/" + awkRegex(first) + "/,/" + awkRegex(last) + "/ {next} 1")))
	case found:
		program := `BEGIN {{f=1; x=ARGV[2]; ARGV[2]=""}}/` + awkRegex(first) + "/ {print; print x; f=0} /" +
			awkRegex(last) + "/ {print; f=1; next} f"
		p.Run(e.run(e.awk(program, strings.Join(b.Content, "\n"))))
	case there == nil || b.Before == b.After:
		p.Run(e.run(e.join(b.whole(first, last), b.Before)))
	default:
		p.Run(e.run(e.awk(b.insertion(), b.whole(first, last))))
	}
	return p, nil
}

func (b Block) check() error {
	switch {
	case b.Absent:
		return nil
	case len(b.Content) == 1 && b.Content[0] == "":
		return op.ValueErrorf("a block needs content, unless present=False")
	case b.Line != "" && b.Before == b.After:
		return op.ValueErrorf("a line needs either before=True or after=True")
	case b.Line == "" && b.Before != b.After:
		return op.ValueErrorf("before=True or after=True needs a line; for the start of the file set both, for its end none")
	}
	return nil
}

// whole returns the block with the lines around it.
func (b Block) whole(first, last string) string {
	return first + "\n" + strings.Join(b.Content, "\n") + "\n" + last
}

// insertion is the awk program that prints its second argument before or after
// the first line that matches, or at the end.
func (b Block) insertion() string {
	special := ""
	if b.EscapeRegexCharacters {
		special = extendedRegex
	}
	before, after := "", ""
	if b.Before {
		before = "{ print }"
	}
	if b.After {
		after = "{ print }"
	}
	return `BEGIN {x=ARGV[2]; ARGV[2]=""} ` + after + " f!=1 && /" + slashes(wholeLine(b.Line, special)) +
		"/ { print x; f=1} END {if (f==0) print x } " + before
}

// An edit writes a file anew and puts it in the place of the old one, with the
// same owner and mode.
type edit struct {
	h              *op.Host
	path           string
	backup, exists bool
}

// run wraps a command that writes the new file to "$OUT".
func (e edit) run(write shell.Text) shell.Text {
	p := word(e.path)
	dir := shell.Word(e.h.TempDir)
	var texts []shell.Text
	if e.backup && e.exists {
		texts = append(texts, shell.Raw("cp"), p, word(backupOf(e.h, e.path)), shell.Raw("&&"))
	}
	texts = append(texts, shell.Join("", shell.Raw(`OUT="$(TMPDIR=`), dir, shell.Raw(` mktemp -t pyinfra.XXXXXX)" && `)))
	if e.exists {
		texts = append(texts, shell.Raw(`MODE="$(stat -c %a`), p, shell.Raw("2>/dev/null || stat -f %Lp"), p, shell.Raw(`2>/dev/null)" &&`))
	}
	texts = append(texts, shell.Raw(`OWNER="$(stat -c "%u:%g"`), p, shell.Raw(`2>/dev/null || stat -f "%u:%g"`), p,
		shell.Raw(`2>/dev/null || echo $(id -un):$(id -gn))" &&`), write,
		shell.Raw(` && mv "$OUT"`), p, shell.Raw(` && chown "$OWNER"`), p)
	if e.exists {
		texts = append(texts, shell.Raw(` && chmod "$MODE"`), p)
	} else {
		// pyinfra names the file twice, which is the same to chown.
		texts = append(texts, shell.Join("", shell.Raw(" "), p))
	}
	return command(texts...)
}

// awk runs a program over the file; args are its further arguments.
func (e edit) awk(program string, args ...string) shell.Text {
	texts := []shell.Text{shell.Raw("awk"), shell.Word(program), awkFile(e.path)}
	for _, arg := range args {
		texts = append(texts, verbatim(arg))
	}
	return command(append(texts, shell.Raw(`> "$OUT"`))...)
}

// join writes the block before or after the file.
func (e edit) join(block string, before bool) shell.Text {
	file := shell.Raw("/dev/null")
	if e.exists {
		file = awkFile(e.path)
	}
	first, second := file, shell.Raw(" - ")
	if before {
		first, second = second, file
	}
	end := "PYINFRAHERE"
	for slices.Contains(strings.Split(block, "\n"), end) {
		end += "_"
	}
	start := end
	if special(block) {
		start = "'" + end + "'"
	}
	return command(shell.Raw("( awk '{{print}}'"), first, second,
		shell.Raw(`> "$OUT" <<`+start+"\n"+block+"\n"+end+"\n"), shell.Raw(")"))
}

// verbatim quotes text in the way that a person would: in double quotes, unless
// the shell finds something to replace in them.
func verbatim(text string) shell.Text {
	if special(text) {
		return shell.Word(text)
	}
	return shell.Raw(`"` + text + `"`)
}

// special reports whether a shell would change text in double quotes or in a
// here-document.
func special(text string) bool { return strings.ContainsAny(text, "\"$`\\!") }

// awkFile quotes the path of a file that awk is to read; awk takes name=value
// for an assignment.
func awkFile(p string) shell.Text {
	if !strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "~") && strings.Contains(p, "=") {
		p = "./" + p
	}
	return word(p)
}
