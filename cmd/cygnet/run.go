package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cygnet/connect"
	"cygnet/connect/all"
	"cygnet/deploy"
	"cygnet/fleet"
	"cygnet/journal"
	"cygnet/modules"
	"cygnet/run"
	"cygnet/screen"
)

// configFile is read from the working folder, if it is there.
const configFile = "config.py"

// runOptions are what the command line says about a run.
type runOptions struct {
	yes, dry, diff, json bool
	verbosity            int
	output               string
	limit                []string
	parallel             int
	retry                int
	retryDelay           float64
	sudo                 bool
	sudoUser             string
	data                 []string
	ssh                  sshOptions
	free, serial         bool
	failPercent          percentage
	shell                string
	all                  bool // facts: every one that needs no argument
	support              bool
	refused              refusedOptions
	where                whereOptions

	journal   string        // path; empty: the user's own
	duckling  time.Duration // as run.Options.DucklingAfter
	keepalive time.Duration // as all.Options.Keepalive
	args      []string      // the command line, secrets masked
}

func newRun(con console) *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "cygnet INVENTORY DEPLOY...|OPERATION...|exec|fact|debug-inventory",
		Short: "Bring a fleet of machines to the state that a deploy file describes",
		Long: `Bring a fleet of machines to the state that a deploy file describes, over SSH.

INVENTORY is a Python file with lists of hosts, a function module:name that returns them, or
names like web1,admin@vm[01-20].lab:2222,@local. @ansible/PATH is an inventory of Ansible,
@sshconfig/GLOB hosts of ~/.ssh/config. What to do with the hosts is one of these:

  DEPLOY.py...                    Python files that call operations. The plan is shown
                                  first; after a yes it is run.
  module.operation ARG KEY=VALUE  one operation with its arguments, global ones too, in the
                                  same way. Also a function of your own: module:function.
  exec -- COMMAND                 a shell command on all hosts, at once. What it prints goes
                                  to standard output.
  fact module.Fact KEY=VALUE      facts of the hosts, as JSON on standard output.
  debug-inventory                 hosts, groups and data. No host is touched.

A VALUE is true, false, a whole number, JSON, or else a string. PYINFRA_YES or CYGNET_YES in
the environment means --yes.

The exit status is 0 if all hosts are in the wanted state, 1 if some are not, 2 if nothing
was started because the command line or a file is wrong, and 130 after Ctrl-C.`,
		Example: `  cygnet machines.py system-setup.py
  cygnet machines.py system-setup.py --dry --diff
  cygnet machines.py system-setup.py -y --limit 'vm*' --parallel 20
  cygnet web1,web2 setup.py --sudo
  cygnet machines.py apt.packages git update=true _sudo=true
  cygnet machines.py exec -- uptime
  cygnet machines.py fact server.LinuxName files.File path=/etc/motd
  cygnet machines.py debug-inventory --json
  until cygnet machines.py system-setup.py -y; do sleep 30; done`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.support:
				return tellSupport(con)
			case len(args) == 0:
				return cmd.Help()
			}
			if err := o.where.enter(con, args); err != nil {
				return err
			}
			return o.dispatch(cmd, con, args)
		},
	}
	o.flags(cmd)
	return cmd
}

func (o *runOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask before the plan is run")
	f.BoolVar(&o.dry, "dry", false, "show the plan and stop")
	f.BoolVar(&o.diff, "diff", false, "show what would change in text files")
	f.StringArrayVar(&o.limit, "limit", nil, "only these hosts: a group, a name or a glob `PATTERN`; may be repeated")
	o.where.flags(f)
	f.IntVar(&o.parallel, "parallel", 0, "work on at most `N` hosts at a time (default no limit)")
	f.IntVar(&o.retry, "retry", 0, "try an operation that failed `N` more times")
	f.Float64Var(&o.retryDelay, "retry-delay", 5, "`SECONDS` before the first retry; it grows with each")
	f.StringArrayVar(&o.data, "data", nil, "override host data, as in `KEY=VALUE`; may be repeated")
	f.BoolVar(&o.sudo, "sudo", false, "run operations by sudo")
	f.StringVar(&o.sudoUser, "sudo-user", "", "with --sudo, as this `USER` instead of root")
	f.StringVar(&o.shell, "shell-executable", "", "run operations by this `SHELL` instead of sh")
	f.BoolVar(&o.serial, "serial", false, "host by host, all operations of each")
	f.BoolVar(&o.free, "free", false, "let every host run ahead without waiting for the others between operations; also --no-wait")
	f.Var(&o.failPercent, "fail-percent", "stop when more than `N` percent of the hosts have failed")
	o.ssh.flags(f)
	f.CountVarP(&o.verbosity, "verbose", "v", "tell more: -v each host's results, -vv commands, -vvv what they print")
	f.StringVar(&o.output, "output", "auto", "how to show progress: auto, screen, plain, json or quiet")
	f.BoolVar(&o.json, "json", false, "print plan and results as JSON on standard output; without -y like --dry")
	f.BoolVar(&o.support, "support", false, "print versions for a report of what went wrong, and stop")
	f.BoolVar(&o.all, "all", false, "with fact: every fact that needs no argument")
	o.refused.flags(f)
	f.SetNormalizeFunc(sameOptions)
}

