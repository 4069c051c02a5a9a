// Package server has the facts of module server: what the host is, who is on it
// and what runs there.
//
// They stand below the modules, because several of those need them and module
// server is itself made of several others. Package modules/server offers all of
// them under its own name; deploys find them there.
package server

import (
	"errors"
	"strings"
)

// A Text is a string that is None in deploy files when it is empty: there is no
// such program, no comment, no shell.
type Text string

// Plain implements fact.Plainer.
func (t Text) Plain() any {
	if t == "" {
		return nil
	}
	return string(t)
}

var errEmpty = errors.New("the host printed nothing")

// line returns the only line of an answer that must have one.
func line(lines []string) (string, error) {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			return l, nil
		}
	}
	return "", errEmpty
}
