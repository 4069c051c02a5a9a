package builtin_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/syntax"
)

func TestContract(t *testing.T) {
	names := builtin.Predeclared()
	imports := []string{syntax.Import, syntax.ImportAs, syntax.ImportFrom}
	for _, name := range syntax.Helpers() {
		if has := names.Has(name); has == slices.Contains(imports, name) {
			t.Errorf("%s: predeclared is %t", name, has)
		}
		if builtin.Names(name) {
			t.Errorf("%s is a name that a file can spell", name)
		}
	}
	for _, name := range []string{"print", "str", "ValueError", "NotImplemented"} {
		if !builtin.Names(name) {
			t.Errorf("%s is no builtin", name)
		}
	}
	names["print"] = starlark.None
	if builtin.Predeclared()["print"] == starlark.None {
		t.Error("the map is shared")
	}
}

var errDisk = errors.New("disk full")

func TestRaise(t *testing.T) {
	deployError := builtin.NewExceptionClass("DeployError", builtin.RuntimeError)
	names := builtin.Predeclared()
	names["fail"] = starlark.NewBuiltin("fail", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		return nil, builtin.Raise(deployError, "write %s: %w", "motd", errDisk)
	})
	p, err := syntax.Compile("test.py", []byte("fail()\n"), names.Has)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Starlark.Init(&starlark.Thread{}, names2(names))
	e, ok := errors.AsType[*builtin.Exception](err)
	if !ok {
		t.Fatalf("got %v, want an exception", err)
	}
	if got, want := e.Error(), "DeployError: write motd: disk full"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for class, want := range map[*builtin.Class]bool{
		deployError: true, builtin.RuntimeError: true, builtin.ExceptionClass: true, builtin.ValueError: false,
	} {
		if got := e.IsA(class); got != want {
			t.Errorf("IsA(%s) is %t", class.Name(), got)
		}
	}
	if caught, err := e.Matches(starlark.Tuple{builtin.KeyError, builtin.RuntimeError}); !caught || err != nil {
		t.Errorf("Matches: %t, %v", caught, err)
	}
	if _, err := e.Matches(starlark.None); err == nil {
		t.Error("None is no class of exceptions")
	}
	if !errors.Is(err, errDisk) {
		t.Error("the cause is lost")
	}
}

// names2 adds what the program needs and the package does not have.
func names2(names starlark.StringDict) starlark.StringDict {
	for _, name := range []string{syntax.Import, syntax.ImportAs, syntax.ImportFrom} {
		names[name] = starlark.None
	}
	return names
}

func TestCause(t *testing.T) {
	p, err := syntax.Compile("test.py", []byte("raise ValueError('a') from KeyError('b')\n"), builtin.Names)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Starlark.Init(&starlark.Thread{}, names2(builtin.Predeclared()))
	e, ok := errors.AsType[*builtin.Exception](err)
	if !ok || e.Cause == nil || e.Cause.Error() != "KeyError: 'b'" {
		t.Errorf("got %v with cause %v", e, e.Cause)
	}
}

func TestPending(t *testing.T) {
	thread := &starlark.Thread{}
	p, err := syntax.Compile("test.py", []byte("d = {1: 2}\nfor k in d:\n    d[k + 1] = 0\n"), builtin.Names)
	if err != nil {
		t.Fatal(err)
	}
	names := names2(builtin.Predeclared())
	_, err = p.Starlark.Init(thread, names)
	if err == nil {
		t.Fatal("no error")
	}
	pending := builtin.Pending(thread)
	if e, ok := errors.AsType[*builtin.Exception](pending); !ok || !e.IsA(builtin.RuntimeError) {
		t.Errorf("pending is %v", pending)
	}
	if again := builtin.Pending(thread); again != nil {
		t.Errorf("still pending: %v", again)
	}
	p, err = syntax.Compile("test.py", []byte("x = 1\n"), builtin.Names)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = p.Starlark.Init(thread, names); err != nil {
		t.Errorf("the thread cannot run on: %v", err)
	}
}

func TestTranslateLeavesOthers(t *testing.T) {
	if err := builtin.Translate(nil); err != nil {
		t.Errorf("nil became %v", err)
	}
	if err := builtin.Translate(fs.ErrNotExist); err != fs.ErrNotExist {
		t.Errorf("got %v", err)
	}
	if err := builtin.Cause(&starlark.Thread{}, nil); err != nil {
		t.Errorf("nil became %v", err)
	}
}

// A path is a value of another package with texts of its own.
type path struct{ text string }

func (p path) String() string                     { return fmt.Sprintf("PosixPath('%s')", p.text) }
func (path) Type() string                         { return "PosixPath" }
func (path) Freeze()                              {}
func (path) Truth() starlark.Bool                 { return true }
func (p path) Hash() (uint32, error)              { return starlark.String(p.text).Hash() }
func (p path) Str() string                        { return p.text }
func (p path) Format(spec string) (string, error) { return spec + ":" + p.text, nil }
func (p path) Attr(name string) (starlark.Value, error) {
	if name == "name" {
		return starlark.String("motd"), nil
	}
	return nil, nil
}
func (path) AttrNames() []string { return []string{"name"} }