// runFleet runs deploy files.
func runFleet(ctx context.Context, con console, o runOptions, inventoryName string, deployNames ...string) error {
	return o.run(ctx, con, inventoryName, task{load: deployFiles(deployNames)})
}

// A task is what a run does with the hosts of an inventory.
type task struct {
	load loadFunc
	// printer takes what commands print, where that is what the user wants to
	// have; then nobody is asked, and there is no plan to be shown. Nil means
	// that the run's own story is all.
	printer *printer
}

// loadFunc reads the programs that a run works through.
type loadFunc func(deploy.Options) ([]*deploy.Program, error)

func deployFiles(names []string) loadFunc {
	return func(options deploy.Options) ([]*deploy.Program, error) {
		var programs []*deploy.Program
		for i, name := range names {
			options.Number = i
			program, err := deploy.Load(name, options)
			if err != nil {
				return nil, err
			}
			programs = append(programs, program)
		}
		return programs, nil
	}
}

// run reads the files, runs them, and shows and records what happens.
func (o *runOptions) run(ctx context.Context, con console, inventoryName string, what task) (err error) {
	mode, err := o.mode()
	if err != nil {
		return err
	}
	files, err := o.read(ctx, con, inventoryName, what.load)
	if err != nil {
		return err
	}
	connectors := all.All(all.Options{ConnectTimeout: files.config.ConnectTimeout, Keepalive: o.keepalive})
	if err := checkConnectors(files.hosts, connectors); err != nil {
		return err
	}
	if what.printer != nil && mode != screen.Plain {
		mode = screen.Quiet
	}
	show := screen.New(screen.Options{Out: con.err, Data: con.out, In: con.file(), Mode: mode, Verbosity: o.verbosity})
	record, err := o.openJournal(ctx)
	if err != nil {
		return errors.Join(err, show.Close())
	}
	looking := sinks{record, show}
	if what.printer != nil {
		looking = append(looking, what.printer)
	}
	ctx, signals := handleSignals(ctx)
	defer signals.stop()
	summary, err := run.Run(ctx, run.Options{
		Hosts:         files.hosts,
		Connectors:    connectors,
		Deploy:        files.deploy,
		Sink:          looking,
		Version:       version(),
		Args:          o.args,
		Parallel:      o.parallelism(files.config),
		Free:          o.free,
		Serial:        o.serial,
		FailPercent:   o.failPercent.value,
		Dry:           o.dry || o.json && !o.yes && what.printer == nil,
		Diff:          o.diff,
		Confirm:       o.confirm(show, what),
		Stop:          signals.first,
		DucklingAfter: o.duckling,
		TempDir:       files.config.TempDir,
	})
	shown := errors.Join(show.Close(), what.printer.close())
	recorded := record.Close()
	if recorded != nil {
		warn(con, fmt.Sprintf("cygnet: the journal does not have all of this run: %v", recorded))
	}
	lost := shown != nil && (mode == screen.JSON || what.printer != nil)
	if lost {
		form := "its JSON"
		if what.printer != nil {
			form = "what the command printed"
		}
		warn(con, fmt.Sprintf("cygnet: the run has ended, but %s could not be written: %v", form, shown))
	}
	return verdict(summary, err, lost)
}

// verdict turns how a run ended into the command's error. What the hosts are in
// counts, not whether all of the talk about it could be written; data that was
// asked for (lost) does.
func verdict(s run.Summary, err error, lost bool) error {
	switch {
	case err != nil:
		return mistake(err)
	case s.Interrupted:
		return errInterrupted
	case lost || slices.ContainsFunc(s.Hosts, failed):
		return errNotDone
	case s.Declined || s.Converged():
		return nil
	}
	return errNotDone
}

func failed(h run.HostSummary) bool { return h.Status == run.Failed || h.Status == run.Unknown }

// warn says something on standard error, with nothing in it that a terminal
// would obey: a file may quote what others wrote. If it cannot be written there
// is nobody to tell.
func warn(con console, text string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		_, _ = fmt.Fprintln(con.err, screen.Visible(line))
	}
}

// checkConnectors refuses hosts that this version has no way to.
func checkConnectors(hosts []*fleet.Host, connectors connect.Set) error {
	for _, h := range hosts {
		if _, err := connectors.Find(h); err != nil {
			return err
		}
	}
	return nil
}

