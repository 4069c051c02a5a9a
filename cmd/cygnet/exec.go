package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cygnet/connect"
	"cygnet/run"
	"cygnet/screen"
)

// runExec runs a shell command on all hosts and prints what it prints.
func (o *runOptions) runExec(ctx context.Context, con console, inventory string, words []string) error {
	if len(words) == 0 {
		return errors.New("exec: say what to run: cygnet INVENTORY exec -- COMMAND")
	}
	if o.dry {
		return errors.New("--dry: a command of exec has no plan; server.shell has one")
	}
	command := strings.Join(words, " ")
	text := "from pyinfra.operations import server\nserver.shell(commands=[" + quoted(command) + "])\n"
	return o.run(ctx, con, inventory, task{load: oneText(text), printer: newPrinter(con, o.json)})
}

// A printer writes what commands print: each line with its host's name, standard
// output to standard output and standard error to standard error; or all of it as
// one JSON document when the run is over.
type printer struct {
	con  console
	json bool
	err  error // the first that writing has met

	order []string
	hosts map[string]*execResult
	kept  map[string]int // bytes of output that are kept, by host
}

// execResult is what exec --json tells of a host.
type execResult struct {
	// Status is "changed" where the command ran and succeeded; it is the word
	// that `cygnet show` has.
	Status string `json:"status"`
	// Exit is the command's exit status, -1 if it did not come to one.
	Exit      int      `json:"exit"`
	Stdout    []string `json:"stdout"`
	Stderr    []string `json:"stderr"`
	Truncated bool     `json:"truncated,omitempty"`
	Error     string   `json:"error,omitempty"`
}

// maxExecOutput is how many bytes of a host's output the JSON document has.
const maxExecOutput = 4 << 20

func newPrinter(con console, json bool) *printer {
	return &printer{con: con, json: json, hosts: map[string]*execResult{}, kept: map[string]int{}}
}

// Event implements run.Sink.
func (p *printer) Event(_ time.Time, event run.Event) {
	switch e := event.(type) {
	case run.Started:
		p.order = e.Hosts
		for _, name := range e.Hosts {
			p.hosts[name] = &execResult{Status: run.Waiting.String(), Exit: -1, Stdout: []string{}, Stderr: []string{}}
		}
	case run.HostStarted: // another attempt begins anew
		r := p.hosts[e.Host]
		r.Stdout, r.Stderr, r.Truncated, p.kept[e.Host] = []string{}, []string{}, false, 0
	case run.Output:
		p.output(e)
	case run.HostFinished:
		r := p.hosts[e.Host]
		r.Status, r.Exit = e.Status.String(), e.Exit
	case run.Dropped:
		r := p.hosts[e.Host]
		if r.Error = e.Err.Error(); r.Status == run.Waiting.String() && !errors.Is(e.Err, run.ErrStopped) {
			r.Status = run.Failed.String()
		}
	}
}

func (p *printer) output(e run.Output) {
	if !p.json {
		to := p.con.out
		if e.Stream == connect.Stderr {
			to = p.con.err
		}
		_, err := fmt.Fprintf(to, "%s: %s\n", screen.Visible(e.Host), screen.Visible(strings.TrimRight(e.Line, "\r")))
		if err != nil && e.Stream == connect.Stdout && p.err == nil {
			p.err = err
		}
		return
	}
	r := p.hosts[e.Host]
	if p.kept[e.Host] += len(e.Line) + 1; p.kept[e.Host] > maxExecOutput {
		r.Truncated = true
		return
	}
	if e.Stream == connect.Stderr {
		r.Stderr = append(r.Stderr, e.Line)
	} else {
		r.Stdout = append(r.Stdout, e.Line)
	}
}

// close writes the document, if there is to be one, and returns what went wrong.
// A nil printer has nothing to say.
func (p *printer) close() error {
	if p == nil || !p.json {
		if p == nil {
			return nil
		}
		return p.err
	}
	all := object{}
	for _, name := range slices.Sorted(slices.Values(p.order)) {
		all = append(all, member{name, p.hosts[name]})
	}
	return writeJSON(p.con.out, all)
}

// An object is a JSON object whose members have an order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// writeJSON writes a value for programs and people to read.
func writeJSON(to io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = to.Write(append(text, '\n'))
	return err
}
