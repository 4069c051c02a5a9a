package argument_test

import (
	"errors"
	"math"
	"math/big"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/op/argument"
)

// mode reads its value itself.
type mode struct{ bits int64 }

func (m *mode) UnmarshalArgument(value any) error {
	n, ok := value.(int64)
	if !ok {
		return errors.New("a mode like 644")
	}
	m.bits = n
	return nil
}

func (*mode) ArgumentType() string { return "int | str" }

// word is a string with a type of its own.
type word string

// every has a field of each kind that an argument can be.
type every struct {
	Src       string `arg:",required"`
	Absent    bool   `arg:"!present"`
	Update    bool
	CacheTime int
	UID       *int `arg:"uid"`
	Small     int8
	Port      uint16
	Ratio     float64
	Packages  []string
	Words     []word
	Flags     *[]string
	Blob      []byte
	Env       map[string]string
	Named     map[word]*int
	Extra     map[string]any
	Anything  any
	Items     []any
	Matrix    [][]string
	Mode      mode
	Modes     []mode
	ModeOf    map[string]mode
	MaybeMode *mode
	When      time.Time
	Hidden    string `arg:"-"`
	Word      word

	_ string
}

var everyType = reflect.TypeFor[every]()

func pointer[T any](v T) *T { return &v }

func huge() *big.Int { return new(big.Int).Lsh(big.NewInt(1), 100) }

func compare(t *testing.T, got, want any) {
	t.Helper()
	options := cmp.Options{cmp.AllowUnexported(every{}, mode{})}
	if diff := cmp.Diff(want, got, options); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestOf(t *testing.T) {
	type parameter struct {
		Name, Type         string
		Required, Inverted bool
	}
	var got []parameter
	for _, p := range argument.Of(everyType) {
		got = append(got, parameter{p.Name, p.TypeName(), p.Required, p.Inverted})
	}
	compare(t, got, []parameter{
		{Name: "src", Type: "str", Required: true},
		{Name: "present", Type: "bool", Inverted: true},
		{Name: "update", Type: "bool"},
		{Name: "cache_time", Type: "int"},
		{Name: "uid", Type: "int | None"},
		{Name: "small", Type: "int"},
		{Name: "port", Type: "int"},
		{Name: "ratio", Type: "float"},
		{Name: "packages", Type: "list[str]"},
		{Name: "words", Type: "list[str]"},
		{Name: "flags", Type: "list[str] | None"},
		{Name: "blob", Type: "bytes"},
		{Name: "env", Type: "dict[str, str]"},
		{Name: "named", Type: "dict[str, int | None]"},
		{Name: "extra", Type: "dict[str, Any]"},
		{Name: "anything", Type: "Any"},
		{Name: "items", Type: "list[Any]"},
		{Name: "matrix", Type: "list[list[str]]"},
		{Name: "mode", Type: "int | str"},
		{Name: "modes", Type: "list[int | str]"},
		{Name: "mode_of", Type: "dict[str, int | str]"},
		{Name: "maybe_mode", Type: "int | str | None"},
		{Name: "when", Type: "datetime"},
		{Name: "word", Type: "str"},
	})
}

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "Src": "src", "CacheTime": "cache_time", "UID": "uid", "HTTPProxy": "http_proxy",
		"UserID": "user_id", "SHA256Sum": "sha256_sum", "DistUpgrade": "dist_upgrade", "A": "a", "Über": "über",
	} {
		if got := argument.Snake(name); got != want {
			t.Errorf("Snake(%q) is %q, not %q", name, got, want)
		}
	}
}

