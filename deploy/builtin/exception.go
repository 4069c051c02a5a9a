package builtin

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
)

// NewExceptionClass makes a class of exceptions that derives from base, which
// must be one too. It is constant: make it once and keep it in a variable.
func NewExceptionClass(name string, base *Class) *Class {
	return &Class{name: name, base: base, exception: true}
}

// The classes of exceptions that Python has built in and that can come up in a
// deploy file.
var (
	BaseExceptionClass = NewExceptionClass("BaseException", ObjectClass)
	ExceptionClass     = NewExceptionClass("Exception", BaseExceptionClass)

	SystemExit        = NewExceptionClass("SystemExit", BaseExceptionClass)
	KeyboardInterrupt = NewExceptionClass("KeyboardInterrupt", BaseExceptionClass)
	GeneratorExit     = NewExceptionClass("GeneratorExit", BaseExceptionClass)

	ArithmeticError     = NewExceptionClass("ArithmeticError", ExceptionClass)
	OverflowError       = NewExceptionClass("OverflowError", ArithmeticError)
	ZeroDivisionError   = NewExceptionClass("ZeroDivisionError", ArithmeticError)
	FloatingPointError  = NewExceptionClass("FloatingPointError", ArithmeticError)
	AssertionError      = NewExceptionClass("AssertionError", ExceptionClass)
	AttributeError      = NewExceptionClass("AttributeError", ExceptionClass)
	BufferError         = NewExceptionClass("BufferError", ExceptionClass)
	EOFError            = NewExceptionClass("EOFError", ExceptionClass)
	ImportError         = NewExceptionClass("ImportError", ExceptionClass)
	ModuleNotFoundError = NewExceptionClass("ModuleNotFoundError", ImportError)
	LookupError         = NewExceptionClass("LookupError", ExceptionClass)
	IndexError          = NewExceptionClass("IndexError", LookupError)
	KeyError            = NewExceptionClass("KeyError", LookupError)
	MemoryError         = NewExceptionClass("MemoryError", ExceptionClass)
	NameError           = NewExceptionClass("NameError", ExceptionClass)
	UnboundLocalError   = NewExceptionClass("UnboundLocalError", NameError)
	RuntimeError        = NewExceptionClass("RuntimeError", ExceptionClass)
	NotImplementedError = NewExceptionClass("NotImplementedError", RuntimeError)
	RecursionError      = NewExceptionClass("RecursionError", RuntimeError)
	StopIteration       = NewExceptionClass("StopIteration", ExceptionClass)
	StopAsyncIteration  = NewExceptionClass("StopAsyncIteration", ExceptionClass)
	SyntaxError         = NewExceptionClass("SyntaxError", ExceptionClass)
	SystemError         = NewExceptionClass("SystemError", ExceptionClass)
	TypeError           = NewExceptionClass("TypeError", ExceptionClass)
	ValueError          = NewExceptionClass("ValueError", ExceptionClass)
	UnicodeError        = NewExceptionClass("UnicodeError", ValueError)
	UnicodeDecodeError  = NewExceptionClass("UnicodeDecodeError", UnicodeError)
	UnicodeEncodeError  = NewExceptionClass("UnicodeEncodeError", UnicodeError)
	OSError             = NewExceptionClass("OSError", ExceptionClass)
	BlockingIOError     = NewExceptionClass("BlockingIOError", OSError)
	ChildProcessError   = NewExceptionClass("ChildProcessError", OSError)
	ConnectionError     = NewExceptionClass("ConnectionError", OSError)
	BrokenPipeError     = NewExceptionClass("BrokenPipeError", ConnectionError)
	ConnectionAborted   = NewExceptionClass("ConnectionAbortedError", ConnectionError)
	ConnectionRefused   = NewExceptionClass("ConnectionRefusedError", ConnectionError)
	ConnectionReset     = NewExceptionClass("ConnectionResetError", ConnectionError)
	FileExistsError     = NewExceptionClass("FileExistsError", OSError)
	FileNotFoundError   = NewExceptionClass("FileNotFoundError", OSError)
	InterruptedError    = NewExceptionClass("InterruptedError", OSError)
	IsADirectoryError   = NewExceptionClass("IsADirectoryError", OSError)
	NotADirectoryError  = NewExceptionClass("NotADirectoryError", OSError)
	PermissionError     = NewExceptionClass("PermissionError", OSError)
	ProcessLookupError  = NewExceptionClass("ProcessLookupError", OSError)
	TimeoutError        = NewExceptionClass("TimeoutError", OSError)
	Warning             = NewExceptionClass("Warning", ExceptionClass)
	UserWarning         = NewExceptionClass("UserWarning", Warning)
	DeprecationWarning  = NewExceptionClass("DeprecationWarning", Warning)
	RuntimeWarning      = NewExceptionClass("RuntimeWarning", Warning)
	FutureWarning       = NewExceptionClass("FutureWarning", Warning)
	exceptionClasses    = []*Class{
		BaseExceptionClass, ExceptionClass, SystemExit, KeyboardInterrupt, GeneratorExit,
		ArithmeticError, OverflowError, ZeroDivisionError, FloatingPointError, AssertionError, AttributeError,
		BufferError, EOFError, ImportError, ModuleNotFoundError, LookupError, IndexError, KeyError, MemoryError,
		NameError, UnboundLocalError, RuntimeError, NotImplementedError, RecursionError, StopIteration,
		StopAsyncIteration, SyntaxError, SystemError, TypeError, ValueError, UnicodeError, UnicodeDecodeError,
		UnicodeEncodeError, OSError, BlockingIOError, ChildProcessError, ConnectionError, BrokenPipeError,
		ConnectionAborted, ConnectionRefused, ConnectionReset, FileExistsError, FileNotFoundError,
		InterruptedError, IsADirectoryError, NotADirectoryError, PermissionError, ProcessLookupError,
		TimeoutError, Warning, UserWarning, DeprecationWarning, RuntimeWarning, FutureWarning,
	}
)

