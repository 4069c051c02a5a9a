package fact_test

import (
	"strings"
	"testing"

	"cygnet/fact"
	"cygnet/shell"
)

// login is a fact that is asked with a password, and fails.
type login struct{ Password shell.Secret }

func (f login) Command() shell.Text {
	return shell.Join(" ", shell.Raw("login() { echo \"refused: $1\" >&2; return 1; }; login"), shell.SecretWord(f.Password))
}
func (login) Parse([]string) (bool, error) { return true, nil }

func TestTheReasonOfAFailedFactHasNoSecret(t *testing.T) {
	r := fact.NewReader(&sh{})
	from := r.As(shell.Command{})
	fact.Want(from, fact.Ask(login{shell.NewSecret("hunter22")}))
	if err := r.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := fact.Get(from, login{shell.NewSecret("hunter22")})
	if err == nil || strings.Contains(err.Error(), "hunter22") || !strings.Contains(err.Error(), "refused: ***") {
		t.Errorf("got %v", err)
	}
}

func TestFactsWithOtherSecretsAreOtherFacts(t *testing.T) {
	one, two := fact.Ask(login{shell.NewSecret("one")}), fact.Ask(login{shell.NewSecret("two")})
	if one.Key == two.Key {
		t.Errorf("both are %q", one.Key)
	}
	if again := fact.Ask(login{shell.NewSecret("one")}); again.Key != one.Key {
		t.Errorf("the same fact is %q and %q", one.Key, again.Key)
	}
	if strings.Contains(one.Key, "one") {
		t.Errorf("the key shows the secret: %s", one.Key)
	}
}
