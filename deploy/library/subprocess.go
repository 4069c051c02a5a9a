package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

var (
	subprocessError    = builtin.NewExceptionClass("SubprocessError", builtin.ExceptionClass)
	calledProcessError = builtin.NewExceptionClass("CalledProcessError", subprocessError)
	timeoutExpired     = builtin.NewExceptionClass("TimeoutExpired", subprocessError)
	completedClass     = builtin.NewClass("CompletedProcess", nil, builtin.Native{Module: "subprocess"})
)

// What subprocess.PIPE and its like are in Python.
const (
	pipeOutput = -1
	toStdout   = -2
	toNothing  = -3
)

// subprocessModule runs commands on the controller, once per host that runs the
// deploy. A command reads nothing from the terminal; what it writes and nobody
// captures is told as messages.
func subprocessModule() *definition {
	d := &definition{name: "subprocess", what: "name",
		values: functions(map[string]func(*call) (starlark.Value, error){
			"run": subprocessRun, "check_output": subprocessCheckOutput, "check_call": subprocessCheckCall, "call": subprocessCall,
			"getoutput": func(c *call) (starlark.Value, error) { _, out, err := shellOutput(c); return out, err },
			"getstatusoutput": func(c *call) (starlark.Value, error) {
				status, out, err := shellOutput(c)
				return starlark.Tuple{status, out}, err
			},
		}),
		later: map[string]string{"Popen": "use subprocess.run, which waits for the command"}}
	for name, v := range map[string]starlark.Value{
		"PIPE": starlark.MakeInt(pipeOutput), "STDOUT": starlark.MakeInt(toStdout), "DEVNULL": starlark.MakeInt(toNothing),
		"CalledProcessError": calledProcessError, "TimeoutExpired": timeoutExpired, "SubprocessError": subprocessError,
		"CompletedProcess": completedClass,
	} {
		d.values[name] = constant(v)
	}
	return d
}

// A command is what subprocess.run is asked for.
type command struct {
	args           starlark.Value
	words          []string
	shell          bool
	text           bool
	check          bool
	dir            string
	env            []string
	path           string // of the environment
	input          string
	stdout, stderr int // 0: told as messages
	timeout        float64
}

// readCommand reads the arguments of subprocess.run and its like.
func readCommand(c *call) (*command, error) {
	cmd := &command{}
	var cwd, env, input, text, encoding, universal, errs starlark.Value
	var stdin, stdout, stderr, timeout, executable, bufsize starlark.Value
	var capture bool
	err := c.unpack("args", &cmd.args, "bufsize?", &bufsize, "executable?", &executable, "stdin?", &stdin, "stdout?", &stdout, "stderr?", &stderr,
		"shell?", &cmd.shell, "cwd?", &cwd, "env?", &env, "input?", &input, "capture_output?", &capture, "timeout?", &timeout, "check?", &cmd.check,
		"text?", &text, "encoding?", &encoding, "errors?", &errs, "universal_newlines?", &universal)
	if err != nil {
		return nil, err
	}
	given := func(v starlark.Value) bool { return v != nil && v != starlark.None }
	cmd.text = given(text) && bool(text.Truth()) || given(encoding) || given(errs) || given(universal) && bool(universal.Truth())
	switch {
	case given(executable):
		return nil, builtin.Raise(builtin.NotImplementedError, "%s(executable=...) is not supported: name the program in args", c.b.Name())
	case given(stdin) && given(input):
		return nil, builtin.Raise(builtin.ValueError, "stdin and input arguments may not both be used.")
	case capture && (given(stdout) || given(stderr)):
		return nil, builtin.Raise(builtin.ValueError, "stdout and stderr arguments may not be used with capture_output.")
	}
	if given(encoding) {
		if err := onlyUTF8(c.b.Name(), encoding); err != nil {
			return nil, err
		}
	}
	if given(timeout) {
		if cmd.timeout, err = seconds(timeout, 0); err != nil {
			return nil, err
		}
	}
	if capture {
		cmd.stdout, cmd.stderr = pipeOutput, pipeOutput
	}
	for _, out := range []struct {
		v    starlark.Value
		into *int
	}{{stdout, &cmd.stdout}, {stderr, &cmd.stderr}} {
		if given(out.v) {
			if *out.into, err = starlark.AsInt32(out.v); err != nil || *out.into < toNothing || *out.into >= 0 {
				return nil, builtin.Raise(builtin.NotImplementedError, "%s(): stdout and stderr may be PIPE, STDOUT or DEVNULL; write a file from what was captured", c.b.Name())
			}
		}
	}
	if given(stdin) {
		if n, err := starlark.AsInt32(stdin); err != nil || n != toNothing && n != pipeOutput {
			return nil, builtin.Raise(builtin.NotImplementedError, "%s(stdin=...) is not supported: give the text as input", c.b.Name())
		}
	}
	if given(cwd) {
		if cmd.dir, err = c.path(cwd); err != nil {
			return nil, err
		}
	}
	if err := cmd.setInput(input); err != nil {
		return nil, err
	}
	if err := cmd.setEnv(c, env); err != nil {
		return nil, err
	}
	return cmd, cmd.setWords(c)
}

