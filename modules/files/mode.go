package files

import (
	"errors"
	"strconv"
	"strings"
)

// A Mode is a file mode as chmod reads it: octal digits such as "644" or what is
// to change, such as "u+x,go-w". Deploy files may write 644 without quotes. The
// zero value leaves the mode alone.
type Mode string

// LocalMode is the mode of the controller's file; it is for [Put] alone, written
// True in deploy files.
const LocalMode Mode = "local"

var errMode = errors.New(`a mode such as 644, "0644" or "u+x"`)

// UnmarshalArgument implements argument.Unmarshaler.
func (m *Mode) UnmarshalArgument(value any) error {
	var text string
	switch v := value.(type) {
	case bool:
		if *m = ""; v {
			*m = LocalMode
		}
		return nil
	case int64:
		text = strconv.FormatInt(v, 10)
	case int:
		text = strconv.Itoa(v)
	case string:
		text = v
	default:
		return errMode
	}
	if isDigits(text) {
		text = strings.TrimLeft(text[:len(text)-1], "0") + text[len(text)-1:]
	}
	if _, ok := Mode(text).bits(); !ok && !symbolic(text) {
		return errMode
	}
	*m = Mode(text)
	return nil
}

// ArgumentType implements argument.Unmarshaler.
func (*Mode) ArgumentType() string { return "int | str | bool" }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// bits returns a mode of octal digits as a number.
func (m Mode) bits() (uint32, bool) {
	n, err := strconv.ParseUint(string(m), 8, 12)
	return uint32(n), err == nil
}

// symbolic reports whether every clause of a mode is one that chmod reads: who,
// then signs with the permissions that each of them changes.
func symbolic(s string) bool {
	for clause := range strings.SplitSeq(s, ",") {
		changes := strings.TrimLeft(clause, "ugoa")
		if changes == "" || !strings.ContainsRune("+-=", rune(changes[0])) || strings.Trim(changes, "+-=rwxXstugo") != "" {
			return false
		}
	}
	return true
}

// met reports whether chmod would leave the mode of what is there as it is.
func (m Mode) met(i Info, dir bool) bool {
	if bits, ok := m.bits(); ok {
		return bits == i.Mode
	}
	after := i.Mode
	for clause := range strings.SplitSeq(string(m), ",") {
		after = change(after, clause, dir)
	}
	return after == i.Mode
}

// classes are the places of a class of users in a mode: its three permissions,
// and its bit among setuid, setgid and sticky.
var classes = []struct {
	letter  byte
	shift   int
	special uint32
}{{'u', 6, 0o4000}, {'g', 3, 0o2000}, {'o', 0, 0o1000}}

// change applies one clause to a mode. Who is left out means all: chmod would
// spare what the umask holds back, so that it may run once too often, never once
// too little.
func change(mode uint32, clause string, dir bool) uint32 {
	changes := strings.TrimLeft(clause, "ugoa")
	who := clause[:len(clause)-len(changes)]
	if who == "" || strings.Contains(who, "a") {
		who = "ugo"
	}
	for changes != "" {
		sign := changes[0]
		rest := strings.TrimLeft(changes[1:], "rwxXstugo")
		mode = assign(mode, who, sign, changes[1:len(changes)-len(rest)], dir)
		changes = rest
	}
	return mode
}

// assign gives the classes of who the permissions, takes them away, or leaves
// them just these, by the sign.
func assign(mode uint32, who string, sign byte, permissions string, dir bool) uint32 {
	before := mode
	for _, c := range classes {
		if strings.IndexByte(who, c.letter) < 0 {
			continue
		}
		bits := allowed(before, permissions, dir) << c.shift
		// The sticky bit belongs to nobody; chmod sets it for all or others.
		if strings.Contains(permissions, "s") && c.letter != 'o' || strings.Contains(permissions, "t") && c.letter == 'o' {
			bits |= c.special
		}
		switch sign {
		case '+':
			mode |= bits
		case '-':
			mode &^= bits
		case '=':
			keep := uint32(0)
			if dir && c.letter != 'o' { // chmod keeps setuid and setgid of folders
				keep = mode & c.special
			}
			mode = mode&^(7<<c.shift|c.special) | bits | keep
		}
	}
	return mode
}

// allowed returns the three bits that permissions stand for.
func allowed(mode uint32, permissions string, dir bool) uint32 {
	var bits uint32
	for _, p := range permissions {
		switch p {
		case 'r':
			bits |= 4
		case 'w':
			bits |= 2
		case 'x':
			bits |= 1
		case 'X':
			if dir || mode&0o111 != 0 {
				bits |= 1
			}
		case 'u':
			bits |= mode >> 6 & 7
		case 'g':
			bits |= mode >> 3 & 7
		case 'o':
			bits |= mode & 7
		}
	}
	return bits
}
