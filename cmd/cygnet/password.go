package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/term"
)

// askPassword asks on a terminal for what must not be shown there.
func askPassword(in *os.File, talk io.Writer, question string) (string, error) {
	if in == nil || !term.IsTerminal(int(in.Fd())) {
		return "", errors.New("standard input is no terminal to ask on")
	}
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return "", err
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	defer signal.Stop(interrupted)
	if _, err := io.WriteString(talk, question); err != nil {
		return "", err
	}
	type answer struct {
		text []byte
		err  error
	}
	// A read from a terminal cannot be called off: after Ctrl-C it ends with the
	// process, which is next.
	answered := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(int(in.Fd()))
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		_, err := fmt.Fprintln(talk)
		return string(a.text), errors.Join(a.err, err)
	case <-interrupted:
		return "", errors.Join(errInterrupted, term.Restore(int(in.Fd()), before))
	}
}
