package library

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// maxLocalOutput is how many bytes one command of local.shell may print on each
// stream.
const maxLocalOutput = 16 << 20

// localShell runs commands on the controller, in sh, and returns what they print.
func localShell(c *call) (starlark.Value, error) {
	var commands starlark.Value
	var splitlines, ignoreErrors, printOutput, printInput bool
	if err := c.unpack("commands", &commands, "splitlines?", &splitlines, "ignore_errors?", &ignoreErrors,
		"print_output?", &printOutput, "print_input?", &printInput); err != nil {
		return nil, err
	}
	texts, err := commandTexts(commands)
	if err != nil {
		return nil, err
	}
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, text := range texts {
		if printInput {
			s.message("info", "$ "+text)
		}
		stdout, stderr, err := runLocally(ctx, text)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if _, failed := errors.AsType[*exec.ExitError](err); err != nil && (!failed || !ignoreErrors) {
			return nil, localFailure(text, stderr, err)
		}
		out := strings.TrimSuffix(stdout, "\n")
		if out == "" {
			continue
		}
		if printOutput {
			s.message("info", out)
		}
		lines = append(lines, strings.Split(out, "\n")...)
	}
	if splitlines {
		return stringList(lines), nil
	}
	return starlark.String(strings.Join(lines, "\n")), nil
}

func localFailure(text, stderr string, err error) error {
	said := strings.TrimSpace(stderr)
	if said != "" {
		said = ": " + shorten(said, 1000)
	}
	return builtin.Raise(pyinfraError, "local command failed (%w): %s%s", err, shorten(text, maxDetail), said)
}

// commandTexts reads one command or a list of them.
func commandTexts(v starlark.Value) ([]string, error) {
	items := []starlark.Value{v}
	if list, ok := v.(starlark.Iterable); ok {
		items = nil
		for item := range starlark.Elements(list) {
			items = append(items, item)
		}
	}
	var texts []string
	for _, item := range items {
		text, ok := starlark.AsString(item)
		if !ok {
			return nil, builtin.Raise(builtin.TypeError, "shell() takes commands that are str, not %s", builtin.TypeName(item))
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// runLocally runs a command and, when ctx ends, stops all that it started.
func runLocally(ctx context.Context, text string) (stdout, stderr string, err error) {
	out, errs := boundedBuffer{limit: maxLocalOutput}, boundedBuffer{limit: maxLocalOutput}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", text)
	cmd.Stdout, cmd.Stderr = &out, &errs
	endTogether(cmd)
	cmd.WaitDelay = 2 * time.Second
	err = cmd.Run()
	return out.String(), errs.String(), err
}
