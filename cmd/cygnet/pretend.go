package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"cygnet/deploy"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/modules"
	"cygnet/op"
	"cygnet/op/argument"
)

// pretendedName is the host of a plan for which nobody has named one.
const pretendedName = "pretended"

// runPlan evaluates deploys for a host that is not asked.
func (o *checkOptions) runPlan(ctx context.Context, con console, names []string) error {
	if len(names) == 0 {
		return errors.New("check --plan: say which deploy: cygnet check --plan deploy.py")
	}
	if len(o.inventories) > 1 {
		return errors.New("check --plan: one host cannot be of several inventories")
	}
	facts, err := readFacts(o.facts, o.host)
	if err != nil {
		return err
	}
	options := deploy.Options{Registry: modules.All(), Message: func(level, text string) { warn(con, level+": "+text) }}
	inventory, host, err := o.pretendedHost(ctx, facts.host, options)
	if err != nil {
		return mistake(err)
	}
	r := runOptions{data: o.data}
	config, err := r.readConfig(ctx, options)
	if err != nil {
		return mistake(err)
	}
	overrides, err := r.overrides()
	if err != nil {
		return err
	}
	inventory.Override(overrides)
	programs, err := deployFiles(names)(options)
	if err != nil {
		return mistake(err)
	}
	p := &pretended{con: con, host: host, facts: facts, tempDir: config.TempDir, now: time.Now()}
	for _, program := range programs {
		err := program.Run(ctx, deploy.Environment{Host: host, Inventory: inventory, Recorder: p, Config: config})
		if err != nil {
			return mistake(err)
		}
	}
	if err := writeJSON(con.out, p.document()); err != nil {
		return err
	}
	return p.failed()
}

// pretendedHost returns the host that is meant: the one that was named, else the
// one that the facts are of, else the inventory's first.
func (o *checkOptions) pretendedHost(ctx context.Context, ofFacts string, options deploy.Options) (*fleet.Inventory, *fleet.Host, error) {
	name := o.host
	if name == "" {
		name = ofFacts
	}
	spec := name
	if len(o.inventories) > 0 {
		spec = o.inventories[0]
	} else if spec == "" {
		spec = pretendedName
	}
	inventory, err := deploy.LoadInventory(ctx, spec, options)
	if err != nil {
		return nil, nil, err
	}
	if name == "" {
		return inventory, inventory.Hosts()[0], nil
	}
	host := inventory.Host(name)
	if host == nil {
		return nil, nil, fmt.Errorf("%s has no host %q: name one of it by --host", spec, name)
	}
	return inventory, host, nil
}

// knownFacts are the facts of a file, by the key of their request.
type knownFacts struct {
	host    string // whose they are; empty if there are none
	answers map[string]knownFact
}

type knownFact struct {
	declaration fact.Declaration
	plain       any
}

// maxFactsFile is the size, in bytes, of the largest file of facts.
const maxFactsFile = 64 << 20

