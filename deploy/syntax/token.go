package syntax

// A kind is a class of tokens.
type kind uint8

const (
	tokEOF kind = iota
	tokNewline
	tokIndent
	tokDedent
	tokName
	tokKeyword
	tokOp
	tokNumber
	tokString        // a whole string or bytes literal; value holds its text
	tokFStringStart  // f"
	tokFStringMiddle // text between replacement fields; value holds it
	tokFStringEnd    // "
	tokError         // the last token of a file that cannot be read further
)

// A token is a piece of the source text. Its own text is src[start:end].
type token struct {
	kind  kind
	bytes bool // of a string: it is a bytes literal
	at    Position
	start int // byte offsets
	end   int
	text  string
	value string // of strings: the text that is meant, escapes done
	err   *Error // of tokError
}

// is reports whether the token is the given operator or keyword.
func (t *token) is(text string) bool {
	return (t.kind == tokOp || t.kind == tokKeyword) && t.text == text
}

// keywords are the reserved words of Python 3.12. The soft keywords match,
// case, type and _ are names to the lexer.
var keywords = map[string]bool{
	"False": true, "None": true, "True": true, "and": true, "as": true,
	"assert": true, "async": true, "await": true, "break": true, "class": true,
	"continue": true, "def": true, "del": true, "elif": true, "else": true,
	"except": true, "finally": true, "for": true, "from": true, "global": true,
	"if": true, "import": true, "in": true, "is": true, "lambda": true,
	"nonlocal": true, "not": true, "or": true, "pass": true, "raise": true,
	"return": true, "try": true, "while": true, "with": true, "yield": true,
}

// operators are all operators and delimiters, longest first.
var operators = []string{
	"**=", "//=", ">>=", "<<=", "...",
	"**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", "+=", "-=", "*=",
	"/=", "%=", "&=", "|=", "^=", "@=", ":=",
	"+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", "(", ")", "[",
	"]", "{", "}", ",", ":", ".", ";", "=",
}

// closers maps each opening bracket to its closing one.
var closers = map[byte]byte{'(': ')', '[': ']', '{': '}'}