// An Exception is an exception, both as a value of a program and as a Go error.
// It belongs to one thread.
type Exception struct {
	Class *Class
	// Args are what the class was called with; the first is the message.
	Args starlark.Tuple
	// Cause is the exception after `raise ... from`, or nil.
	Cause *Exception
	// Context is the exception that was being handled when this one came up,
	// or nil.
	Context *Exception
	// Err is the Go error that the exception stands for, or nil.
	Err error

	fields starlark.StringDict // what the program has set
	frozen bool
	alone  bool // raised with `from`: the context is not shown

	// below are the frames that the exception has gone through before the
	// place where it was raised the last time; trace are those from the
	// function that has caught it.
	below, trace starlark.CallStack
}

var (
	_ starlark.HasSetField = (*Exception)(nil)
	_ Classed              = (*Exception)(nil)
)

// Raise returns an exception of that class with a message, for Go code to
// return. An error among args that the format wraps by %w can be found in it.
func Raise(class *Class, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Exception{Class: class, Args: starlark.Tuple{starlark.String(err.Error())}, Err: errors.Unwrap(err)}
}

// newException makes an exception of any arguments.
func newException(class *Class, args ...starlark.Value) *Exception {
	return &Exception{Class: class, Args: args}
}

// Error returns the last line of Python's traceback: "ValueError: text".
func (e *Exception) Error() string {
	if text := e.Str(); text != "" {
		return e.Class.name + ": " + text
	}
	return e.Class.name
}

// Unwrap returns the Go error that the exception stands for.
func (e *Exception) Unwrap() error { return e.Err }

// IsA reports whether the exception is one of a class, or of one that derives
// from it.
func (e *Exception) IsA(class *Class) bool { return e.Class.derives(class) }

// Str implements [Texter]: the message.
func (e *Exception) Str() string {
	if text, ok := e.userText("__str__"); ok {
		return text
	}
	return e.plainStr()
}

// plainStr is what BaseException.__str__ returns.
func (e *Exception) plainStr() string {
	switch {
	case len(e.Args) == 0:
		return ""
	case e.Class.derives(OSError) && (len(e.Args) == 2 || len(e.Args) == 3):
		text := "[Errno " + Str(e.Args[0]) + "] " + Str(e.Args[1])
		if len(e.Args) == 3 {
			text += ": " + Repr(e.Args[2])
		}
		return text
	case len(e.Args) > 1:
		return Repr(e.Args)
	case e.Class.derives(KeyError):
		return Repr(e.Args[0])
	}
	return Str(e.Args[0])
}

