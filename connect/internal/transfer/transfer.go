// Package transfer moves files over any connection that runs commands. What it
// needs of a host is sh and the tools that every system has.
package transfer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"cygnet/connect"
	"cygnet/shell"
)

// A Runner is the part of a connection that this package needs.
type Runner interface {
	Run(context.Context, *connect.Request) (*connect.Result, error)
}

// Upload is what [connect.Conn] says of it. The content goes to a fresh file
// beside the target that only its owner can read, and takes the target's place
// when it is complete. A symbolic link is followed. A file that is there keeps
// its owner, and its mode unless how has one.
func Upload(ctx context.Context, conn Runner, from io.Reader, to string, how connect.Transfer) error {
	mode := ""
	if how.Mode != 0 {
		mode = "0" + strconv.FormatUint(uint64(how.Mode), 8)
	}
	end := rand.Text()
	source := &source{from: from}
	result, err := conn.Run(ctx, &connect.Request{
		Command: command(how, shell.Join("\n", variables(to,
			"mode", mode, "end", end, "fresh", ".cygnet-"+rand.Text()), shell.Raw(uploadScript))),
		// The end mark tells a complete file from a connection that broke.
		Stdin: source.then(end),
		Keep:  maxWords,
	})
	if source.err != nil {
		return fmt.Errorf("upload to %s: read what to send: %w", to, source.err)
	}
	return ended("upload to", to, result, err)
}

// Download is what [connect.Conn] says of it.
func Download(ctx context.Context, conn Runner, from string, to io.Writer, how connect.Transfer) error {
	result, err := conn.Run(ctx, &connect.Request{
		Command: command(how, shell.Join("\n", variables(from), shell.Raw(downloadScript))),
		Stdout:  to,
		Keep:    maxWords,
	})
	return ended("download", from, result, err)
}

// maxWords is how much of what a host says about a failure is kept.
const maxWords = 4 << 10

func command(how connect.Transfer, text shell.Text) shell.Command {
	return shell.Command{Text: text, As: how.As, Dir: how.Dir}
}

// variables sets the shell variable t to the path and others to their values.
func variables(path string, pairs ...string) shell.Text {
	lines := []string{"t=" + shell.QuotePath(path)}
	for i := 0; i < len(pairs); i += 2 {
		lines = append(lines, pairs[i]+"="+shell.Quote(pairs[i+1]))
	}
	return shell.Raw(strings.Join(lines, "\n"))
}

// ended turns how a transfer ended into an error with the host's own words.
func ended(did, path string, result *connect.Result, err error) error {
	if err != nil {
		return fmt.Errorf("%s %s: %w", did, path, err)
	}
	if result.Exit == 0 && result.Signal == "" {
		return nil
	}
	return fmt.Errorf("%s %s: %w", did, path, errors.New(words(result)))
}

// words is the reason that a host gave: of "cat: write error: No space left on
// device", as every tool words it differently, what comes last.
func words(result *connect.Result) string {
	for i := len(result.Stderr) - 1; i >= 0; i-- {
		line := strings.TrimSpace(result.Stderr[i])
		if reason, ours := strings.CutPrefix(line, "cygnet: "); ours {
			return reason
		}
		if j := strings.LastIndex(line, ": "); j >= 0 {
			line = line[j+2:]
		}
		if line != "" {
			return strings.ToLower(line[:1]) + line[1:]
		}
	}
	if result.Signal != "" {
		return "ended by signal " + result.Signal
	}
	return fmt.Sprintf("exit status %d", result.Exit)
}

// A source reads what is to be sent and remembers why it failed.
type source struct {
	from io.Reader
	err  error
}

// then returns the source's bytes, followed by end if all of them were read.
func (s *source) then(end string) io.Reader { return io.MultiReader(s, strings.NewReader(end)) }

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}