func TestNew(t *testing.T) {
	when := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, test := range []struct {
		name   string
		args   []any
		kwargs map[string]any
		want   every
	}{
		{"positional", []any{"a", false, true, int64(60)}, nil, every{Src: "a", Absent: true, Update: true, CacheTime: 60}},
		{"both", []any{"a"}, map[string]any{"present": true, "update": true}, every{Src: "a", Update: true}},
		{"int from float", []any{"a"}, map[string]any{"cache_time": 90.0, "uid": 0.0}, every{Src: "a", CacheTime: 90, UID: pointer(0)}},
		{"int from big", []any{"a"}, map[string]any{"cache_time": big.NewInt(7)}, every{Src: "a", CacheTime: 7}},
		{"int from Go int", []any{"a"}, map[string]any{"cache_time": 7}, every{Src: "a", CacheTime: 7}},
		{"small ints", []any{"a"}, map[string]any{"small": int64(-128), "port": int64(65535)}, every{Src: "a", Small: -128, Port: 65535}},
		{"float", []any{"a"}, map[string]any{"ratio": 0.5}, every{Src: "a", Ratio: 0.5}},
		{"float from int", []any{"a"}, map[string]any{"ratio": int64(2)}, every{Src: "a", Ratio: 2}},
		{"None is the default", []any{"a", true, nil, nil, nil}, map[string]any{
			"packages": nil, "env": nil, "mode": nil, "maybe_mode": nil, "anything": nil, "when": nil,
		}, every{Src: "a"}},
		{"list", []any{"a"}, map[string]any{"packages": []any{"x", "y"}, "words": []any{"z"}},
			every{Src: "a", Packages: []string{"x", "y"}, Words: []word{"z"}}},
		{"empty list", []any{"a"}, map[string]any{"packages": []any{}}, every{Src: "a", Packages: []string{}}},
		{"list of one", []any{"a"}, map[string]any{"packages": "x", "modes": int64(7), "flags": "y", "items": int64(1)},
			every{Src: "a", Packages: []string{"x"}, Modes: []mode{{7}}, Flags: &[]string{"y"}, Items: []any{int64(1)}}},
		{"list of lists", []any{"a"}, map[string]any{"matrix": []any{[]any{"x", "y"}, "z"}},
			every{Src: "a", Matrix: [][]string{{"x", "y"}, {"z"}}}},
		{"None in a list of anything", []any{"a"}, map[string]any{"items": []any{nil, "x"}}, every{Src: "a", Items: []any{nil, "x"}}},
		{"maps", []any{"a"}, map[string]any{
			"env": map[string]any{"K": "v"}, "named": map[string]any{"n": int64(1), "none": nil},
			"extra": map[string]any{"list": []any{nil}, "none": nil},
		}, every{
			Src: "a", Env: map[string]string{"K": "v"}, Named: map[word]*int{"n": pointer(1), "none": nil},
			Extra: map[string]any{"list": []any{nil}, "none": nil},
		}},
		{"Unmarshaler", []any{"a"}, map[string]any{
			"mode": int64(644), "maybe_mode": int64(0), "modes": []any{int64(1), int64(2)}, "mode_of": map[string]any{"x": int64(3)},
		}, every{
			Src: "a", Mode: mode{644}, MaybeMode: &mode{0}, Modes: []mode{{1}, {2}}, ModeOf: map[string]mode{"x": {3}},
		}},
		{"bytes and time", []any{"a"}, map[string]any{"blob": []byte("b"), "when": when}, every{Src: "a", Blob: []byte("b"), When: when}},
		{"named string", []any{"a"}, map[string]any{"word": "w"}, every{Src: "a", Word: "w"}},
		{"anything", []any{"a"}, map[string]any{"anything": huge().String()}, every{Src: "a", Anything: huge().String()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := argument.New(everyType, "files.every", test.args, test.kwargs)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, got, test.want)
		})
	}
}

