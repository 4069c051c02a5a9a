package deploy

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tracebacks are programs that end with an exception.
var tracebacks = []string{
	"def f():\n    try:\n        g()\n    except KeyError:\n        pass\ndef g():\n    raise ValueError('x')\nf()\n",
	"def f():\n    try:\n        g()\n    except ValueError:\n        print('x')\n        raise\ndef g():\n    raise ValueError('x')\nf()\n",
	"def f():\n    try:\n        g()\n    except ValueError as e:\n        raise e\ndef g():\n    raise ValueError('x')\nf()\n",
	"def f():\n    try:\n        g()\n    except ValueError as e:\n        raise KeyError('y') from e\ndef g():\n    raise ValueError('x')\nf()\n",
	"def f():\n    try:\n        g()\n    except ValueError as e:\n        raise KeyError('y')\ndef g():\n    1 / 0\ntry:\n    f()\nexcept ArithmeticError as e:\n    [][3]\n",
	"def f():\n    try:\n        {}['x']\n    except KeyError as e:\n        raise RuntimeError('clean') from None\nf()\n",
	"def f():\n    try:\n        {}['x']\n    finally:\n        print('x')\nfor i in range(2):\n    f()\n",
	"def gen():\n    yield 1\n    raise ValueError('in gen')\ndef f():\n    for x in gen():\n        print(x)\nf()\n",
	"def gen(n):\n    if n == 0:\n        raise ValueError('deep')\n    yield from gen(n - 1)\ndef f():\n    return list(gen(1))\nf()\n",
	"x = [1 / y for y in [1, 0]]\n",
	"def f():\n    return sum(1 / y for y in [1, 0])\nf()\n",
	"from contextlib import contextmanager\n@contextmanager\ndef cm():\n    try:\n        yield\n    finally:\n        print('out')\ndef f():\n    with cm():\n        raise ValueError('body')\nf()\n",
	"class A:\n    def f(self):\n        try:\n            self.g()\n        finally:\n            pass\n    def g(self):\n        raise ValueError('method')\nA().f()\n",
	"def f():\n    try:\n        try:\n            raise ValueError('a')\n        except ValueError:\n            raise KeyError('b')\n    except KeyError as e:\n        raise TypeError('c') from e\nf()\n",
	"def f(x):\n    match x:\n        case [a, b]:\n            return a / b\nf([1, 0])\n",
	"def f():\n    for x in 5:\n        pass\ntry:\n    f()\nfinally:\n    print('x')\n",
	"def f():\n    try:\n        for x in gen():\n            pass\n    except KeyError:\n        pass\ndef gen():\n    yield 1\n    raise ValueError('g')\nf()\n",
	"def f():\n    with open('nowhere') as g:\n        pass\nf()\n",
	"class E(Exception):\n    pass\ndef f():\n    raise E('own', 2)\nf()\n",
}

// marks are the lines that point at a part of the line above, which CPython and
// we do in different ways.
var marks = regexp.MustCompile(`(?m)^ *[~^]+\n`)

// foreign are frames of files of the standard library, and those that list
// comprehensions had before CPython 3.12.
var foreign = regexp.MustCompile(`(?m)^  File (?:"/.*|.* in <listcomp>)\n(?:    .*\n)?`)

// TestTracebacks compares what is shown of an exception with what CPython shows.
func TestTracebacks(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	for _, text := range tracebacks {
		write(t, map[string]string{"deploy.py": text})
		program, err := Load("deploy.py", Options{Registry: registry()})
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		inv, host := oneHost(t, nil)
		err = program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: &recorder{}})
		failed, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s\n%v", text, err)
			continue
		}
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), python, "-X", "utf8", "deploy.py")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if cmd.Run() == nil {
			t.Errorf("%s\nCPython finds nothing wrong", text)
			continue
		}
		want := strings.ReplaceAll(stderr.String(), dir+string(filepath.Separator), "")
		want = foreign.ReplaceAllString(marks.ReplaceAllString(want, ""), "")
		want = strings.ReplaceAll(want, "__main__.", "")
		if diff := cmp.Diff(want, marks.ReplaceAllString(failed.Format()+"\n", "")); diff != "" {
			t.Errorf("%s\n(-CPython +here):\n%s", text, diff)
		}
	}
}
