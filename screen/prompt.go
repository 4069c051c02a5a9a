package screen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// ErrNoTerminal says that there is nobody to answer a question.
var ErrNoTerminal = errors.New("there is no terminal to ask on: use -y to go on without being asked")

// ErrClosed says that a question came after Close.
var ErrClosed = errors.New("the screen is closed")

// glance is how often a question looks up to see whether it still matters.
const glance = 100 * time.Millisecond

// longestAnswer bounds what is read, in bytes.
const longestAnswer = 1024

// Confirm asks a question that Enter, y or yes answers with yes, anything else,
// the end of input too, with no. Meanwhile nothing is drawn. The answer comes
// from the terminal; where there is none, or the mode is JSON, the error is
// [ErrNoTerminal]. When ctx ends, its cause is the error.
func (s *Screen) Confirm(ctx context.Context, question string) (bool, error) {
	if s.options.Mode == JSON || !isTerminal(s.options.In) || !isTerminal(s.options.Out) {
		return false, ErrNoTerminal
	}
	a := ask{free: make(chan struct{}), done: make(chan struct{})}
	select {
	case s.asks <- a:
	case <-s.ended:
		return false, ErrClosed
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	defer close(a.done)
	<-a.free
	// What was typed before the question was asked is no answer to it.
	if err := discard(s.options.In); err != nil {
		return false, fmt.Errorf("ask %q: %w", question, err)
	}
	if _, err := fmt.Fprintf(s.options.Out, "%s [Y/n] ", cleanLine(question)); err != nil {
		return false, fmt.Errorf("ask %q: %w", question, err)
	}
	answer, err := s.answer(ctx)
	if err != nil {
		// The question's line stays open: end it, so that what follows does not
		// stand behind it.
		_, newline := fmt.Fprintln(s.options.Out)
		return false, errors.Join(err, newline)
	}
	return answer, nil
}

// answer reads one line from the terminal, which hands over whole lines.
func (s *Screen) answer(ctx context.Context) (bool, error) {
	for {
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		select {
		case <-s.closing:
			return false, ErrClosed
		default:
		}
		ready, err := readable(s.options.In, glance)
		if err != nil {
			return false, fmt.Errorf("wait for an answer: %w", err)
		}
		if ready {
			break
		}
	}
	buf := make([]byte, longestAnswer)
	n, err := s.options.In.Read(buf)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read the answer: %w", err)
	}
	if n == 0 {
		return false, nil // Ctrl-D: nobody said yes
	}
	switch strings.ToLower(strings.TrimSpace(string(buf[:n]))) {
	case "", "y", "yes":
		return true, nil
	}
	return false, nil
}
