package shell

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Mask stands wherever a secret would be seen.
const Mask = "***"

// A Secret is a string that cannot be printed, logged, diffed or marshalled by
// accident: every way of formatting it yields [Mask]. Its zero value is an
// empty secret.
type Secret struct{ value string }

// NewSecret keeps value from being seen.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value, for the one place that needs it.
func (s Secret) Reveal() string { return s.value }

// String returns [Mask].
func (s Secret) String() string { return Mask }

// Format writes [Mask] whatever the verb is.
func (s Secret) Format(f fmt.State, _ rune) {
	// A failing fmt.State has no way to report it; fmt ignores it too.
	_, _ = io.WriteString(f, Mask)
}

// MarshalText returns [Mask], so that encoders (JSON among them) mask too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// secretWords are the parts of names whose values are secrets.
var secretWords = []string{"password", "passwd", "passphrase", "secret", "token", "private_key", "credential"}

// SecretName tells by its name whether an option, a variable or a piece of data
// is likely to be a secret that nobody has marked as one. The name of a file that
// holds a secret is none.
func SecretName(name string) bool {
	name = strings.ToLower(name)
	return !strings.HasSuffix(name, "_file") &&
		slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) })
}

var errSecret = errors.New("a str")

// UnmarshalArgument takes a secret that a deploy holds as a plain string.
func (s *Secret) UnmarshalArgument(value any) error {
	switch v := value.(type) {
	case string:
		s.value = v
	case Secret:
		*s = v
	default:
		return errSecret
	}
	return nil
}

// ArgumentType names the type as Python's type hints do.
func (*Secret) ArgumentType() string { return "str" }
