package syntax

// This file is the contract between a lowered program and what runs it.
//
// A lowered program calls the names below wherever Python means something
// that Starlark has no syntax for, or means something else by it. Their "$"
// keeps them apart from every name that a deploy file can spell. Whoever runs
// the program predeclares all of them (see [Helpers]).
//
// Rules that hold for all of them:
//
//   - Arguments are positional; no helper is called with keywords.
//   - A helper is called at the position of the construct it stands for, so
//     the caller's frame (starlark.Thread.CallFrame(1)) names line and column.
//   - A helper that fails raises the exception that Python raises there.
//   - A program may keep values under other names that begin with "$", as
//     globals too. They are the lowering's own: an import must not see them.
//   - Every name without a "$" that a file reads and does not bind is looked
//     up as an ordinary builtin (len, print, __name__, ...) if [Compile] was
//     told that it is predeclared, and becomes a call of NameError if not.
const (
	// Import is $import(module string): `import a` and `import a.b`. It loads
	// the module and every package above it and returns the topmost one, a.
	// ModuleNotFoundError if there is none.
	Import = "$import"

	// ImportAs is $importas(module string): `import a.b as c`. Like Import,
	// but it returns the last module, a.b.
	ImportAs = "$importas"

	// ImportFrom is $from(module string, level int, name string): one name of
	// `from ..module import name`. level is the number of dots before the
	// module; module is "" in `from . import name`. It returns the module's
	// attribute of that name, or else its submodule of that name; ImportError
	// if it has neither. It is called once for each name, in order.
	ImportFrom = "$from"

	// FString is $fstr(parts ...string) string: the parts, joined. Each part
	// is a string already. It may be called with no part.
	FString = "$fstr"

	// Format is $fmt(value, conversion string, spec string) string: one
	// replacement field of an f-string. conversion is "", "r", "s" or "a" and
	// is done first (repr, str, ascii); then the result is formatted by spec,
	// as format(value, spec) does, also when spec is "".
	Format = "$fmt"

	// Is is $is(a, b) bool: identity. `is not` is its negation.
	Is = "$is"

	// Index is $index(x, i): `x[i]`, where i is no slice.
	Index = "$index"

	// Slice is $slice(x, lo, hi, step): `x[lo:hi:step]`, with None for each
	// part that is absent.
	Slice = "$slice"

	// Attr is $attr(x, name string): `x.name` when it is read, for every x,
	// methods of strings and lists included. AttributeError if there is none.
	Attr = "$attr"

	// SetAttr is $setattr(x, name string, value): `x.name = value`. What it
	// returns is not used.
	SetAttr = "$setattr"

	// SetIndex is $setitem(x, i, value): `x[i] = value`, where i is no slice.
	// What it returns is not used.
	SetIndex = "$setitem"

	// SetSlice is $setslice(x, lo, hi, step, value): `x[lo:hi:step] = value`,
	// with None for each part that is absent. What it returns is not used.
	SetSlice = "$setslice"

	// DelAttr is $delattr(x, name string): `del x.name`.
	DelAttr = "$delattr"

	// DelIndex is $delitem(x, i): `del x[i]`, where i is no slice.
	DelIndex = "$delitem"

	// DelSlice is $delslice(x, lo, hi, step): `del x[lo:hi:step]`.
	DelSlice = "$delslice"

	// Iterate is $iter(x): what a for loop, a comprehension or a star walks
	// over. It returns a starlark.Iterable that gives what Python's iteration
	// gives: characters of a string, ints of bytes, keys of a dict. x may be
	// changed while the result is walked over: changes to a list are seen,
	// a dict or set that changes its size raises RuntimeError. TypeError if x
	// cannot be iterated.
	Iterate = "$iter"

	// Concat is $concat(parts ...iterable) list: a new list of all items of
	// all parts. Each part is a list or a result of Iterate.
	Concat = "$concat"

	// Merge is $merge(parts ...mapping) dict: the display {**a, "k": v}. A
	// new dict; of equal keys the last value wins, at the first one's place.
	// TypeError if a part is no mapping.
	Merge = "$merge"

	// Keywords is $kwargs(parts ...mapping) dict: the keyword arguments of a
	// call with `**`. A new dict; TypeError if a part is no mapping, if a key
	// is no string, or if a key comes twice.
	Keywords = "$kwargs"

	// Unpack is $unpack(x, n int), or $unpack(x, before int, after int) when
	// one of the targets has a star. The first gives a tuple of exactly n
	// items of x. The second gives before items, a list of what is in the
	// middle, and after items: before+1+after in all. ValueError if x has too
	// few or too many, TypeError if x cannot be iterated.
	Unpack = "$unpack"

	// Pow is $pow(a, b): `a ** b`.
	Pow = "$pow"

	// Mod is $mod(a, b): `a % b`, of numbers and of strings.
	Mod = "$mod"

	// MatMul is $matmul(a, b): `a @ b`. TypeError unless a value defines it.
	MatMul = "$matmul"

	// Tuple is $tuple(list) tuple: a tuple display that has a star.
	Tuple = "$tuple"

	// Set is $set(list) set: a set display or set comprehension. TypeError if
	// an item is not hashable.
	Set = "$set"

	// Dict is $dict(pairs list) dict: a dict display whose keys may be equal;
	// each pair is a tuple (key, value). Of equal keys the last value wins, at
	// the first one's place.
	Dict = "$dict"

	// Generator is $genexpr(iterable, body function(iterable)): a generator
	// expression. Its body is called like a generator's and hands its values
	// over by Emit.
	Generator = "$genexpr"

	// Raise is $raise(exception), or $raise(exception, cause) for `raise
	// exception from cause`, where cause may be None. Both may be an
	// exception or a class of exceptions. TypeError if they are not.
	// $raise() raises the exception that is being handled again; RuntimeError
	// if none is.
	Raise = "$raise"

	// AssertFail is $assertfail() or $assertfail(message): an assertion that
	// does not hold. It raises AssertionError.
	AssertFail = "$assertfail"

	// NameError is $nameerror(name string): a name that nothing defines is
	// read, or deleted. It raises NameError.
	NameError = "$nameerror"

	// Unbound is the value $unbound, not a function: what a name is bound to
	// after `del name`. A module's global that has it counts as absent.
	Unbound = "$unbound"

	// Read is $read(value, name string): the value of a name that some `del`
	// may have deleted. It returns value, or raises NameError if that is
	// Unbound.
	Read = "$read"

	// Vars is $vars(kind string, name string, value, ...): a new box, whose
	// attributes are variables, with some of them.
	// A name that is rebound by code which Starlark sees as another function
	// (the body of a try or with, a nonlocal statement, a walrus) lives in
	// the box of its scope. The program reads and binds it as an attribute of
	// the box. kind is "module" or "function"; reading a variable that is not
	// bound, or bound to Unbound, raises UnboundLocalError in a function; in a
	// module it gives the builtin of that name, or raises NameError.
	Vars = "$vars"

	// Globals is not predeclared: a module keeps its box in the global of
	// this name, if it has one. The names in it are globals of the module as
	// the others are, and hide those.
	Globals = "$globals"

	// SetVar is $setvar(box, name string, value): name := value. It binds the
	// variable and returns the value. box is a box, or a class's namespace.
	SetVar = "$setvar"

	// RunTry is $try(body, handlers tuple, orelse, final): a try statement. All
	// are functions, without parameters if nothing else is said; orelse and
	// final may be None. Each of the handlers is a tuple (match, handler):
	// match returns the class or classes that are caught, and is None in a
	// bare except; handler takes the exception. Each part returns None if it
	// came to its end, and something else if it was left by a return, a break
	// or a continue. $try returns what the part that ended the statement
	// returned: that of final goes first. It never catches the end of a run.
	RunTry = "$try"

	// RunWith is $with(manager, body function(value)): a with statement of one
	// item. It calls the manager's __enter__ and body with what that
	// returned, and then __exit__. It returns what body returned, and None if
	// an exception was swallowed.
	RunWith = "$with"

	// MakeGenerator is $generator(name string, body, args...): the result of
	// calling a function that has a yield. Its body is called with args, on a thread of
	// its own, when the first value is asked for.
	MakeGenerator = "$generator"

	// YieldValue is $yield(value): it hands a value to who asked the generator, and
	// returns what was sent.
	YieldValue = "$yield"

	// YieldFrom is $yieldfrom(iterable): it hands on all values, and returns
	// the value that a generator has returned.
	YieldFrom = "$yieldfrom"

	// Emit is $emit(value) bool: like YieldValue, but it returns False.
	Emit = "$emit"

	// MatchCase is $match(subject, pattern tuple, names tuple): a pattern of a
	// case. It returns None if the subject does not match, or else a tuple of
	// what names were bound to. Patterns are tuples:
	//
	//	("value", x)  ("is", x)  ("capture", name)  ("star", name)
	//	("or", patterns)  ("as", pattern, name)  ("sequence", patterns)
	//	("mapping", keys, patterns, rest)  ("class", class, patterns, keywords)
	//
	// name and rest are "" where nothing is bound; the last len(keywords) patterns of a class
	// have those names.
	MatchCase = "$match"

	// MakeClass is $class(name string, bases tuple, keywords dict, body
	// function(namespace)): a class statement. It makes a namespace, calls
	// body with it and returns the class. The program reads and binds the
	// names of the class's body as attributes of the namespace; they are the
	// class's attributes, in that order. The namespace's attribute $class is
	// the class when it has been made: `super()` in a method is a call of
	// super with it and the method's first parameter, and `__class__` is it.
	// Decorators are ordinary calls around it.
	MakeClass = "$class"

	// Annotate is $annotate(namespace, name string, hint string): `name: hint`
	// in the body of a class, after name has been bound. hint is its text.
	Annotate = "$annotate"

	// ClassOuter is $classouter(namespace, name string, read function): what a
	// name means in the body of a class before the body has bound it; read
	// takes no argument.
	ClassOuter = "$classouter"

	// These are the operators: $add(a, b) and so on. They mean what Python
	// means by them, for instances of classes too. The second group is that
	// of augmented assignments; they return the new value of the target,
	// which is the old one where it is changed in place. The third group has
	// one operand.
	Add, Sub, Mul, Div, FloorDiv        = "$add", "$sub", "$mul", "$div", "$floordiv"
	And, Or, Xor, LeftShift, RightShift = "$and", "$or", "$xor", "$lshift", "$rshift"
	Equal, NotEqual                     = "$eq", "$ne"
	Less, LessEqual                     = "$lt", "$le"
	Greater, GreaterEqual               = "$gt", "$ge"
	In                                  = "$in"

	InPlaceAdd, InPlaceSub, InPlaceMul, InPlaceDiv, InPlaceFloorDiv = "$iadd", "$isub", "$imul", "$idiv", "$ifloordiv"
	InPlaceAnd, InPlaceOr, InPlaceXor                               = "$iand", "$ior", "$ixor"
	InPlaceLeftShift, InPlaceRightShift                             = "$ilshift", "$irshift"
	InPlacePow, InPlaceMod, InPlaceMatMul                           = "$ipow", "$imod", "$imatmul"

	Negative, Plus, Invert = "$neg", "$plus", "$invert"

	// Ellipsis is the value $ellipsis, not a function: `...`.
	Ellipsis = "$ellipsis"
)

// Helpers returns all names of the contract.
func Helpers() []string {
	return []string{
		Import, ImportAs, ImportFrom,
		FString, Format,
		Is, Index, Slice, Attr, SetAttr, SetIndex, SetSlice, DelAttr, DelIndex, DelSlice,
		Iterate, Concat, Merge, Keywords, Unpack,
		Pow, Mod, MatMul,
		Tuple, Set, Dict, Generator,
		Raise, AssertFail, NameError, Unbound, Read, Ellipsis,
		Vars, SetVar, RunTry, RunWith, MakeGenerator, YieldValue, YieldFrom, Emit, MatchCase,
		Add, Sub, Mul, Div, FloorDiv, And, Or, Xor, LeftShift, RightShift,
		Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In,
		InPlaceAdd, InPlaceSub, InPlaceMul, InPlaceDiv, InPlaceFloorDiv, InPlaceAnd, InPlaceOr, InPlaceXor,
		InPlaceLeftShift, InPlaceRightShift, InPlacePow, InPlaceMod, InPlaceMatMul,
		MakeClass, Annotate, ClassOuter,
		Negative, Plus, Invert,
	}
}