// mistake shows errors of files as Python would.
func mistake(err error) error {
	if list, ok := errors.AsType[deploy.Errors](err); ok {
		texts := make([]string, len(list))
		for i, e := range list {
			texts[i] = ofFile(e)
		}
		return formatted(strings.Join(texts, "\n"))
	}
	if e, ok := errors.AsType[*deploy.Error](err); ok {
		return formatted(ofFile(e))
	}
	return err
}

// ofFile shows an error of a file, or of what the command line says: that has no
// lines that anybody has seen.
func ofFile(e *deploy.Error) string {
	if e.File != commandLine {
		shown := *e
		shown.Traceback = slices.DeleteFunc(slices.Clone(e.Traceback), func(f deploy.Frame) bool { return f.File == commandLine })
		return shown.Format()
	}
	text := "cygnet: " + strings.TrimPrefix(e.Message, "TypeError: ")
	if e.Hint != "" {
		text += ": " + e.Hint
	}
	return text
}

// formatted is an error whose text is printed as it stands.
type formatted string

func (f formatted) Error() string { return string(f) }

func (o *runOptions) mode() (screen.Mode, error) {
	if o.json {
		return screen.JSON, nil
	}
	if o.output == "" {
		return screen.Auto, nil
	}
	return screen.ParseMode(o.output)
}

func (o *runOptions) parallelism(c deploy.Config) int {
	if o.parallel > 0 {
		return o.parallel
	}
	return c.Parallel
}

// confirm asks on the screen before a plan is run, unless -y says not to.
func (o *runOptions) confirm(s *screen.Screen, what task) func(context.Context) (bool, error) {
	if o.yes || what.printer != nil {
		return nil
	}
	return func(ctx context.Context) (bool, error) { return s.Confirm(ctx, "Run this plan?") }
}

func (o *runOptions) openJournal(ctx context.Context) (*journal.Journal, error) {
	path := o.journal
	if path == "" {
		var err error
		if path, err = journal.DefaultPath(); err != nil {
			return nil, err
		}
	}
	return journal.Open(ctx, path)
}

// sinks passes events on to several.
type sinks []run.Sink

// Event implements run.Sink.
func (s sinks) Event(t time.Time, e run.Event) {
	for _, sink := range s {
		sink.Event(t, e)
	}
}

// input is what the files of a run say.
type input struct {
	hosts     []*fleet.Host // those of the inventory that take part
	inventory *fleet.Inventory
	config    deploy.Config
	programs  []*deploy.Program
	deploy    run.Deploy
}

// read reads inventory and deploys; no host is touched.
func (o *runOptions) read(ctx context.Context, con console, inventoryName string, load loadFunc) (input, error) {
	registry := modules.All()
	options := deploy.Options{Registry: registry, Message: func(level, text string) {
		warn(con, level+": "+text)
	}}
	config, err := o.readConfig(ctx, options)
	if err != nil {
		return input{}, mistake(err)
	}
	if info, err := os.Stat(inventoryName); err == nil && info.IsDir() {
		return input{}, fmt.Errorf("%s: is a folder, not a file (a host of that name is written @ssh/%s)", inventoryName, inventoryName)
	}
	inventory, err := deploy.LoadInventory(ctx, inventoryName, options, o.where.groupData...)
	if err != nil {
		return input{}, mistake(err)
	}
	overrides, err := o.overrides()
	if err != nil {
		return input{}, err
	}
	inventory.Override(overrides)
	hosts, err := o.choose(con, inventory)
	if err != nil {
		return input{}, err
	}
	programs, err := load(options)
	if err != nil {
		return input{}, mistake(err)
	}
	return input{hosts: hosts, inventory: inventory, config: config, programs: programs, deploy: deployFunc(programs, inventory, config)}, nil
}

// readConfig returns the settings of the file that --config names, or else of
// config.py, if there is one, and then those of the command line.
func (o *runOptions) readConfig(ctx context.Context, options deploy.Options) (config deploy.Config, err error) {
	file := cmp.Or(o.where.config, configFile)
	if _, missing := os.Stat(file); o.where.config != "" || !errors.Is(missing, os.ErrNotExist) {
		config, err = deploy.LoadConfig(ctx, file, config, options)
	}
	o.configure(&config)
	return config, err
}

// deployFunc runs the programs for a host, one after the other.
func deployFunc(programs []*deploy.Program, inventory *fleet.Inventory, config deploy.Config) run.Deploy {
	return func(ctx context.Context, h *run.Host) error {
		for _, p := range programs {
			err := p.Run(ctx, deploy.Environment{Host: h.Inventory(), Inventory: inventory, Recorder: h, Config: config})
			if e, ok := errors.AsType[*deploy.Error](err); ok && e.Mistake() {
				return fmt.Errorf("%w: %w", run.ErrMistake, err)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}
