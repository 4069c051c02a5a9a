package op_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

func TestLabel(t *testing.T) {
	for _, c := range []struct {
		call op.Call
		want string
	}{
		{op.Call{Name: "apt.packages"}, "apt.packages"},
		{op.Call{Name: "apt.packages", Detail: "git | update=True"}, "apt.packages (git | update=True)"},
		{op.Call{Name: "apt.packages", Detail: "git", Arguments: op.Arguments{Name: "Tools"}}, "Tools"},
	} {
		if got := c.call.Label(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestSucceeded(t *testing.T) {
	only3 := op.Arguments{SuccessExitCodes: []int{3}}
	if !(op.Arguments{}).Succeeded(0) || (op.Arguments{}).Succeeded(3) || only3.Succeeded(0) || !only3.Succeeded(3) {
		t.Error("exit statuses of success are 0, or those that are given")
	}
}

// TestCommandHasAnEnvironmentOfItsOwn guards against one host's command changing
// that of all others, which share the arguments.
func TestCommandHasAnEnvironmentOfItsOwn(t *testing.T) {
	a := op.Arguments{Env: map[string]string{"A": "1"}}
	a.Command(shell.Raw("true")).Env["A"] = "2"
	if a.Env["A"] != "1" {
		t.Error("the arguments have changed")
	}
}

type says struct {
	plan op.Plan
	err  error
}

func (s says) Plan(*op.Host) (op.Plan, error) { return s.plan, s.err }

func TestInclude(t *testing.T) {
	var p, part op.Plan
	p.Run(shell.Raw("one"))
	part.Run(shell.Raw("two"))
	if err := p.Include(nil, says{plan: part}); err != nil {
		t.Fatal(err)
	}
	if err := p.Include(nil, says{plan: op.Nothing("%d are there", 2)}); err != nil {
		t.Fatal(err)
	}
	if len(p.Commands) != 2 || p.Commands[1].String() != "two" || p.Noop != "2 are there" {
		t.Errorf("got %+v", p)
	}
	if err := p.Include(nil, says{err: fact.ErrPending}); !errors.Is(err, fact.ErrPending) {
		t.Errorf("got %v", err)
	}
}

func TestOrder(t *testing.T) {
	sorted := []op.Order{{1}, {1, 2}, {1, 2, 0}, {1, 10}, {2}}
	if !slices.IsSortedFunc(sorted, op.Order.Compare) {
		t.Errorf("%v is not in order", sorted)
	}
}

func TestContent(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("from a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := op.LocalFiles{Dir: dir}
	for _, c := range []struct {
		content    op.Content
		want, name string
		zero       bool
	}{
		{op.File("f"), "from a file", "f", false},
		{op.File(filepath.Join(dir, "f")), "from a file", filepath.Join(dir, "f"), false},
		{op.Bytes([]byte("held")), "held", "content from memory", false},
		{op.Bytes(nil), "", "content from memory", false},
		{op.Content{}, "", "nothing", true},
	} {
		r, err := c.content.Open(files)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		if string(got) != c.want || c.content.String() != c.name || c.content.IsZero() != c.zero {
			t.Errorf("%+v: got %q, %q, %v", c, got, c.content, c.content.IsZero())
		}
	}
	if _, err := op.File("missing").Open(files); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestErrorKinds(t *testing.T) {
	for want, err := range map[string]error{
		"OperationError":      op.Errorf("no %s", "x"),
		"OperationTypeError":  op.TypeErrorf("no %s", "x"),
		"OperationValueError": op.ValueErrorf("no %s", "x"),
	} {
		e, ok := errors.AsType[*op.Error](err)
		if !ok || e.Kind.String() != want || e.Error() != "no x" {
			t.Errorf("got %v of kind %v, want %s", err, e.Kind, want)
		}
	}
}
