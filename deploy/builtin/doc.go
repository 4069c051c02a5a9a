// Package builtin is what Python has built in, for deploy files: functions such
// as len and sorted, classes such as str and ValueError, the methods of strings,
// lists and dicts, formatting, and the helpers that a lowered program calls
// where Starlark has no syntax or another meaning (see package syntax).
//
// [Predeclared] gives all of it as predeclared values of a Starlark program,
// except the helpers that import; whoever runs the program adds those. The
// values hold no state: any number of threads may share them. What belongs to a
// thread is kept in the thread: where print goes, see [SetPrint], and an
// exception that came up in the middle of an iteration, see [Pending].
//
// Go code raises an exception by returning what [Raise] returns. What a Starlark
// program fails with is made a Python exception by [Translate].
//
// Memory is bounded: a text of more than 16 MiB or a container of more than four
// million items raises MemoryError before it is made.
package builtin
