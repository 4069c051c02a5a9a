// Package op says what an operation is: one wanted state of a host, such as
// "these packages are installed".
//
// An operation is a struct whose exported fields are its arguments (see package
// argument). Its Plan looks at facts and returns the commands that are missing;
// it does no I/O on the host and keeps no state, so that it can run again when
// facts have come in, or in a test with a map for facts.
package op

import (
	"fmt"
	"reflect"

	"cygnet/fact"
	"cygnet/op/argument"
	"cygnet/shell"
)

// An Operation is one wanted state of a host.
type Operation interface {
	// Plan returns what is missing. An error that wraps fact.ErrPending means
	// that it must be called again when the facts it asked for are there.
	Plan(*Host) (Plan, error)
}

// A Plan is what is missing to reach a state: commands to run in order, or the
// reason why there is nothing to do.
type Plan struct {
	Commands []Command
	Noop     string
}

// Nothing returns an empty plan with its reason.
func Nothing(format string, args ...any) Plan { return Plan{Noop: fmt.Sprintf(format, args...)} }

// Run appends a shell command.
func (p *Plan) Run(text shell.Text) { p.Commands = append(p.Commands, Shell{Text: text}) }

// Include appends the plan of another operation: the way in which operations
// are made of others. Its reason to do nothing replaces that of p.
func (p *Plan) Include(h *Host, o Operation) error {
	part, err := o.Plan(h)
	if err != nil {
		return err
	}
	p.Commands = append(p.Commands, part.Commands...)
	if part.Noop != "" {
		p.Noop = part.Noop
	}
	return nil
}

// A Command is one step of a plan: [Shell], [Upload], [Download] or [Function]. Its String
// is what people see, with secrets masked.
type Command interface {
	fmt.Stringer
	command()
}

// A Shell command is run by the host's shell.
type Shell struct {
	Text shell.Text
	// SuccessExitCodes replaces those of the operation for this command.
	SuccessExitCodes []int
}

// An Upload writes a file on the host.
type Upload struct {
	From Content
	To   string
	// Mode is the file's mode from the start; 0 keeps the one that is there.
	Mode uint32
}

// A Download writes a file of the host on the controller.
type Download struct{ From, To string }

func (Shell) command()    {}
func (Upload) command()   {}
func (Download) command() {}

// String returns the command's text, secrets masked.
func (c Shell) String() string { return c.Text.String() }

// String says what goes where.
func (c Upload) String() string { return fmt.Sprintf("upload %s to %s", c.From, c.To) }

// String says what goes where.
func (c Download) String() string { return fmt.Sprintf("download %s to %s", c.From, c.To) }

// A Declaration is an operation as it is offered to deploy files and the
// command line.
type Declaration struct {
	// Name is module and operation, such as "apt.packages".
	Name string
	// Type is the operation's struct type.
	Type reflect.Type
}

// Declare makes a Declaration from any value of an operation's type, such as
// the zero value. Type Packages of package apt is "apt.packages".
func Declare(o Operation) Declaration {
	t := reflect.TypeOf(o)
	name := fact.TypeName(t)
	module := name[:len(name)-len(t.Name())]
	return Declaration{Name: module + argument.Snake(t.Name()), Type: t}
}

// New makes the operation from the arguments of a call; errors are of type
// [*argument.Error].
func (d Declaration) New(args []any, kwargs map[string]any) (Operation, error) {
	v, err := argument.New(d.Type, d.Name, args, kwargs)
	if err != nil {
		return nil, err
	}
	return v.(Operation), nil
}

// A Module is one technology: its operations and its facts.
type Module struct {
	Name       string
	Operations []Declaration
	Facts      []fact.Declaration
}
