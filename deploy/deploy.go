// Package deploy reads deploy files, inventories, group data and config.py, and
// runs them.
//
// [Load] reads a deploy file once, with the user's modules that it imports, and
// compiles it; what is wrong with it is said then, before any host is touched.
// [Program.Run] runs it for one host; any number of hosts can run it at the same
// time. What it wants of the host goes to an op.Recorder.
//
//	program, err := deploy.Load("web.py", deploy.Options{Registry: modules.All()})
//	err = program.Run(ctx, deploy.Environment{Host: host, Inventory: inventory, Recorder: recorder})
//
// [LoadInventory] reads an inventory with its group data, [LoadConfig] config.py.
//
// The language is Python in looks; package syntax says how much of it, package
// library what can be imported. Nothing of the interpreter is in this package's
// exported names. Values of host data that are no scalars are the deploy
// language's own and opaque to others; [PlainData] shows them.
package deploy

import (
	"context"

	"cygnet/deploy/library"
	"cygnet/fleet"
	"cygnet/modules"
	"cygnet/op"
)

// Limits bound what one run of a file may do; the zero value means the defaults.
type Limits = library.Limits

// Config holds what files set with `config.SUDO = True`: defaults of global
// arguments, and what config.py says about a run.
type Config = library.Config

// Options are how files are read.
type Options struct {
	// Registry has the operations and facts that there are. Nil means none, as
	// in inventories.
	Registry *modules.Registry
	// Number is the place of a deploy file among those of a run: operations of
	// the first come before those of the second.
	Number int
	// Folders are where modules of the user's own are looked for; nil means the
	// working folder and then the folder of the file.
	Folders []string
	Limits  Limits
	// Message gets what an inventory, group data or config.py has to say: print,
	// logger, and warnings about the file. Nil means that nobody listens.
	Message func(level, text string)
}

func (o Options) say(level, text string) {
	if o.Message != nil {
		o.Message(level, text)
	}
}

// A Program is a deploy file with the files that it imports, compiled. It can be
// run for any number of hosts at the same time.
type Program struct {
	loader  *loader
	main    *library.Source
	options Options
}

// An Environment is what a deploy runs in. All fields but Config are required.
type Environment struct {
	Host      *fleet.Host
	Inventory *fleet.Inventory
	Recorder  op.Recorder
	// Config is as config.py and the command line have left it. What the deploy
	// changes in it counts for this run only.
	Config Config
}

// Load reads and compiles a deploy file and the user's modules that it imports.
// What is wrong with them is an [Errors].
func Load(path string, o Options) (*Program, error) {
	l := newLoader(path, o)
	main, err := l.file(path, "__main__", false)
	if err != nil {
		return nil, err
	}
	return &Program{loader: l, main: main, options: o}, nil
}

// Run runs the deploy for one host. An error is of type [*Error] unless ctx has
// ended: then it wraps the cause. After that no more of the deploy runs.
//
// Conditions that the deploy gave with its calls (_if, _retry_until) run later,
// when the engine asks for them.
func (p *Program) Run(ctx context.Context, env Environment) error {
	session := p.loader.library.Session(library.Setting{
		Host: env.Host, Inventory: env.Inventory, Recorder: env.Recorder, Config: env.Config,
		Sources: p.loader.sources, Number: p.options.Number, Limits: p.options.Limits, Explain: p.loader.explain,
		Include: p.loader.include,
	})
	_, err := p.loader.run(ctx, session, p.main)
	return err
}
