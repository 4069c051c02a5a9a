package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/deploy"
	"cygnet/op"
	"cygnet/op/argument"
)

// now is when the cases were written down: lines of ls without a year are of the
// year before it.
var now = time.Date(2025, 11, 15, 12, 0, 0, 0, time.UTC)

// operation runs a case and returns what is wrong. known says whether there is
// such an operation.
func (s suite) operation(name string, c testCase) (detail string, known bool) {
	d, ok := s.registry.Operation(name)
	if !ok {
		return "", false
	}
	plan, err := s.plan(d, c)
	if c.Exception != nil {
		return checkException(*c.Exception, err), true
	}
	if err != nil {
		return "unexpected error: " + err.Error(), true
	}
	return checkPlan(plan, c), true
}

func (s suite) plan(d op.Declaration, c testCase) (op.Plan, error) {
	args, err := decode(c.Args)
	if err != nil {
		return op.Plan{}, err
	}
	kwargs, err := decode(c.Kwargs)
	if err != nil {
		return op.Plan{}, err
	}
	o, err := d.New(args.([]any), kwargs.(map[string]any))
	if err != nil {
		return op.Plan{}, err
	}
	return o.Plan(&op.Host{
		Source:    source{s.registry, c.Facts, s.additions[d.Name]},
		Name:      "host",
		Local:     localFiles{c.LocalFiles},
		Now:       now,
		Timestamp: "a-timestamp",
		TempDir:   "_tempdir_",
		TempFile:  func(string) string { return "_tempfile_" },
		Data:      func(string) (any, bool) { return nil, false },
		Render:    deploy.Render,
	})
}

func checkPlan(plan op.Plan, c testCase) string {
	want := make([]string, len(c.Commands))
	got := make([]string, len(plan.Commands))
	for i, w := range c.Commands {
		want[i] = wanted(w)
	}
	for i, g := range plan.Commands {
		masked := i < len(c.Commands) && isMasked(c.Commands[i])
		got[i] = planned(g, masked)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return "commands (-want +got):\n" + diff
	}
	if len(got) == 0 && plan.Noop == "" {
		return "there is nothing to do, but the plan does not say why"
	}
	return ""
}

func isMasked(command any) bool {
	dict, ok := command.(map[string]any)
	return ok && dict["masked"] != nil
}

// wanted writes a command of a case as text.
func wanted(command any) string {
	switch c := command.(type) {
	case string:
		return strings.TrimSpace(c)
	case []any:
		if len(c) == 3 && (c[0] == "upload" || c[0] == "download") {
			return fmt.Sprintf("%s %v -> %v", c[0], c[1], c[2])
		}
	case map[string]any:
		if raw, ok := c["raw"].(string); ok {
			return "(with secrets) " + strings.TrimSpace(raw)
		}
		if inner, ok := c["command"]; ok {
			return fmt.Sprintf("%s (success: %v)", wanted(inner), c["_success_exit_codes"])
		}
	}
	return fmt.Sprintf("call %v", command)
}

// planned writes a command of a plan as text. Where a case wants a masked command
// there must be a secret in it; where it wants none there may be one.
func planned(command op.Command, masked bool) string {
	switch c := command.(type) {
	case op.Shell:
		text := strings.TrimSpace(c.Text.Reveal())
		if masked && c.Text.HasSecret() {
			text = "(with secrets) " + text
		}
		if len(c.SuccessExitCodes) > 0 {
			text += fmt.Sprintf(" (success: %v)", c.SuccessExitCodes)
		}
		return text
	case op.Upload:
		from, ok := c.From.Path()
		if !ok {
			data, _ := c.From.Data()
			from = string(data)
		}
		return fmt.Sprintf("upload %s -> %s", from, path.Clean(c.To))
	case op.Download:
		return fmt.Sprintf("download %s -> %s", c.From, c.To)
	}
	return command.String()
}

// kinds returns the names that Python has for an error.
func kinds(err error) []string {
	if e, ok := errors.AsType[*op.Error](err); ok {
		if e.Kind == op.ValueError {
			return []string{e.Kind.String(), "ValueError"}
		}
		return []string{e.Kind.String()}
	}
	if e, ok := errors.AsType[*argument.Error](err); ok {
		if e.Type {
			return []string{"OperationTypeError", "TypeError"}
		}
		return []string{"TypeError", "ValueError"}
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return []string{"OSError", "IOError"}
	}
	return nil
}

func checkException(e exception, err error) string {
	want := e.Names
	if e.Name != "" {
		want = append(want, e.Name)
	}
	if err == nil {
		return fmt.Sprintf("no error; an error of kind %s is wanted", strings.Join(want, " or "))
	}
	if !slices.ContainsFunc(kinds(err), func(k string) bool { return slices.Contains(want, k) }) {
		return fmt.Sprintf("error of another kind than %s: %v", strings.Join(want, " or "), err)
	}
	return ""
}