func TestNewRefuses(t *testing.T) {
	const must = `files.every: argument `
	with := func(name string, value any) map[string]any { return map[string]any{"src": "a", name: value} }
	for _, test := range []struct {
		name   string
		args   []any
		kwargs map[string]any
		want   string
		isType bool
	}{
		{"missing", nil, nil, must + `"src" is missing`, false},
		{"required None", []any{nil}, nil, must + `"src" must be str, not None`, true},
		{"twice", []any{"a"}, map[string]any{"src": "b"}, must + `"src" is given twice`, false},
		{"near", nil, with("pakages", "x"), `files.every: has no argument "pakages", did you mean "packages"?`, false},
		{"too many", make([]any, 30), nil, `files.every: takes at most 24 arguments, not 30`, false},
		{"hidden", nil, with("hidden", "x"), `files.every: has no argument "hidden"; it takes ` +
			`src, present, update, cache_time, uid, small, port, ratio, packages, words, flags, blob, env, named, extra, ` +
			`anything, items, matrix, mode, modes, mode_of, maybe_mode, when, word`, false},
		{"first by name", nil, map[string]any{"uid": "x", "mode": "x", "cache_time": "x", "when": "x"},
			must + `"cache_time" must be int, not str`, true},
		{"str", []any{int64(1)}, nil, must + `"src" must be str, not int`, true},
		{"str from list", []any{[]any{"x"}}, nil, must + `"src" must be str, not list`, true},
		{"bool", nil, with("update", int64(1)), must + `"update" must be bool, not int`, true},
		{"inverted None", nil, with("present", nil), must + `"present" must be bool, not None`, true},
		{"inverted", nil, with("present", "no"), must + `"present" must be bool, not str`, true},
		{"int", nil, with("cache_time", "1"), must + `"cache_time" must be int, not str`, true},
		{"int from bool", nil, with("cache_time", true), must + `"cache_time" must be int, not bool`, true},
		{"int from half", nil, with("cache_time", 1.5), must + `"cache_time" must be int, not float`, true},
		{"int from infinity", nil, with("cache_time", math.Inf(1)), must + `"cache_time": the number is out of range`, true},
		{"int from NaN", nil, with("cache_time", math.NaN()), must + `"cache_time" must be int, not float`, true},
		{"int from 2**63", nil, with("cache_time", float64(1<<63)), must + `"cache_time": the number is out of range`, true},
		{"int too large", nil, with("uid", huge()), must + `"uid": the number is out of range`, true},
		{"small int too large", nil, with("small", int64(128)), must + `"small": the number is out of range`, true},
		{"negative", nil, with("port", int64(-1)), must + `"port": the number is out of range`, true},
		{"float", nil, with("ratio", "x"), must + `"ratio" must be float, not str`, true},
		{"list", nil, with("packages", int64(1)), must + `"packages" must be list[str], not int`, true},
		{"list with None", nil, with("packages", []any{"x", nil, int64(1), "y"}),
			must + `"packages" must be list[str], not list[None | int | str]`, true},
		{"list from dict", nil, with("packages", map[string]any{}), must + `"packages" must be list[str], not dict`, true},
		{"bytes from str", nil, with("blob", "x"), must + `"blob" must be bytes, not str`, true},
		{"dict from str", nil, with("env", "x"), must + `"env" must be dict[str, str], not str`, true},
		{"dict of int", nil, with("env", map[string]any{"x": int64(1)}),
			must + `"env" must be dict[str, str], not dict[str, int]`, true},
		{"dict of None", nil, with("env", map[string]any{"x": nil}),
			must + `"env" must be dict[str, str], not dict[str, None]`, true},
		{"Unmarshaler", nil, with("mode", "x"), must + `"mode" must be a mode like 644`, true},
		{"Unmarshaler in a list", nil, with("modes", []any{int64(1), "x"}), must + `"modes" must be a mode like 644`, true},
		{"time", nil, with("when", "now"), must + `"when" must be datetime, not str`, true},
		{"from time", nil, with("update", time.Time{}), must + `"update" must be bool, not datetime`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := argument.New(everyType, "files.every", test.args, test.kwargs)
			e, ok := errors.AsType[*argument.Error](err)
			if !ok {
				t.Fatalf("got error %v, not an *argument.Error", err)
			}
			if e.Error() != test.want || e.Type != test.isType {
				t.Errorf("got  %s (type %t)\nwant %s (type %t)", e, e.Type, test.want, test.isType)
			}
		})
	}
}

func TestNewCountsArguments(t *testing.T) {
	for want, kind := range map[string]reflect.Type{
		"x: takes no arguments, not 2":          reflect.TypeFor[struct{}](),
		"x: takes at most 1 argument, not 2":    reflect.TypeFor[struct{ A string }](),
		`x: argument "a" must be str, not None`: reflect.TypeFor[struct{ A, B string }](),
	} {
		required := kind
		if kind.NumField() == 2 {
			required = reflect.TypeFor[struct {
				A string `arg:",required"`
				B string
			}]()
		}
		if _, err := argument.New(required, "x", []any{nil, nil}, nil); err == nil || err.Error() != want {
			t.Errorf("got %v, not %s", err, want)
		}
	}
	if _, err := argument.New(reflect.TypeFor[struct{}](), "x", nil, map[string]any{"a": 1}); err == nil || err.Error() != `x: has no argument "a"` {
		t.Errorf("got %v", err)
	}
}

// None is a value for a required argument that has room for it.
func TestNewRequiredNone(t *testing.T) {
	type optional struct {
		A *string `arg:",required"`
		B any     `arg:",required"`
	}
	got, err := argument.New(reflect.TypeFor[optional](), "x", []any{nil, nil}, nil)
	if err != nil || got != (optional{}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"packages", "present", "update", "uid", "gid", "user"}
	for name, want := range map[string]string{
		"package": "packages", "Packages": "packages", "pakcages": "packages", "presnet": "present",
		"gdi": "gid", "zzz": "", "absent": "present", "shell": "", "": "", "completely_different": "",
	} {
		if got := argument.Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) is %q, not %q", name, got, want)
		}
	}
	if got := argument.Nearest("x", nil); got != "" {
		t.Errorf("near nothing is %q", got)
	}
}
