package shell

import "testing"

func TestMasker(t *testing.T) {
	var m Masker
	if got := m.Mask("nothing to hide"); got != "nothing to hide" {
		t.Errorf("the zero value changed the text to %q", got)
	}
	m.Add(NewSecret("it's a secret"), NewSecret("line one\nline two"), NewSecret("abc"))
	for in, want := range map[string]string{
		"password it's a secret!":         "password ***!",
		`run 'it'"'"'s a secret'`:         "run ***",
		"GET /?p=it%27s+a+secret":         "GET /?p=***",
		"aXQncyBhIHNlY3JldA==":            "***",
		"only line two came out":          "only *** came out",
		"abc is too short to be a secret": "abc is too short to be a secret",
	} {
		if got := m.Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}