func (cmd *command) setInput(v starlark.Value) error {
	if v == nil || v == starlark.None {
		return nil
	}
	text, isBytes, ok := bytesOf(v)
	switch {
	case !ok || isBytes && cmd.text:
		return builtin.Raise(builtin.TypeError, "input must be str if text is set, else bytes, not %s", builtin.TypeName(v))
	case !isBytes && !cmd.text:
		return builtin.Raise(builtin.TypeError, "a bytes-like object is required, not 'str'")
	}
	cmd.input = text
	return nil
}

func (cmd *command) setEnv(c *call, v starlark.Value) error {
	s, err := c.session()
	if err != nil {
		return err
	}
	env := starlark.IterableMapping(s.environment())
	if v != nil && v != starlark.None {
		given, ok := v.(starlark.IterableMapping)
		if !ok {
			return builtin.Raise(builtin.TypeError, "env must be a dict, not %s", builtin.TypeName(v))
		}
		env = given
	}
	for _, item := range env.Items() {
		for _, text := range item {
			if _, ok := starlark.AsString(text); !ok {
				return builtin.Raise(builtin.TypeError, "expected str, bytes or os.PathLike object, not %s", builtin.TypeName(text))
			}
		}
		if textOf(item[0]) == "PATH" {
			cmd.path = textOf(item[1])
		}
	}
	cmd.env = environLines(env)
	return nil
}

// setWords makes the program and its arguments of args.
func (cmd *command) setWords(c *call) error {
	if text, isText := starlark.AsString(cmd.args); isText {
		cmd.words = []string{text}
	} else if p, isPath := cmd.args.(path); isPath {
		cmd.words = []string{p.text}
	} else {
		items, err := builtin.Collect(cmd.args)
		if err != nil {
			return err
		}
		for _, item := range items {
			word, err := pathText(c.thread, "", item)
			if err != nil {
				return builtin.Raise(builtin.TypeError, "expected str, bytes or os.PathLike object, not %s", builtin.TypeName(item))
			}
			cmd.words = append(cmd.words, word)
		}
	}
	if len(cmd.words) == 0 {
		return builtin.Raise(builtin.IndexError, "list index out of range")
	}
	if cmd.shell {
		cmd.words = append([]string{"/bin/sh", "-c"}, cmd.words...)
	}
	return nil
}

// A boundedBuffer keeps what a command writes, up to a limit in bytes. Writing
// more is an error, which ends the command.
type boundedBuffer struct {
	bytes.Buffer
	limit int
	over  bool
}

// Write implements io.Writer.
func (b *boundedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.limit {
		b.over = true
		return 0, fmt.Errorf("it prints more than %d MiB", b.limit>>20)
	}
	return b.Buffer.Write(p)
}

// completed is what a command has done.
type completed struct {
	fixed
	args           starlark.Value
	code           int
	stdout, stderr starlark.Value
}

var (
	_ starlark.HasAttrs = (*completed)(nil)
	_ builtin.Classed   = (*completed)(nil)
)

