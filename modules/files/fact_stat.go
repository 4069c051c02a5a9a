package files

import (
	"time"

	"cygnet/fact"
	"cygnet/shell"
)

// FileFact is what is known of a regular file.
type FileFact struct {
	// Path is the file.
	Path string `arg:"path,required"`
	// Now is the time at which the answer is read; the zero value is the
	// present. Hosts without stat leave the year out of recent times.
	Now time.Time `arg:"-" json:"-"`
}

// DirectoryFact is what is known of a folder.
type DirectoryFact struct {
	// Path is the folder.
	Path string    `arg:"path,required"`
	Now  time.Time `arg:"-" json:"-"` // as in FileFact
}

// LinkFact is what is known of a symbolic link.
type LinkFact struct {
	// Path is the link.
	Path string    `arg:"path,required"`
	Now  time.Time `arg:"-" json:"-"` // as in FileFact
}

// Socket is what is known of a Unix socket.
type Socket struct {
	// Path is the socket.
	Path string    `arg:"path,required"`
	Now  time.Time `arg:"-" json:"-"` // as in FileFact
}

// Command implements fact.Fact.
func (f FileFact) Command() shell.Text { return statCommand(f.Path) }

// Command implements fact.Fact.
func (f DirectoryFact) Command() shell.Text { return statCommand(f.Path) }

// Command implements fact.Fact.
func (f LinkFact) Command() shell.Text { return statCommand(f.Path) }

// Command implements fact.Fact.
func (f Socket) Command() shell.Text { return statCommand(f.Path) }

// Parse implements fact.Fact.
func (f FileFact) Parse(lines []string) (Info, error) {
	return readInfo(lines, f.Path, '-', f.Now), nil
}

// Parse implements fact.Fact.
func (f DirectoryFact) Parse(lines []string) (Info, error) {
	return readInfo(lines, f.Path, 'd', f.Now), nil
}

// Parse implements fact.Fact.
func (f LinkFact) Parse(lines []string) (Info, error) {
	return readInfo(lines, f.Path, 'l', f.Now), nil
}

// Parse implements fact.Fact.
func (f Socket) Parse(lines []string) (Info, error) { return readInfo(lines, f.Path, 's', f.Now), nil }

// statCommand asks GNU and busybox's stat, then BSD's, then ls. Nothing is
// printed for a path that is not there.
func statCommand(path string) shell.Text {
	p := word(path)
	return command(
		shell.Raw("! (test -e"), p, shell.Raw("|| test -L"), p,
		shell.Raw(") || ( stat -c 'user=%U group=%G mode=%A atime=%X mtime=%Y ctime=%Z size=%s %N'"), p,
		shell.Raw("2> /dev/null || stat -f 'user=%Su group=%Sg mode=%Sp atime=%a mtime=%m ctime=%c size=%z %N%SY'"), p,
		shell.Raw("|| ls -ld"), p, shell.Raw(")"),
	)
}

var (
	_ fact.Fact[Info] = FileFact{}
	_ fact.Fact[Info] = DirectoryFact{}
	_ fact.Fact[Info] = LinkFact{}
	_ fact.Fact[Info] = Socket{}
)
