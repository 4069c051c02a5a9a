package shell

import "strings"

// A Text is a piece of shell program, possibly with secrets in it. It is
// immutable; its zero value is empty.
type Text struct{ parts []part }

type part struct {
	text   string
	secret bool
	value  string // of a secret, before quoting
}

// Raw returns s as it stands: text that is shell already, such as a command
// that a user wrote. Never pass it what a host sent.
func Raw(s string) Text { return Text{[]part{{text: s}}} }

// Word returns s quoted as one word.
func Word(s string) Text { return Raw(Quote(s)) }

// SecretWord returns s quoted as one word and masked in String.
func SecretWord(s Secret) Text {
	return Text{[]part{{text: Quote(s.value), secret: true, value: s.value}}}
}

// SecretRaw returns s as it stands, like [Raw], and masked in String.
func SecretRaw(s Secret) Text {
	return Text{[]part{{text: s.value, secret: true, value: s.value}}}
}

// Words returns a command of separate words, each quoted.
func Words(words ...string) Text {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Quote(w)
	}
	return Raw(strings.Join(quoted, " "))
}

// Join puts sep between texts, leaving out those that are empty.
func Join(sep string, texts ...Text) Text {
	var joined Text
	for _, t := range texts {
		if t.IsZero() {
			continue
		}
		if len(joined.parts) > 0 && sep != "" {
			joined.parts = append(joined.parts, part{text: sep})
		}
		joined.parts = append(joined.parts, t.parts...)
	}
	return joined
}

// IsZero reports whether t has no text at all.
func (t Text) IsZero() bool {
	for _, p := range t.parts {
		if p.text != "" {
			return false
		}
	}
	return true
}

// HasSecret reports whether any part of t is masked.
func (t Text) HasSecret() bool {
	for _, p := range t.parts {
		if p.secret {
			return true
		}
	}
	return false
}

// Secrets returns the secrets in t.
func (t Text) Secrets() []Secret {
	var secrets []Secret
	for _, p := range t.parts {
		if p.secret {
			secrets = append(secrets, Secret{p.value})
		}
	}
	return secrets
}

// String returns the text with its secrets masked: what may be shown.
func (t Text) String() string { return t.render(true) }

// Reveal returns the text with its secrets in place: what a shell must read.
func (t Text) Reveal() string { return t.render(false) }

func (t Text) render(mask bool) string {
	var b strings.Builder
	for _, p := range t.parts {
		if p.secret && mask {
			b.WriteString(Mask)
			continue
		}
		b.WriteString(p.text)
	}
	return b.String()
}
