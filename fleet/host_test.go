package fleet_test

import (
	"math/big"
	"testing"

	"cygnet/fleet"
)

func TestTypedData(t *testing.T) {
	var h fleet.Host
	h.Name = "web1"
	for key, v := range map[string]any{
		"str": "text", "digits": "22", "fraction": "0.5", "int": int64(7), "goint": 8, "float": 1.5,
		"yes": true, "none": nil, "big": new(big.Int).Lsh(big.NewInt(1), 80), "list": []any{},
	} {
		h.Set(key, v)
	}
	text := func(key string) (any, error) { return h.String(key, "default") }
	whole := func(key string) (any, error) { return h.Int(key, 42) }
	number := func(key string) (any, error) { return h.Float(key, 4.2) }
	truth := func(key string) (any, error) { return h.Bool(key, true) }
	for _, test := range []struct {
		name string
		get  func(string) (any, error)
		key  string
		want any
		err  string
	}{
		{"String", text, "str", "text", ""},
		{"String", text, "missing", "default", ""},
		{"String", text, "none", "default", ""},
		{"String", text, "int", "", `host web1: data "int" must be a string, not a whole number`},
		{"String", text, "list", "", `host web1: data "list" must be a string, not a value of type []interface {}`},
		{"Int", whole, "int", 7, ""},
		{"Int", whole, "goint", 8, ""},
		{"Int", whole, "digits", 22, ""},
		{"Int", whole, "missing", 42, ""},
		{"Int", whole, "none", 42, ""},
		{"Int", whole, "str", 0, `host web1: data "str" must be a whole number, not a string`},
		{"Int", whole, "float", 0, `host web1: data "float" must be a whole number, not a number with a fraction`},
		{"Int", whole, "yes", 0, `host web1: data "yes" must be a whole number, not True or False`},
		{"Int", whole, "big", 0, `host web1: data "big" is too large a number`},
		{"Float", number, "float", 1.5, ""},
		{"Float", number, "int", 7.0, ""},
		{"Float", number, "goint", 8.0, ""},
		{"Float", number, "fraction", 0.5, ""},
		{"Float", number, "missing", 4.2, ""},
		{"Float", number, "none", 4.2, ""},
		{"Float", number, "yes", 0.0, `host web1: data "yes" must be a number, not True or False`},
		{"Bool", truth, "yes", true, ""},
		{"Bool", truth, "missing", true, ""},
		{"Bool", truth, "none", true, ""},
		{"Bool", truth, "str", false, `host web1: data "str" must be True or False, not a string`},
		{"Bool", truth, "int", false, `host web1: data "int" must be True or False, not a whole number`},
	} {
		got, err := test.get(test.key)
		if err == nil && test.err != "" || err != nil && err.Error() != test.err {
			t.Errorf("%s(%s): got error %v, not %q", test.name, test.key, err, test.err)
		}
		if got != test.want {
			t.Errorf("%s(%s): got %v, not %v", test.name, test.key, got, test.want)
		}
	}
}

func TestUnderscoredIsWhatLookupSays(t *testing.T) {
	inv := fleet.New()
	if err := inv.AddGroup("web", fleet.Data{"_sudo": true, "_env": "group"}, fleet.Member{Name: "a", Data: fleet.Data{"_env": "own", "plain": 1}}); err != nil {
		t.Fatal(err)
	}
	h := inv.Host("a")
	h.Set("_timeout", int64(3))
	got := h.Underscored()
	for _, key := range []string{"_sudo", "_env", "_timeout"} {
		if want, _ := h.Lookup(key); got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	if len(got) != 3 {
		t.Errorf("got %v", got)
	}
}
