package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"cygnet/connect/all"
	"cygnet/deploy"
	"cygnet/fact"
	"cygnet/modules"
	"cygnet/op"
	"cygnet/op/argument"
	"cygnet/run"
)

// newFact is `cygnet fact INVENTORY ...`, another way to write
// `cygnet INVENTORY fact ...`.
func newFact(con console) *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "fact INVENTORY [module.Fact [KEY=VALUE...]...]",
		Short: "Ask hosts for facts",
		Long: `Ask all hosts for facts, each of them in one round trip, and print the answers as JSON:

  {"web1": {"server.LinuxName": "Debian", "files.File path=/etc/motd": null}}

The keys of a host are the facts as they were asked for; an answer has the form that a deploy
gets. A fact that a host cannot answer is missing there, its error is on standard error, and
the exit status is 1. So is a host that is not reached.

With --all: every fact that needs no argument, as cygnet check --plan --facts reads it. Those
that a host cannot answer are told, and left out; the status is 0 if all hosts were reached.
Global arguments such as _sudo=true say as whom to ask.`,
		Example: `  cygnet fact web1 server.LinuxName server.Users
  cygnet machines.py fact files.File path=/etc/motd _sudo=true
  cygnet fact --all web1 >FACTS.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.complete(cmd, con); err != nil {
				return err
			}
			if err := o.where.enter(con, args); err != nil {
				return err
			}
			return o.runFacts(cmd.Context(), con, args[0], args[1:])
		},
	}
	o.flags(cmd)
	return cmd
}

// factName is what names a fact.
var factName = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*[.:][A-Za-z_]\w*$`)

// A wantedFact is a fact of the command line.
type wantedFact struct {
	label  string // as it was asked for
	module string // that it is imported from
	name   string
	words  []string // its arguments
}

// wantedFacts reads facts and their arguments.
func wantedFacts(words []string) ([]wantedFact, error) {
	registry := modules.All()
	var wanted []wantedFact
	for _, word := range words {
		if !factName.MatchString(word) {
			if len(wanted) == 0 {
				return nil, fmt.Errorf("%q is not the name of a fact: write module.Fact, such as server.LinuxName", word)
			}
			last := &wanted[len(wanted)-1]
			last.label += " " + word
			last.words = append(last.words, word)
			continue
		}
		module, name := splitName(word)
		if _, ok := registry.Fact(module + "." + name); ok {
			module = "pyinfra.facts." + module
		} else if !strings.HasPrefix(module, "pyinfra.") && !isOwnModule(module) {
			return nil, unknownFact(registry, word)
		}
		wanted = append(wanted, wantedFact{label: word, module: module, name: name})
	}
	return wanted, nil
}

func unknownFact(registry *modules.Registry, name string) error {
	var names []string
	for _, m := range registry.Modules() {
		for _, d := range m.Facts {
			names = append(names, d.Name)
		}
	}
	if near := argument.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no fact %q, did you mean %q?", name, near)
	}
	return fmt.Errorf("there is no fact %q; an argument of a fact is written KEY=VALUE", name)
}

// allFacts are those that need no argument.
func allFacts() []wantedFact {
	var wanted []wantedFact
	for _, m := range modules.All().Modules() {
		for _, d := range m.Facts {
			required := func(p argument.Parameter) bool { return p.Required }
			if slices.ContainsFunc(argument.Of(d.Type), required) {
				continue
			}
			_, name := splitName(d.Name)
			wanted = append(wanted, wantedFact{label: d.Name, module: "pyinfra.facts." + m.Name, name: name})
		}
	}
	return wanted
}

// factProgram writes a deploy that asks for facts.
func factProgram(wanted []wantedFact) (string, error) {
	var imports, calls strings.Builder
	imports.WriteString("from pyinfra import host\n")
	for i, w := range wanted {
		arguments, err := pythonArguments(w.words)
		if err != nil {
			return "", fmt.Errorf("%s: %w", w.label, err)
		}
		fmt.Fprintf(&imports, "from %s import %s as fact_%d\n", w.module, w.name, i)
		fmt.Fprintf(&calls, "host.get_fact(fact_%d, %s)\n", i, arguments)
	}
	return imports.String() + calls.String(), nil
}