func TestForeignValue(t *testing.T) {
	names := names2(builtin.Predeclared())
	names["p"] = path{"/etc/motd"}
	for source, want := range map[string]string{
		"print(p)":        "/etc/motd",
		"print([p])":      "[PosixPath('/etc/motd')]",
		"print(f'{p:x}')": "x:/etc/motd",
		"print('%s' % p)": "/etc/motd",
		"print(p.name, type(p), type(p) == type(p), isinstance(p, str))": "motd <class 'PosixPath'> True False",
		"print('{0.name}'.format(p), getattr(p, 'x', 1))":                "motd 1",
		"p.nam":      "AttributeError: 'PosixPath' object has no attribute 'nam'. Did you mean: 'name'?",
		"p.name = 1": "AttributeError: 'PosixPath' object attribute 'name' is read-only",
	} {
		p, err := syntax.Compile("test.py", []byte(source+"\n"), names.Has)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		thread := &starlark.Thread{Print: func(_ *starlark.Thread, text string) { out.WriteString(text) }}
		if _, err := p.Starlark.Init(thread, names); err != nil {
			out.WriteString(builtin.Cause(thread, err).Error())
		}
		if out.String() != want {
			t.Errorf("%s: got %q, want %q", source, out.String(), want)
		}
	}
}

func TestPrintToFile(t *testing.T) {
	names := names2(builtin.Predeclared())
	var out strings.Builder
	write := starlark.NewBuiltin("write", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		out.WriteString(builtin.Str(args[0]))
		return starlark.None, nil
	})
	names["out"] = file{write}
	p, err := syntax.Compile("test.py", []byte("print('a', 1, file=out, flush=True)\n"), names.Has)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Starlark.Init(&starlark.Thread{}, names); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "a 1\n" {
		t.Errorf("got %q", got)
	}
}

type file struct{ write starlark.Value }

func (file) String() string                        { return "<file>" }
func (file) Type() string                          { return "file" }
func (file) Freeze()                               {}
func (file) Truth() starlark.Bool                  { return true }
func (file) Hash() (uint32, error)                 { return 0, nil }
func (f file) Attr(string) (starlark.Value, error) { return f.write, nil }
func (file) AttrNames() []string                   { return []string{"write"} }

// TestThreads runs one program in many threads at once; the race detector sees
// what they share.
func TestThreads(t *testing.T) {
	p, err := syntax.Compile("test.py", []byte(`
def work(n):
    seen = {}
    for i, name in enumerate(sorted(["web-%02d" % k for k in range(n)], key=str.lower), 1):
        seen.setdefault(name[:4], []).append(f"{i:>3}:{name.upper()!r}")
    return seen

print(len(work(20)), {k: v[0] for k, v in work(20).items()})
print("{0[web-][1]:.8}".format(work(20)), frozenset([1]) | {2}, str.join(",", map(str, range(3))))
print(isinstance(KeyError("x"), LookupError), type("x"), getattr("x", "nope", None), round(2.5))
{}["missing"]
`), builtin.Names)
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	var wait sync.WaitGroup
	results := make([]string, 50)
	for i := range results {
		wait.Go(func() {
			printed, raised, err := initialise(p)
			results[i] = fmt.Sprint(printed, raised, err)
		})
	}
	wait.Wait()
	for i, got := range results {
		if i == 0 {
			want = got
		}
		if got != want || !strings.HasSuffix(got, "KeyError: 'missing'<nil>") {
			t.Fatalf("thread %d: %s", i, got)
		}
	}
}

// TestShared sees that what belongs to one thread is refused once it is frozen,
// which is what happens before values are shared.
func TestShared(t *testing.T) {
	p, err := syntax.Compile("test.py", []byte("it = map(str, [1, 2])\ne = ValueError('a')\nd = {'k': [1]}\nv = d.keys()\n"), builtin.Names)
	if err != nil {
		t.Fatal(err)
	}
	names := names2(builtin.Predeclared())
	globals, err := p.Starlark.Init(&starlark.Thread{}, names)
	if err != nil {
		t.Fatal(err)
	}
	globals.Freeze()
	for name, v := range globals {
		names[name] = v
	}
	for source, want := range map[string]string{
		"next(it)":                 "TypeError: this map is shared",
		"for x in it: print(x)":    "TypeError: this map is shared",
		"e.code = 1":               "AttributeError: this exception is shared",
		"raise e from KeyError":    "ValueError: a",
		"d['x'] = 1":               "TypeError: this value is shared and cannot be changed",
		"d['k'].append(1)":         "TypeError: this value is shared and cannot be changed",
		"d['k'].sort(key=str)":     "",
		"d.update(k=1)":            "TypeError: this value is shared and cannot be changed",
		"d.pop('k')":               "TypeError: this value is shared and cannot be changed",
		"d['k'][0] = 2":            "TypeError: this value is shared and cannot be changed",
		"d['k'][:] = [3]":          "TypeError: this value is shared and cannot be changed",
		"x = d.copy(); x['x'] = 1": "",
	} {
		p, err := syntax.Compile("test.py", []byte(source+"\n"), names.Has)
		if err != nil {
			t.Fatal(err)
		}
		thread := &starlark.Thread{}
		_, err = p.Starlark.Init(thread, names)
		got := ""
		if err != nil {
			got = builtin.Cause(thread, err).Error()
		}
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", source, got, want)
		}
	}
	if e := globals["e"].(*builtin.Exception); e.Cause != nil {
		t.Error("a shared exception was changed")
	}
}