func (p *completed) String() string {
	text := "CompletedProcess(args=" + builtin.Repr(p.args) + ", returncode=" + starlark.MakeInt(p.code).String()
	if p.stdout != starlark.None {
		text += ", stdout=" + builtin.Repr(p.stdout)
	}
	if p.stderr != starlark.None {
		text += ", stderr=" + builtin.Repr(p.stderr)
	}
	return text + ")"
}
func (*completed) Type() string            { return "CompletedProcess" }
func (*completed) Hash() (uint32, error)   { return 0, nil }
func (*completed) PyClass() *builtin.Class { return completedClass }
func (*completed) AttrNames() []string {
	return []string{"args", "check_returncode", "returncode", "stderr", "stdout"}
}

// Attr implements starlark.HasAttrs.
func (p *completed) Attr(name string) (starlark.Value, error) {
	switch name {
	case "args":
		return p.args, nil
	case "returncode":
		return starlark.MakeInt(p.code), nil
	case "stdout":
		return p.stdout, nil
	case "stderr":
		return p.stderr, nil
	case "check_returncode":
		return function(name, func(c *call) (starlark.Value, error) { return starlark.None, p.failure() }), nil
	}
	return nil, missingAttribute("CompletedProcess", name, p.AttrNames(), nil)
}

// failure is CalledProcessError if the command failed.
func (p *completed) failure() error {
	if p.code == 0 {
		return nil
	}
	text := "returned non-zero exit status " + starlark.MakeInt(p.code).String() + "."
	if p.code < 0 {
		text = "died with signal " + starlark.MakeInt(-p.code).String() + "."
	}
	return processError(calledProcessError, p, text, map[string]starlark.Value{"returncode": starlark.MakeInt(p.code)})
}

// processError raises an exception about a command.
func processError(class *builtin.Class, p *completed, text string, fields map[string]starlark.Value) error {
	err := builtin.Raise(class, "Command '%s' %s", builtin.Str(p.args), text)
	e, ok := errors.AsType[*builtin.Exception](err)
	if !ok {
		return err
	}
	fields["cmd"], fields["stdout"], fields["output"], fields["stderr"] = p.args, p.stdout, p.stdout, p.stderr
	for _, name := range sortedKeys(fields) {
		if err := e.SetField(name, fields[name]); err != nil {
			return err
		}
	}
	return err
}

// killAfter is how long is waited for the output of a command that was killed.
const killAfter = 2 * time.Second

// run runs a command and waits for it.
func (cmd *command) run(c *call) (*completed, error) {
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if cmd.timeout > 0 {
		limited, cancel = context.WithTimeout(ctx, time.Duration(cmd.timeout*float64(time.Second)))
	}
	defer cancel()
	program, err := findProgram(cmd.words[0], cmd.path, cmd.dir)
	if err != nil {
		return nil, osError(err)
	}
	if info, err := os.Stat(cmd.dir); cmd.dir != "" && err != nil {
		return nil, osError(err)
	} else if cmd.dir != "" && !info.IsDir() {
		return nil, osError(syscallError("chdir", cmd.dir, syscall.ENOTDIR))
	}
	stdout, stderr := boundedBuffer{limit: maxOpened}, boundedBuffer{limit: maxOpened}
	p := exec.CommandContext(limited, program, cmd.words[1:]...)
	p.Args[0] = cmd.words[0]
	p.Dir, p.Env, p.Stdin = cmd.dir, cmd.env, strings.NewReader(cmd.input)
	p.Stdout, p.Stderr = &stdout, &stderr
	if cmd.stderr == toStdout {
		p.Stderr = &stdout
	}
	endTogether(p)
	p.WaitDelay = killAfter
	err = p.Run()
	result := &completed{args: cmd.args, stdout: starlark.None, stderr: starlark.None}
	if e := result.take(c, cmd, &stdout, &stderr); e != nil {
		return nil, e
	}
	exit, isExit := errors.AsType[*exec.ExitError](err)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case limited.Err() != nil:
		return nil, processError(timeoutExpired, result, "timed out after "+builtin.Str(numberOf(cmd.timeout))+" seconds", map[string]starlark.Value{"timeout": numberOf(cmd.timeout)})
	case stdout.over || stderr.over:
		return nil, builtin.Raise(builtin.MemoryError, "the command writes more than %d MiB", maxOpened>>20)
	case isExit:
		result.code = exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			result.code = -int(status.Signal())
		}
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return nil, osError(err)
	}
	if cmd.check {
		return result, result.failure()
	}
	return result, nil
}

