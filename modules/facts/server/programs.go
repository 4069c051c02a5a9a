package server

import (
	"fmt"
	"strings"
	"time"

	"cygnet/fact"
	"cygnet/shell"
)

// Which is the path of a program, empty where the host does not have it.
type Which struct {
	// Name is the program.
	Name string `arg:"command,required"`
}

// Command implements fact.Fact.
func (w Which) Command() shell.Text {
	return shell.Join(" ", shell.Words("command", "-v", w.Name), shell.Raw("|| true"))
}

// Parse implements fact.Fact.
func (Which) Parse(lines []string) (Text, error) {
	if len(lines) == 0 {
		return "", nil
	}
	return Text(strings.TrimSpace(lines[0])), nil
}

// Command is what a command prints, its lines joined by line breaks. It fails if
// the command does.
type Command struct {
	// Text is the command, a piece of shell.
	Text string `arg:"command,required"`
}

// Command implements fact.Fact.
func (c Command) Command() shell.Text { return shell.Raw(c.Text) }

// Parse implements fact.Fact.
func (Command) Parse(lines []string) (string, error) { return strings.Join(lines, "\n"), nil }

// Date is the host's clock, to the second, with the host's offset from UTC.
type Date struct{}

// Command implements fact.Fact.
func (Date) Command() shell.Text { return shell.Raw(`date +'%Y-%m-%dT%H:%M:%S%z'`) }

// Parse implements fact.Fact.
func (Date) Parse(lines []string) (time.Time, error) {
	text, err := line(lines)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse("2006-01-02T15:04:05-0700", text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a date", text)
	}
	return zoned(t), nil
}

// zoned gives a time a zone of its own, so that the offset that the host wrote
// is kept, and so that no such time is in [time.UTC]: that is where times stand
// that came without any zone.
func zoned(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.In(time.FixedZone("", offset))
}

var (
	_ fact.Fact[Text]      = Which{}
	_ fact.Fact[string]    = Command{}
	_ fact.Fact[time.Time] = Date{}
)
