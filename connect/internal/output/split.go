package output

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"cygnet/connect"
)

// A splitter cuts a stream of bytes into lines of valid UTF-8. A line ends with
// "\n", "\r\n" or "\r": a program that shows its progress on one line by going
// back to its start yields a line for each state.
type splitter struct {
	line   func(string)
	buf    []byte
	skipLF bool // the last line ended with "\r": a "\n" now belongs to it
}

func (s *splitter) write(p []byte) {
	for len(p) > 0 {
		i := bytes.IndexAny(p, "\r\n")
		if i < 0 {
			s.add(p)
			return
		}
		s.add(p[:i])
		s.newline(p[i])
		p = p[i+1:]
	}
}

func (s *splitter) newline(c byte) {
	switch {
	case c == '\r' && len(s.buf) > 0:
		s.emit(len(s.buf))
		s.skipLF = true
	case c == '\r': // at the start of a line it changes nothing
	case s.skipLF:
		s.skipLF = false
	default:
		s.emit(len(s.buf))
	}
}

// add appends what holds no line end.
func (s *splitter) add(p []byte) {
	if len(p) > 0 {
		s.skipLF = false
	}
	for len(p) > 0 {
		n := min(len(p), connect.MaxLine-len(s.buf))
		s.buf = append(s.buf, p[:n]...)
		p = p[n:]
		if len(s.buf) == connect.MaxLine && len(p) > 0 {
			s.emit(len(s.buf) - unfinished(s.buf))
		}
	}
}

// end passes on what came after the last line end.
func (s *splitter) end() {
	if len(s.buf) > 0 {
		s.emit(len(s.buf))
	}
}

func (s *splitter) emit(n int) {
	s.line(strings.ToValidUTF8(string(s.buf[:n]), "\uFFFD"))
	s.buf = append(s.buf[:0], s.buf[n:]...)
}

// unfinished returns how many bytes at the end of b are the start of a
// character of which more may come.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		tail := b[len(b)-n:]
		if utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
