package builtin_test

import (
	"errors"
	"math"
	"math/big"
	"testing"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// values are what is formatted.
func values(n int64, x float64, s string) []starlark.Value {
	large := new(big.Int).Exp(big.NewInt(n), big.NewInt(9), nil)
	return []starlark.Value{
		starlark.MakeInt64(n), starlark.MakeBigInt(large), starlark.Float(x), starlark.String(s), starlark.Bytes(s),
		starlark.True, starlark.None, starlark.Tuple{starlark.String(s), starlark.MakeInt64(n)},
	}
}

// accept fails unless a text is valid, or the error is a Python exception.
func accept(t *testing.T, text string, err error) {
	t.Helper()
	if err != nil {
		if _, ok := errors.AsType[*builtin.Exception](err); !ok {
			t.Errorf("%v is no exception", err)
		}
		return
	}
	if !utf8.ValidString(text) {
		t.Errorf("%q is no text", text)
	}
}

func FuzzFormat(f *testing.F) {
	for _, spec := range []string{"", ">10", "*^+#012,.3f", "é<5", "_x", "#X", "08.2%", "z.1f", "c", ".2", "=+8_b", "\x00<5", "{}", ",d", " g", "#.0e", "n"} {
		f.Add(spec, int64(-1234567), 3.14159, "añb")
	}
	f.Add("010,", int64(math.MinInt64), math.Inf(-1), "")
	f.Add("g", int64(0), math.NaN(), "\U0001f600")
	f.Fuzz(func(t *testing.T, spec string, n int64, x float64, s string) {
		if !utf8.ValidString(spec) || !utf8.ValidString(s) {
			t.Skip("the language has no such text")
		}
		for _, v := range values(n, x, s) {
			text, err := builtin.Format(v, spec)
			accept(t, text, err)
		}
	})
}

// call calls a helper or a method by way of the values that programs see.
func call(t *testing.T, fn starlark.Value, args ...starlark.Value) (string, error) {
	t.Helper()
	v, err := starlark.Call(&starlark.Thread{}, fn, args, nil)
	if err != nil {
		return "", err
	}
	text, ok := starlark.AsString(v)
	if !ok {
		t.Fatalf("got %v", v)
	}
	return text, nil
}

func FuzzPercent(f *testing.F) {
	for _, text := range []string{"%s", "%05d|%-5x|%+.2e", "%(a)s %%", "%*.*f", "%#o", "%c", "%", "%(", "%5.", "%lld", "% 10g", "%a %r"} {
		f.Add(text, int64(255), 2.5, "a")
	}
	mod := builtin.Predeclared()["$mod"]
	f.Fuzz(func(t *testing.T, text string, n int64, x float64, s string) {
		if !utf8.ValidString(text) || !utf8.ValidString(s) {
			t.Skip("the language has no such text")
		}
		d := starlark.NewDict(1)
		if err := d.SetKey(starlark.String("a"), starlark.Float(x)); err != nil {
			t.Fatal(err)
		}
		for _, v := range append(values(n, x, s), d, starlark.Tuple{starlark.MakeInt(3), starlark.MakeInt64(n % 100), starlark.Float(x)}) {
			text, err := call(t, mod, starlark.String(text), v)
			accept(t, text, err)
		}
	})
}

func FuzzStrFormat(f *testing.F) {
	for _, text := range []string{"{}", "{0} {1[0]} {2.real!r:>{0}}", "{{}}", "{a[b]}", "{!x}", "{:{}}", "{", "}", "{0[", "{0.}", "{:,}", "{0[}]}"} {
		f.Add(text, int64(7), 0.5, "b")
	}
	format, err := builtin.StrClass.Attr("format")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, n int64, x float64, s string) {
		if !utf8.ValidString(text) || !utf8.ValidString(s) {
			t.Skip("the language has no such text")
		}
		text, err := call(t, format, append([]starlark.Value{starlark.String(text)}, values(n, x, s)...)...)
		accept(t, text, err)
	})
}
