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
//   - Parameters of a lambda before a "/" can be given by name all the same.
//   - Identifiers are compared as they are written, not in Unicode's normal
//     form.
//   - The name after "as" in an except clause stays bound if the clause is left
//     by return, break or continue and the name is bound elsewhere too.
//
// Refused by name are: async and await, except*, yield in a lambda, type
// aliases, from ... import *, complex numbers, slices in a tuple, named
// characters (\N{...}) and halves of surrogate pairs in strings.
//
// # How names are bound
//
// Starlark has no nonlocal, and knows functions only where Python has parts of
// functions: the body of a try or with becomes a function that a helper calls
// (lower_part.go). A name that is bound in such a part, by an assignment
// expression, or by a function further in, lives in a box of its scope; the
// program reads and binds it as the box's attribute (scope.go). A module's box
// is its global [Globals].
//
// The tests compare what is read, and what programs do, with CPython.
package syntax
