package builtin

import (
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

func runeCount(s string) int { return utf8.RuneCountInString(s) }

// textFunctions are the functions that make or show texts.
func textFunctions() table {
	return table{
		"ascii": fn("obj /", func(c *call) starlark.Value { return c.newText(ascii(Repr(c.args[0]))) }),
		"chr":   fn("i /", chr),
		"format": fn("value spec? /", func(c *call) starlark.Value {
			spec := ""
			if c.has(1) {
				spec = c.text(1)
			}
			text, err := Format(c.args[0], spec)
			if err != nil {
				return c.fail(err)
			}
			return c.newText(text)
		}),
		"ord":   fn("c /", ord),
		"print": fn("*args * sep? end? file? flush?", print),
		"repr": fn("obj /", func(c *call) starlark.Value {
			if err := printable(c.args[0]); err != nil {
				return c.fail(err)
			}
			return c.newText(Repr(c.args[0]))
		}),
	}
}

func chr(c *call) starlark.Value {
	n := c.whole(0, 0)
	switch {
	case c.err != nil:
		return nil
	case n < 0 || n > utf8.MaxRune:
		return c.raise(ValueError, "chr() arg not in range(0x110000)")
	case n >= 0xd800 && n < 0xe000:
		return c.raise(ValueError, "chr() arg is half of a surrogate pair, which a text cannot hold here")
	}
	return starlark.String(rune(n))
}

func ord(c *call) starlark.Value {
	switch v := c.args[0].(type) {
	case starlark.String:
		if n := runeCount(string(v)); n != 1 {
			return c.raise(TypeError, "ord() expected a character, but string of length %d found", n)
		}
		r, _ := utf8.DecodeRuneInString(string(v))
		return starlark.MakeInt(int(r))
	case starlark.Bytes:
		if len(v) != 1 {
			return c.raise(TypeError, "ord() expected a character, but string of length %d found", len(v))
		}
		return starlark.MakeInt(int(v[0]))
	}
	return c.raise(TypeError, "ord() expected string of length 1, but %s found", TypeName(c.args[0]))
}

// printKey is the thread local of SetPrint.
const printKey = "builtin.print"

// SetPrint says where print() in a thread goes: write gets the text of each call
// with its end, which is a line feed unless the program says otherwise. Without
// it print goes to the thread's own Print, without the line feed at the end, and
// nowhere if there is none.
func SetPrint(thread *starlark.Thread, write func(text string)) { thread.SetLocal(printKey, write) }

func print(c *call) starlark.Value {
	separator, end := " ", "\n"
	for i, to := range map[int]*string{0: &separator, 1: &end} {
		if !c.given(i) {
			continue
		}
		s, ok := c.args[i].(starlark.String)
		if !ok {
			return c.raise(TypeError, "%s must be None or a string, not %s", c.f.params[i].name, TypeName(c.args[i]))
		}
		*to = string(s)
	}
	parts := make([]string, len(c.rest))
	for i, v := range c.rest {
		if err := printable(v); err != nil {
			return c.fail(err)
		}
		parts[i] = Str(v)
	}
	text := strings.Join(parts, separator) + end
	if c.given(2) {
		return c.printTo(c.args[2], text)
	}
	if write, ok := c.thread.Local(printKey).(func(string)); ok {
		write(text)
	} else if c.thread.Print != nil {
		c.thread.Print(c.thread, strings.TrimSuffix(text, "\n"))
	}
	return nil
}

// printTo writes to a file that the program has.
func (c *call) printTo(file starlark.Value, text string) starlark.Value {
	write, err := getAttr(file, "write")
	if err != nil {
		return c.fail(err)
	}
	_, err = starlark.Call(c.thread, write, starlark.Tuple{starlark.String(text)}, nil)
	return c.done(nil, err)
}

// refusedFunctions are builtins of Python that a deploy file does not have, with
// what to do instead, and those that end the program.
func refusedFunctions() table {
	t := table{
		"exit": fn("code? /", exit),
		"quit": fn("code? /", exit),
	}
	for name, instead := range map[string]string{
		"open":       "put what the file holds into the deploy, or let the operation files.put read it",
		"input":      "nobody answers while hosts are prepared; give values with --data name=value",
		"breakpoint": "use print()",
		"help":       "see the documentation",
		"eval":       "write the expression into the file",
		"exec":       "write the statements into the file",
		"compile":    "write the statements into the file",
		"__import__": "use an import statement",
		"globals":    "keep the values in a dict",
		"locals":     "keep the values in a dict",
		"vars":       "keep the values in a dict, or use getattr()",
		"bytearray":  "use bytes, or a list of numbers",
		"memoryview": "use bytes",
		"complex":    "use floats",
		"slice":      "write the slice between the brackets",
	} {
		t[name] = fn("*args **", func(c *call) starlark.Value {
			return c.raise(NotImplementedError, "%s() is not available in a deploy file: %s", name, instead)
		})
	}
	return t
}

// exit raises SystemExit.
func exit(c *call) starlark.Value {
	if c.has(0) {
		return c.fail(newException(SystemExit, c.args[0]))
	}
	return c.fail(newException(SystemExit))
}
