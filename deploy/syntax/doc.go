// Package syntax reads deploy files: Python text in, a program for
// go.starlark.net out.
//
// The way of a file through it:
//
//	text --lexer--> tokens --parser--> *Module (tree.go) --lowering--> syntax.File of Starlark
//
// [Parse] gives the tree, [Compile] the program. Both report everything that
// is wrong with a file as [Errors], each with file, line and column, before
// anything runs.
//
// # What is Python here
//
// The parser reads the grammar of Python 3.12. The lowering supports the part
// of it that deploys use and refuses the rest by name. What Python says and
// Starlark cannot becomes a call of a predeclared helper; names.go lists them
// and says what each must do.
//
// # What differs from Python
//
//   - Annotations and type parameters are read and dropped.
//   - A generator expression computes all its items at once.
//   - Parameters before a "/" can be given by name all the same.
//   - Identifiers are compared as they are written, not in Unicode's normal
//     form.
//   - What an operator other than ** % @ means is what Starlark's values
//     make of it.
//
// The tests compare what is read, and what programs do, with CPython.
package syntax
