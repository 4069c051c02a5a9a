package builtin_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/syntax"
)

// leaving are programs that leave generators before their end.
const leaving = `
def count():
    n = 0
    try:
        while True:
            yield n
            n += 1
    finally:
        print("never")

kept = []
for x in count():
    if x == 3:
        break
for i in range(20):
    g = count()
    next(g)
    kept.append(g)
first = next(y for y in count() if y > 5)
def nested():
    yield from count()
a = nested()
next(a)
try:
    for x in nested():
        if x == 2:
            1 / 0
except ZeroDivisionError:
    print(first, x)
`

// TestGeneratorsEnd checks that generators which are not exhausted end with the
// run, and run no code then.
func TestGeneratorsEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 5 {
		printed, raised, err := run(leaving)
		if err != nil || raised != "" || printed != "6 2\n" {
			t.Fatalf("printed %q, raised %q: %v", printed, raised, err)
		}
	}
	for i := 0; runtime.NumGoroutine() > before && i < 200; i++ {
		time.Sleep(time.Millisecond) // goroutines of coroutines end on their own
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

// TestGeneratorAfterEnd checks what is said of a generator whose run is over.
func TestGeneratorAfterEnd(t *testing.T) {
	p, err := syntax.Compile("test.py", []byte("def f():\n    yield 1\n    yield 2\ng = f()\nnext(g)\ndef more():\n    return next(g)\n"), known)
	if err != nil {
		t.Fatal(err)
	}
	names := builtin.Predeclared()
	for _, name := range append(syntax.Helpers(), "__name__", "contextmanager") {
		if names[name] == nil {
			names[name] = starlark.None
		}
	}
	thread := &starlark.Thread{}
	globals, err := p.Starlark.Init(thread, names)
	if err != nil {
		t.Fatal(err)
	}
	builtin.EndGenerators(thread)
	_, err = starlark.Call(thread, globals["more"], nil, nil)
	if err == nil || !strings.Contains(err.Error(), "ended together with the run") {
		t.Errorf("got %v", err)
	}
}

// TestManyThreads runs one program with everything in it on 50 threads at once.
func TestManyThreads(t *testing.T) {
	p, err := syntax.Compile("test.py", []byte(`
class Failed(Exception):
    pass
total = 0
def numbers(n):
    global total
    for i in range(n):
        try:
            if i % 3 == 0:
                raise Failed(i)
            yield i
        except Failed as e:
            total += e.args[0]
        finally:
            total += 1
@contextmanager
def quiet(*kinds):
    try:
        yield kinds
    except kinds as e:
        print(repr(e))
for i in range(20):
    with quiet(KeyError, ZeroDivisionError) as k:
        match list(numbers(i)):
            case [a, *rest] if (m := max([a, *rest])) > 5:
                print(a, m, len(rest), sum(x for x in rest))
            case []:
                {}[total]
            case _:
                1 / 0
print(total)
`), known)
	if err != nil {
		t.Fatal(err)
	}
	want, raised, err := initialise(p)
	if err != nil || raised != "" {
		t.Fatal(raised, err)
	}
	var wg sync.WaitGroup
	wrong := make(chan string, 50)
	for range 50 {
		wg.Go(func() {
			if got, raised, err := initialise(p); got != want || raised != "" || err != nil {
				wrong <- fmt.Sprintf("printed %q, raised %q: %v", got, raised, err)
			}
		})
	}
	wg.Wait()
	close(wrong)
	for text := range wrong {
		t.Errorf("%s\nwant %q", text, want)
	}
}

// TestNotCaught checks that nothing of a program runs after it was stopped.
func TestNotCaught(t *testing.T) {
	for _, source := range []string{
		"try:\n    while True: pass\nexcept:\n    print('caught')\nfinally:\n    print('finally')\n",
		"def f():\n    try:\n        while True: pass\n    except BaseException:\n        print('caught')\n    finally:\n        print('f')\nf()\n",
		"@contextmanager\ndef cm():\n    try:\n        yield\n    finally:\n        print('out')\nwith cm():\n    while True: pass\n",
	} {
		printed, raised, err := run(source)
		if err != nil || printed != "" || !strings.Contains(raised, "cancelled") {
			t.Errorf("%s\nprinted %q, raised %q: %v", source, printed, raised, err)
		}
	}
}

// TestManyGenerators checks that generators which nobody holds any more make
// room for others, and that there is a limit for those that are held.
func TestManyGenerators(t *testing.T) {
	printed, raised, err := run("n = 0\nfor i in range(3000):\n    n += next(x for x in [1, 2])\nprint(n)\n")
	if err != nil || raised != "" || printed != "3000\n" {
		t.Errorf("printed %q, raised %q: %v", printed, raised, err)
	}
	_, raised, err = run("kept = []\nfor i in range(3000):\n    kept.append(x for x in [1, 2])\n    next(kept[-1])\n")
	if err != nil || raised != "MemoryError: 500 generators are under way, and no more may be" {
		t.Errorf("raised %q: %v", raised, err)
	}
}
