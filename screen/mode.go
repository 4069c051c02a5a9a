package screen

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// A Mode is a form in which a run is shown.
type Mode uint8

// The modes, as --output names them.
const (
	Auto     Mode = iota // Terminal on a terminal that can redraw, else Plain
	Terminal             // a block that is redrawn, what matters above it
	Plain                // lines, when something changed
	JSON                 // one document on standard output, at the end
	Quiet                // failures and the verdict
)

var modes = [...]string{Auto: "auto", Terminal: "screen", Plain: "plain", JSON: "json", Quiet: "quiet"}

// String returns the mode's name, one that [ParseMode] reads.
func (m Mode) String() string { return modes[m] }

// ParseMode reads a mode's name: auto, screen, plain, json or quiet.
func ParseMode(name string) (Mode, error) {
	for m, n := range modes {
		if n == name {
			return Mode(m), nil
		}
	}
	return Auto, fmt.Errorf("there is no output %q: use one of %s", name, strings.Join(modes[:], ", "))
}

// A Color says whether colours are used.
type Color uint8

// The choices of colour.
const (
	ColorAuto Color = iota // on terminals, unless NO_COLOR or TERM=dumb is set
	ColorAlways
	ColorNever
)

// isTerminal reports whether w is a terminal.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && f != nil && term.IsTerminal(int(f.Fd()))
}

// sizeOf returns a function that asks for w's size; it returns zeros where w is
// no terminal.
func sizeOf(w io.Writer) func() (width, height int) {
	f, ok := w.(*os.File)
	if !ok {
		return func() (int, int) { return 0, 0 }
	}
	return func() (int, int) {
		width, height, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 0, 0 // the terminal has gone, or never was
		}
		return width, height
	}
}

// resolve settles what was left to be found out.
func (o Options) resolve() Options {
	if o.Out == nil {
		o.Out = os.Stderr
	}
	if o.Data == nil {
		o.Data = os.Stdout
	}
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Size == nil {
		o.Size = sizeOf(o.Out)
	}
	dumb := o.Getenv("TERM") == "dumb"
	if o.Mode == Auto {
		o.Mode = Plain
		if isTerminal(o.Out) && !dumb {
			o.Mode = Terminal
		}
	}
	if o.Color == ColorAuto {
		o.Color = ColorNever
		if isTerminal(o.Out) && !dumb && o.Getenv("NO_COLOR") == "" {
			o.Color = ColorAlways
		}
	}
	if o.Mode == Plain || o.Mode == JSON {
		o.Color = ColorNever
	}
	return o
}