// numberOf is an int if the number is whole.
func numberOf(f float64) starlark.Value {
	if f == float64(int64(f)) {
		return starlark.MakeInt64(int64(f))
	}
	return starlark.Float(f)
}

// take keeps what was captured, and tells what was not.
func (p *completed) take(c *call, cmd *command, stdout, stderr *boundedBuffer) error {
	s, err := c.session()
	if err != nil {
		return err
	}
	for _, out := range []struct {
		how  int
		text string
		into *starlark.Value
	}{{cmd.stdout, stdout.String(), &p.stdout}, {cmd.stderr, stderr.String(), &p.stderr}} {
		switch {
		case out.how == pipeOutput && !cmd.text:
			*out.into = starlark.Bytes(out.text)
		case out.how == pipeOutput && !utf8.ValidString(out.text):
			return builtin.Raise(builtin.UnicodeDecodeError, "what the command wrote is not UTF-8: run it without text")
		case out.how == pipeOutput:
			*out.into = starlark.String(universalNewlines(out.text))
		case out.how == 0 && out.text != "":
			s.message("info", strings.TrimSuffix(strings.ToValidUTF8(out.text, "\uFFFD"), "\n"))
		}
	}
	return nil
}

// findProgram looks for a program as the system does, in the PATH given. The
// error is that of the file which was not found.
func findProgram(name, search, dir string) (string, error) {
	if strings.Contains(name, "/") {
		if dir != "" && !filepath.IsAbs(name) {
			return name, nil // from that folder: the system looks
		}
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return "", syscallError("exec", name, syscall.ENOENT)
		case info.IsDir() || info.Mode()&0o111 == 0:
			return "", syscallError("exec", name, syscall.EACCES)
		}
		return name, nil
	}
	for _, folder := range filepath.SplitList(search) {
		if folder == "" {
			folder = "."
		}
		full := filepath.Join(folder, name)
		if info, err := os.Stat(full); err == nil && info.Mode().IsRegular() && accessible(full, 1) {
			if !filepath.IsAbs(full) {
				full = "./" + full
			}
			return full, nil
		}
	}
	return "", syscallError("exec", name, syscall.ENOENT)
}

func subprocessRun(c *call) (starlark.Value, error) {
	cmd, err := readCommand(c)
	if err != nil {
		return nil, err
	}
	result, err := cmd.run(c)
	if err != nil {
		return nil, err
	}
	return result, nil
}

func subprocessCheckOutput(c *call) (starlark.Value, error) {
	cmd, err := readCommand(c)
	if err != nil {
		return nil, err
	}
	cmd.stdout, cmd.check = pipeOutput, true
	result, err := cmd.run(c)
	if err != nil {
		return nil, err
	}
	return result.stdout, nil
}

func subprocessCheckCall(c *call) (starlark.Value, error) {
	cmd, err := readCommand(c)
	if err != nil {
		return nil, err
	}
	cmd.check = true
	_, err = cmd.run(c)
	return starlark.MakeInt(0), err
}

func subprocessCall(c *call) (starlark.Value, error) {
	cmd, err := readCommand(c)
	if err != nil {
		return nil, err
	}
	result, err := cmd.run(c)
	if err != nil {
		return nil, err
	}
	return starlark.MakeInt(result.code), nil
}

// shellOutput is getstatusoutput: both outputs together, without the last line
// feed.
func shellOutput(c *call) (status, out starlark.Value, err error) {
	var line string
	if err := c.unpack("cmd", &line); err != nil {
		return nil, nil, err
	}
	cmd := &command{args: starlark.String(line), shell: true, text: true, stdout: pipeOutput, stderr: toStdout}
	if err := errors.Join(cmd.setEnv(c, nil), cmd.setWords(c)); err != nil {
		return nil, nil, err
	}
	result, err := cmd.run(c)
	if err != nil {
		return nil, nil, err
	}
	return starlark.MakeInt(result.code), starlark.String(strings.TrimSuffix(textOf(result.stdout), "\n")), nil
}
