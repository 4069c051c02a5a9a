package files

import "strings"

// The characters that mean something in a basic regular expression, as grep and
// sed read it, and in an extended one, as awk does (see regex(7)). In a basic
// one a backslash would give the others a meaning.
const (
	basicRegex    = `\.*[^$`
	extendedRegex = `\.*[]^$+?(){}|`
)

// literal returns a regular expression that matches a text as it stands.
func literal(text, special string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// wholeLine makes a regular expression that may match a part of a line one that
// matches the line from start to end. special is not empty if the text is to
// match as it stands.
func wholeLine(text, special string) string {
	if special != "" {
		return "^.*" + literal(text, special) + ".*$"
	}
	if !strings.HasPrefix(text, "^") {
		text = "^.*" + text
	}
	if !strings.HasSuffix(text, "$") {
		text += ".*$"
	}
	return text
}

// slashes puts a backslash before each slash that has none, for a regular
// expression that stands between slashes.
func slashes(regex string) string {
	var b strings.Builder
	escaped := false
	for _, r := range regex {
		if r == '/' && !escaped {
			b.WriteByte('\\')
		}
		escaped = r == '\\' && !escaped
		b.WriteRune(r)
	}
	return b.String()
}

// awkRegex returns what matches a text as it stands, to be put between slashes
// in an awk program.
func awkRegex(text string) string { return slashes(literal(text, extendedRegex)) }