// readFacts reads what `cygnet fact` has written: facts of a host, by their name
// and arguments.
func readFacts(path, host string) (knownFacts, error) {
	known := knownFacts{answers: map[string]knownFact{}}
	if path == "" {
		return known, nil
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxFactsFile {
		err = fmt.Errorf("it is larger than %d MiB", maxFactsFile>>20)
	}
	if err != nil {
		return known, fmt.Errorf("--facts: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return known, fmt.Errorf("--facts: %w", err)
	}
	var hosts map[string]map[string]any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := d.Decode(&hosts); err != nil {
		return known, fmt.Errorf(`--facts %s: it must be JSON like {"host": {"server.Arch": "x86_64"}}: %w`, path, err)
	}
	if host == "" && len(hosts) == 1 {
		for host = range hosts {
			break
		}
	}
	facts, ok := hosts[host]
	if !ok {
		return known, fmt.Errorf("--facts %s: it has facts of %d hosts: name one of them by --host", path, len(hosts))
	}
	known.host = host
	registry := modules.All()
	for label, plain := range facts {
		key, d, err := factKey(registry, label)
		if err != nil {
			return known, fmt.Errorf("--facts %s: %w", path, err)
		}
		known.answers[key] = knownFact{d, plain}
	}
	return known, nil
}

// factKey returns the key of the request that a fact's name and arguments mean.
func factKey(registry *modules.Registry, label string) (string, fact.Declaration, error) {
	words := strings.Split(label, " ")
	d, ok := registry.Fact(words[0])
	if !ok {
		return "", d, unknownFact(registry, words[0])
	}
	var args []any
	kwargs := map[string]any{}
	for _, word := range joinValues(words[1:]) {
		name, value, keyword := strings.Cut(word, "=")
		switch {
		case !keyword || !identifier.MatchString(name):
			args = append(args, deploy.ParseValue(word))
		case !strings.HasPrefix(name, "_"): // else it says as whom to ask
			kwargs[name] = deploy.ParseValue(value)
		}
	}
	value, err := argument.New(d.Type, d.Name, args, kwargs)
	if err != nil {
		return "", d, err
	}
	return d.Ask(value).Key, d, nil
}

// joinValues puts together what blanks within a value have torn apart.
func joinValues(words []string) []string {
	var joined []string
	for _, word := range words {
		name, _, keyword := strings.Cut(word, "=")
		if len(joined) > 0 && (!keyword || !identifier.MatchString(name)) {
			joined[len(joined)-1] += " " + word
			continue
		}
		joined = append(joined, word)
	}
	return joined
}

// Fact implements fact.Source. What is not known is what a host has that has
// nothing.
func (k knownFacts) Fact(req fact.Request) (any, error) {
	known, ok := k.answers[req.Key]
	if !ok {
		return req.Zero, nil
	}
	return known.declaration.FromPlain(known.plain)
}

// pretended is a host that takes down what a deploy calls and plans it at once,
// with the facts that it was given.
type pretended struct {
	con     console
	host    *fleet.Host
	facts   knownFacts
	tempDir string
	now     time.Time
	calls   []*plannedCall
}

type plannedCall struct {
	op.Call
	plan op.Plan
	err  error
}

var _ op.Recorder = (*pretended)(nil)

// Call implements op.Recorder.
func (p *pretended) Call(_ context.Context, c op.Call) (op.Result, error) {
	planned := &plannedCall{Call: c}
	planned.plan, planned.err = c.Operation.Plan(p.view())
	p.calls = append(p.calls, planned)
	return planned, nil
}

// Fact implements op.Recorder.
func (p *pretended) Fact(_ context.Context, req fact.Request, _ op.Arguments) (any, error) {
	return p.facts.Fact(req)
}

// Message implements op.Recorder.
func (p *pretended) Message(level, text string) { warn(p.con, level+": "+text) }

// WillChange implements op.Result.
func (c *plannedCall) WillChange(context.Context) (bool, error) {
	return len(c.plan.Commands) > 0, c.err
}

// Outcome implements op.Result: nothing is run.
func (*plannedCall) Outcome() (op.Outcome, bool) { return op.Outcome{}, false }

// view is what a plan may look at. Temporary files have names that are the same
// each time, so that plans can be compared.
func (p *pretended) view() *op.Host {
	dir := p.tempDir
	if dir == "" {
		dir = "/tmp"
	}
	return &op.Host{
		Source: p.facts, Name: p.host.Name, Local: op.LocalFiles{}, Now: p.now,
		Timestamp: p.now.UTC().Format("20060102T150405Z"), TempDir: dir, Data: p.host.Lookup,
		TempFile: func(seed string) string {
			sum := sha256.Sum256([]byte(seed))
			return dir + "/cygnet-" + hex.EncodeToString(sum[:16])
		},
	}
}

// failed tells operations that could not be planned.
func (p *pretended) failed() error {
	failed := false
	for _, c := range p.calls {
		if c.err != nil {
			failed = true
			warn(p.con, fmt.Sprintf("%s: %s: %v", c.Position, c.Label(), c.err))
		}
	}
	if failed {
		return errNotDone
	}
	return nil
}