// String implements starlark.Value: the repr.
func (e *Exception) String() string {
	if text, ok := e.userText("__repr__"); ok {
		return text
	}
	return e.plainRepr()
}

func (e *Exception) plainRepr() string {
	parts := make([]string, len(e.Args))
	for i, arg := range e.Args {
		parts[i] = Repr(arg)
	}
	return e.Class.name + "(" + strings.Join(parts, ", ") + ")"
}

func (e *Exception) Type() string { return e.Class.name }

// Freeze implements starlark.Value.
func (e *Exception) Freeze() {
	if e.frozen {
		return
	}
	e.frozen = true
	e.Args.Freeze()
	e.fields.Freeze()
}

func (*Exception) Truth() starlark.Bool  { return true }
func (e *Exception) PyClass() *Class     { return e.Class }
func (e *Exception) AttrNames() []string { return []string{"args", "__cause__"} }
func (e *Exception) Hash() (uint32, error) {
	return starlark.String(e.Class.name).Hash()
}

// Attr implements starlark.HasAttrs.
func (e *Exception) Attr(name string) (starlark.Value, error) {
	if e.Class.user != nil {
		return attrOf(e, name)
	}
	if v := e.fields[name]; v != nil {
		return v, nil
	}
	return e.builtinAttr(name)
}

// builtinAttr returns an attribute that exceptions have of themselves; nil if
// there is none.
func (e *Exception) builtinAttr(name string) (starlark.Value, error) {
	arg := func(i, least int) starlark.Value {
		if len(e.Args) >= least && i < len(e.Args) {
			return e.Args[i]
		}
		return starlark.None
	}
	switch {
	case name == "args":
		return e.Args, nil
	case name == "__cause__" && e.Cause != nil:
		return e.Cause, nil
	case name == "__context__" && e.Context != nil:
		return e.Context, nil
	case name == "__suppress_context__":
		return starlark.Bool(e.alone), nil
	case name == "__cause__", name == "__context__", name == "__traceback__":
		return starlark.None, nil
	case e.Class.derives(SystemExit) && name == "code":
		if len(e.Args) > 1 {
			return e.Args, nil
		}
		return arg(0, 1), nil
	case e.Class.derives(StopIteration) && name == "value":
		return arg(0, 1), nil
	case e.Class.derives(OSError) && name == "errno":
		return arg(0, 2), nil
	case e.Class.derives(OSError) && name == "strerror":
		return arg(1, 2), nil
	case e.Class.derives(OSError) && name == "filename":
		return arg(2, 3), nil
	}
	return nil, nil
}

// SetField implements starlark.HasSetField.
func (e *Exception) SetField(name string, v starlark.Value) error {
	if e.Class.user != nil {
		return setAttrOf(e, name, v)
	}
	return e.setField(name, v)
}

func (e *Exception) setField(name string, v starlark.Value) error {
	if e.frozen {
		return Raise(AttributeError, "this exception is shared and cannot be changed")
	}
	if e.fields == nil {
		e.fields = starlark.StringDict{}
	}
	e.fields[name] = v
	return nil
}

// forErrno returns the class that OSError(errno, text) makes: some numbers have
// one of their own. The numbers are Linux's.
func (c *Class) forErrno(args starlark.Tuple) *Class {
	if c != OSError || len(args) < 2 {
		return c
	}
	n, err := starlark.AsInt32(args[0])
	if err != nil {
		return c
	}
	switch n {
	case 1, 13:
		return PermissionError
	case 2:
		return FileNotFoundError
	case 3:
		return ProcessLookupError
	case 4:
		return InterruptedError
	case 10:
		return ChildProcessError
	case 11:
		return BlockingIOError
	case 17:
		return FileExistsError
	case 20:
		return NotADirectoryError
	case 21:
		return IsADirectoryError
	case 32:
		return BrokenPipeError
	case 103:
		return ConnectionAborted
	case 104:
		return ConnectionReset
	case 110:
		return TimeoutError
	case 111:
		return ConnectionRefused
	}
	return c
}

// assertFail is the helper syntax.AssertFail.
func assertFail(c *call) starlark.Value {
	if c.has(0) {
		return c.fail(newException(AssertionError, c.args[0]))
	}
	return c.fail(newException(AssertionError))
}
