//go:build unix

package screen

import (
	"bytes"
	"testing"
)

func TestResolve(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(key string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == key {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	tty := openTerminal(t)
	for _, c := range []struct {
		name  string
		o     Options
		mode  Mode
		color Color
	}{
		{"terminal", Options{Out: tty, Getenv: env("TERM", "xterm")}, Terminal, ColorAlways},
		{"redirected", Options{Out: &bytes.Buffer{}, Getenv: env("TERM", "xterm")}, Plain, ColorNever},
		{"no colour", Options{Out: tty, Getenv: env("NO_COLOR", "1")}, Terminal, ColorNever},
		{"empty NO_COLOR says nothing", Options{Out: tty, Getenv: env("NO_COLOR", "")}, Terminal, ColorAlways},
		{"dumb terminal", Options{Out: tty, Getenv: env("TERM", "dumb")}, Plain, ColorNever},
		{"plain on a terminal", Options{Out: tty, Mode: Plain, Color: ColorAlways}, Plain, ColorNever},
		{"quiet on a terminal", Options{Out: tty, Mode: Quiet, Getenv: env()}, Quiet, ColorAlways},
		{"screen redirected", Options{Out: &bytes.Buffer{}, Mode: Terminal, Getenv: env()}, Terminal, ColorNever},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.o.resolve()
			if got.Mode != c.mode || got.Color != c.color {
				t.Errorf("%v, colour %v; want %v, colour %v", got.Mode, got.Color, c.mode, c.color)
			}
		})
	}
}
