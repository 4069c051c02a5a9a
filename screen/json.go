package screen

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"cygnet/run"
)

// document writes the run as one JSON document, indented by two spaces, when it
// is over; until then only failures are told, on the other output. The keys are
// those that pyinfra's --json has.
type document struct {
	*quiet
	p    *progress
	data *output
}

// runJSON is the document. Results is null for a dry run, and for a plan that
// was declined.
type runJSON struct {
	Plan    []planJSON   `json:"plan"`
	Results *resultsJSON `json:"results"`
}

// operationJSON says which operation it is. Hash is the same as long as the
// operation's place, name and label are. Args show its own arguments, shortened
// for people.
type operationJSON struct {
	Hash  string   `json:"op_hash"`
	Name  string   `json:"name"`
	Names []string `json:"names"`
	Args  []string `json:"args"`
}

// planJSON says on which hosts an operation has something to do.
type planJSON struct {
	operationJSON
	Change      []string `json:"hosts_with_change"`
	Conditional []string `json:"hosts_with_conditional_change"`
}

type resultsJSON struct {
	Operations []resultJSON `json:"operations"`
	Totals     totalsJSON   `json:"totals"`
	Failed     []string     `json:"failed_hosts"`
}

type resultJSON struct {
	operationJSON
	totalsJSON
}

// totalsJSON counts hosts, or in the totals hosts times operations. Error
// includes failures that the deploy ignores. Hosts that skipped an operation or
// did not come to it are in none of the three.
type totalsJSON struct {
	Hosts    int `json:"hosts"`
	Success  int `json:"success"`
	Error    int `json:"error"`
	NoChange int `json:"no_change"`
}

func (f *document) event(t time.Time, event run.Event) {
	f.quiet.event(t, event)
	e, ok := event.(run.Finished)
	if !ok {
		return
	}
	text, err := json.MarshalIndent(f.of(e.Summary), "", "  ")
	if err != nil {
		f.data.err = fmt.Errorf("write the run as JSON: %w", err)
		return
	}
	f.data.write(seen(string(text)) + "\n")
}

// seen writes what a terminal must not get raw, should the document go to one,
// in JSON's own escapes. The encoder does so for the characters below a space.
func seen(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < 0x7f || unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// of makes the document of a run that is over.
func (f *document) of(s run.Summary) runJSON {
	d := runJSON{Plan: []planJSON{}}
	for _, o := range f.p.ops {
		d.Plan = append(d.Plan, planJSON{identify(o.Operation), sorted(o.WillChange), sorted(o.Conditional)})
	}
	if s.Dry || s.Declined {
		return d
	}
	d.Results = &resultsJSON{Operations: []resultJSON{}, Failed: sorted(s.NotDone())}
	for i, o := range s.Operations {
		id := identify(run.Operation{Index: i, Name: o.Name, Label: o.Label})
		if planned := f.p.operation(i); planned != nil {
			id = identify(planned.Operation)
		}
		c := totalsJSON{Hosts: o.Hosts, Success: o.Changed, Error: failures(o), NoChange: o.Unchanged}
		d.Results.Operations = append(d.Results.Operations, resultJSON{id, c})
		t := &d.Results.Totals
		t.Hosts, t.Success, t.Error, t.NoChange = t.Hosts+c.Hosts, t.Success+c.Success, t.Error+c.Error, t.NoChange+c.NoChange
	}
	return d
}

// identify names an operation. What people see is its name, as in pyinfra.
func identify(o run.Operation) operationJSON {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%s\x00%s", o.Index, o.Name, o.Label))
	args := []string{}
	if o.Detail != "" {
		args = strings.Split(o.Detail, " | ")
	}
	return operationJSON{Hash: hex.EncodeToString(sum[:20]), Name: o.Label, Names: []string{o.Label}, Args: args}
}

// sorted returns names in order, never null.
func sorted(names []string) []string {
	return append([]string{}, slices.Sorted(slices.Values(names))...)
}