// runFacts asks all hosts and prints the answers.
func (o *runOptions) runFacts(ctx context.Context, con console, inventory string, words []string) error {
	wanted, err := wantedFacts(words)
	switch {
	case err != nil:
		return err
	case o.all && len(words) > 0:
		return errors.New("fact --all: it asks for all, so name none")
	case o.all:
		wanted = allFacts()
	case len(wanted) == 0:
		return errors.New("fact: say which: cygnet INVENTORY fact server.LinuxName, or --all")
	}
	text, err := factProgram(wanted)
	if err != nil {
		return err
	}
	files, err := o.read(ctx, con, inventory, oneText(text))
	if err != nil {
		return err
	}
	connectors := all.All(all.Options{ConnectTimeout: files.config.ConnectTimeout, Keepalive: o.keepalive})
	if err := checkConnectors(files.hosts, connectors); err != nil {
		return err
	}
	ctx, signals := handleSignals(ctx)
	defer signals.stop()
	q := &questioning{files: files, answers: map[string][]answer{}}
	summary, err := run.Run(ctx, run.Options{
		Hosts: files.hosts, Connectors: connectors, Deploy: q.deploy, Version: version(), Args: o.args,
		Parallel: o.parallelism(files.config), Dry: true, Stop: signals.first, TempDir: files.config.TempDir,
	})
	if err != nil {
		return mistake(err)
	}
	if err := writeJSON(con.out, q.document(summary, wanted)); err != nil {
		return err
	}
	complete := q.tellErrors(con, summary, wanted, o.all)
	switch {
	case summary.Interrupted:
		return errInterrupted
	case !complete:
		return errNotDone
	}
	return nil
}

// questioning asks hosts for facts: it has the deploy say which, and then asks
// for all of them at once.
type questioning struct {
	files input

	mu      sync.Mutex
	answers map[string][]answer // by host, in the order of the facts
}

type answer struct {
	value any
	err   error
}

func (q *questioning) deploy(ctx context.Context, h *run.Host) error {
	notes := &notes{Host: h}
	for _, p := range q.files.programs {
		err := p.Run(ctx, deploy.Environment{Host: h.Inventory(), Inventory: q.files.inventory, Recorder: notes, Config: q.files.config})
		if e, ok := errors.AsType[*deploy.Error](err); ok && e.Mistake() {
			return fmt.Errorf("%w: %w", run.ErrMistake, err)
		}
		if err != nil {
			return err
		}
	}
	answers := make([]answer, len(notes.asked))
	for i, n := range notes.asked {
		call := op.Call{
			Operation: &question{n.request, &answers[i]}, Name: n.request.Name, Arguments: n.args, Order: op.Order{i},
		}
		if _, err := h.Call(ctx, call); err != nil {
			return err
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.answers[h.Name()] = answers
	return nil
}

// notes is the host of a deploy that asks for facts: it gives none, and notes
// what was asked.
type notes struct {
	*run.Host
	asked []note
}

type note struct {
	request fact.Request
	args    op.Arguments
}

// Fact implements op.Recorder. The answer is of no use to the deploy.
func (n *notes) Fact(_ context.Context, req fact.Request, args op.Arguments) (any, error) {
	n.asked = append(n.asked, note{req, op.Arguments{As: args.As, Env: args.Env, Dir: args.Dir}})
	return req.Zero, nil
}

// question is an operation that only looks.
type question struct {
	request fact.Request
	answer  *answer
}

// Plan implements op.Operation. A fact that fails is no failure of the plan: the
// others are of use without it.
func (q *question) Plan(h *op.Host) (op.Plan, error) {
	value, err := h.Fact(q.request)
	if errors.Is(err, fact.ErrPending) {
		return op.Plan{}, err
	}
	*q.answer = answer{value, err}
	return op.Nothing("asked"), nil
}

// document is what is printed: answers by host and fact.
func (q *questioning) document(s run.Summary, wanted []wantedFact) object {
	all := object{}
	for _, h := range s.Hosts {
		answers := q.answers[h.Name]
		if h.Err != nil || answers == nil {
			continue
		}
		facts := object{}
		for i, a := range answers {
			if a.err == nil {
				facts = append(facts, member{wanted[i].label, deploy.PlainData(a.value)})
			}
		}
		all = append(all, member{h.Name, facts})
	}
	return all
}

// tellErrors says what is missing in the document, and reports whether nothing
// is. With lenient it is enough that all hosts were reached.
func (q *questioning) tellErrors(con console, s run.Summary, wanted []wantedFact, lenient bool) bool {
	complete := true
	for _, h := range s.Hosts {
		if h.Err != nil {
			complete = false
			warn(con, fmt.Sprintf("%s: %v", h.Name, h.Err))
			continue
		}
		for i, a := range q.answers[h.Name] {
			if a.err != nil {
				complete = complete && lenient
				warn(con, fmt.Sprintf("%s: %s: %v", h.Name, wanted[i].label, a.err))
			}
		}
	}
	return complete
}

var _ op.Recorder = (*notes)(nil)
