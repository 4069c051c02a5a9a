package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cygnet/deploy"
	"cygnet/modules"
	"cygnet/screen"
)

// checkOptions are what the command line says about a check.
type checkOptions struct {
	inventories []string
	json, plan  bool
	facts       string
	host        string
	data        []string
}

func newCheck(con console) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Tell what deploys have that would be refused; touch no host",
		Long: `Read deploys, with the modules of your own that they import, and report every construct,
import and operation that would be refused, with its place, and how often there is each. With
--inventory also inventories, with their group data. No host is touched. The exit status is 0
if there is nothing to report, and 1 if there is.

With --plan, go on and evaluate the deploys for one host that is not asked: its facts are
those of --facts, a file as "cygnet fact --all" writes it, {"host": {"module.Fact": answer}};
a fact that is not in it has the answer of a host that has nothing. What the deploys call is
printed as JSON, in order: each operation with its arguments, the global ones too, and the
commands that it plans. If a deploy cannot be evaluated, the exit status is 2.`,
		Example: `  cygnet check deploy.py --inventory machines.py
  cygnet check --json *.py
  cygnet fact --all web1 >FACTS.json
  cygnet check --plan --facts FACTS.json deploy.py`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && len(o.inventories) == 0:
				return errors.New("check: say which files: cygnet check deploy.py")
			case o.plan:
				return o.runPlan(cmd.Context(), con, args)
			case o.facts != "" || o.host != "" || len(o.data) > 0:
				return errors.New("check: --facts, --host and --data are for --plan")
			}
			return o.runCheck(cmd.Context(), con, args)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&o.inventories, "inventory", nil, "also check this inventory `FILE`; with --plan, the host and its data are from there")
	f.BoolVar(&o.json, "json", false, "report as JSON")
	f.BoolVar(&o.plan, "plan", false, "evaluate the deploys for a host that is not asked, and print what they call as JSON")
	f.StringVar(&o.facts, "facts", "", "with --plan, the host's facts are in `FILE`")
	f.StringVar(&o.host, "host", "", "with --plan, the `NAME` of the host: one of the inventory, or of the facts")
	f.StringArrayVar(&o.data, "data", nil, "with --plan, override host data, as in `KEY=VALUE`; may be repeated")
	return cmd
}

// A checkReport is what was found, in the form of --json.
type checkReport struct {
	Files   []checkedFile   `json:"files"`
	Counts  []refusalCount  `json:"counts"`
	Refused int             `json:"refused"` // problems in all
	seen    map[string]bool // a module of two deploys is told once
}

type checkedFile struct {
	File     string    `json:"file"`
	Problems []refusal `json:"problems"`
}

type refusal struct {
	File    string `json:"file"` // a module that it imports, or itself
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Source  string `json:"source,omitempty"`
}

type refusalCount struct {
	Message string `json:"message"`
	Count   int    `json:"count"`
}

func (o *checkOptions) runCheck(ctx context.Context, con console, names []string) error {
	report := checkReport{Files: []checkedFile{}, Counts: []refusalCount{}, seen: map[string]bool{}}
	options := deploy.Options{Registry: modules.All()}
	for _, name := range o.inventories {
		_, err := deploy.LoadInventory(ctx, name, options)
		report.add(name, err)
	}
	for _, name := range names {
		_, err := deploy.Load(name, options)
		report.add(name, err, importErrors(name, err, options))
	}
	report.count()
	write := report.text
	if o.json {
		write = func(con console) error { return writeJSON(con.out, report) }
	}
	if err := write(con); err != nil {
		return err
	}
	if report.Refused > 0 {
		return errNotDone
	}
	return nil
}

// add takes in what is wrong with a file, which may be nothing.
func (r *checkReport) add(name string, errs ...error) {
	f := checkedFile{File: name, Problems: []refusal{}}
	for _, err := range errs {
		for _, p := range refusals(name, err) {
			if key := fmt.Sprint(p); !r.seen[key] {
				r.seen[key] = true
				f.Problems = append(f.Problems, p)
			}
		}
	}
	r.Refused += len(f.Problems)
	r.Files = append(r.Files, f)
}

// oneLineImport is an import at the top level that ends on its line.
var oneLineImport = regexp.MustCompile(`^(import|from)\s[^()\\]*$`)

// importErrors returns what is wrong with the imports of a file whose other lines
// are refused: they are looked at only when those can be read.
func importErrors(name string, refused error, options deploy.Options) error {
	list, ok := errors.AsType[deploy.Errors](refused)
	if !ok || !slices.ContainsFunc(list, func(e *deploy.Error) bool { return e.File == name && e.Line > 0 }) {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil // which has been said
	}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if !oneLineImport.MatchString(strings.TrimRight(line, "\r")) {
			lines[i] = ""
		}
	}
	_, err = deploy.LoadText(name, strings.Join(lines, "\n"), options)
	if found, ok := errors.AsType[deploy.Errors](err); ok {
		found = slices.DeleteFunc(found, func(e *deploy.Error) bool { return e.Line == 0 })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

func refusals(name string, err error) []refusal {
	if err == nil {
		return nil
	}
	list, ok := errors.AsType[deploy.Errors](err)
	if e, single := errors.AsType[*deploy.Error](err); !ok && single {
		list = deploy.Errors{e}
	} else if !ok {
		return []refusal{{File: name, Message: err.Error()}}
	}
	var found []refusal
	for _, e := range list {
		found = append(found, refusal{e.File, e.Line, e.Column, e.Message, e.Hint, strings.TrimSpace(e.Source)})
	}
	return found
}

// count counts equal problems, the most frequent first.
func (r *checkReport) count() {
	counts := map[string]int{}
	for _, f := range r.Files {
		for _, p := range f.Problems {
			counts[p.Message]++
		}
	}
	for message, n := range counts {
		r.Counts = append(r.Counts, refusalCount{message, n})
	}
	slices.SortFunc(r.Counts, func(a, b refusalCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Message, b.Message))
	})
}

// text writes the report for people.
func (r *checkReport) text(con console) error {
	var b strings.Builder
	good := 0
	for _, f := range r.Files {
		if len(f.Problems) == 0 {
			good++
		}
		for _, p := range f.Problems {
			b.WriteString(screen.Visible(p.line()) + "\n")
			if p.Source != "" {
				b.WriteString("    " + screen.Visible(p.Source) + "\n")
			}
		}
	}
	if r.Refused > 0 {
		b.WriteString("\n")
		for _, c := range r.Counts {
			fmt.Fprintf(&b, "%5d  %s\n", c.Count, screen.Visible(c.Message))
		}
		b.WriteString("\n")
	}
	problems := "problems"
	if r.Refused == 1 {
		problems = "problem"
	}
	fmt.Fprintf(&b, "%d of %d files can be read; %d %s\n", good, len(r.Files), r.Refused, problems)
	_, err := con.out.Write([]byte(b.String()))
	return err
}

// line is where and what a problem is.
func (p refusal) line() string {
	text := p.File
	if p.Line > 0 {
		text = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	text += ": " + strings.ReplaceAll(p.Message, "\n", " ")
	if p.Hint != "" {
		text += ": " + p.Hint
	}
	return text
}
