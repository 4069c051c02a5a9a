package jinja

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
	lowered "cygnet/deploy/syntax"
)

// predeclared are the builtins and the helpers of lowered programs.
var predeclared = sync.OnceValue(builtin.Predeclared)

// help calls a builtin or a helper.
func (r *run) help(name string, args ...starlark.Value) (starlark.Value, error) {
	v, err := starlark.Call(r.thread, predeclared()[name], args, nil)
	if err != nil {
		return nil, builtin.Cause(r.thread, err)
	}
	return v, nil
}

// python calls a builtin or a helper that must not fail.
func (r *run) python(name string, args ...starlark.Value) starlark.Value {
	v, err := r.help(name, args...)
	return must(r, v, err)
}

// raised reports whether an error is an exception of one of those classes.
func raised(err error, classes ...*builtin.Class) bool {
	e, ok := errors.AsType[*builtin.Exception](err)
	if !ok {
		return false
	}
	for _, class := range classes {
		if e.IsA(class) {
			return true
		}
	}
	return false
}

func (c constant) eval(*run) starlark.Value { return c.value }

func (x *variable) eval(r *run) starlark.Value {
	r.tick()
	r.line = x.line
	if v := r.scope.lookup(x.name); v != nil {
		return v
	}
	return &undefined{msg: "'" + x.name + "' is undefined"}
}

func (r *run) values(list []expr) []starlark.Value {
	out := make([]starlark.Value, len(list))
	for i, x := range list {
		out[i] = plain(x.eval(r))
	}
	return out
}

func (x tupleExpr) eval(r *run) starlark.Value { return starlark.Tuple(r.values(x)) }
func (x listExpr) eval(r *run) starlark.Value  { return starlark.NewList(r.values(x)) }

func (x *dictExpr) eval(r *run) starlark.Value {
	dict := starlark.NewDict(len(x.keys))
	for i := range x.keys {
		key := r.get(x.keys[i])
		r.put(dict, key, plain(x.values[i].eval(r)))
	}
	return dict
}

// put sets an item of a dict.
func (r *run) put(dict *starlark.Dict, key, v starlark.Value) {
	if err := dict.SetKey(key, v); err != nil {
		r.fail(builtin.Translate(err))
	}
}

func (x *getattr) eval(r *run) starlark.Value {
	v := r.get(x.x)
	r.line = x.line
	return r.attribute(v, x.name)
}

// dictMethods are the names that dicts have as attributes; all others can only be
// keys. Most attributes in templates are.
var dictMethods = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq("clear copy fromkeys get items keys pop popitem setdefault update values") {
		names[name] = true
	}
	return names
}()

// attribute is x.name: an attribute, or else an item.
func (r *run) attribute(x starlark.Value, name string) starlark.Value {
	if dict, ok := x.(*starlark.Dict); ok && !dictMethods[name] && !strings.HasPrefix(name, "__") {
		if v, found, err := dict.Get(starlark.String(name)); found && err == nil {
			return v
		}
		return noAttribute(x, name)
	}
	v, err := r.help(lowered.Attr, x, starlark.String(name))
	if err == nil {
		return v
	}
	if !raised(err, builtin.AttributeError) {
		r.fail(err)
	}
	if v, err = r.help(lowered.Index, x, starlark.String(name)); err == nil {
		return v
	}
	if !raised(err, builtin.AttributeError, builtin.TypeError, builtin.LookupError) {
		r.fail(err)
	}
	return noAttribute(x, name)
}

func (x *getitem) eval(r *run) starlark.Value {
	v := r.get(x.x)
	index := r.get(x.index)
	r.line = x.line
	return r.item(v, index)
}

// item is x[key]: an item, or else an attribute.
func (r *run) item(x, key starlark.Value) starlark.Value {
	v, err := r.help(lowered.Index, x, key)
	if err == nil {
		return v
	}
	if !raised(err, builtin.AttributeError, builtin.TypeError, builtin.LookupError) {
		r.fail(err)
	}
	name, ok := starlark.AsString(key)
	if !ok {
		return &undefined{msg: fmt.Sprintf("'%s' has no element %s", describe(x), builtin.Repr(key))}
	}
	if v, err = r.help(lowered.Attr, x, key); err == nil {
		return v
	}
	if !raised(err, builtin.AttributeError) {
		r.fail(err)
	}
	return noAttribute(x, name)
}

func (x *sliceExpr) eval(r *run) starlark.Value {
	v := r.get(x.x)
	part := func(e expr) starlark.Value {
		if e == nil {
			return starlark.None
		}
		return r.get(e)
	}
	lo, hi, step := part(x.lo), part(x.hi), part(x.step)
	r.line = x.line
	return r.python(lowered.Slice, v, lo, hi, step)
}

// evaluate returns the arguments of a call.
func (a *arguments) evaluate(r *run) (starlark.Tuple, []starlark.Tuple) {
	args := starlark.Tuple(r.values(a.args))
	var kwargs []starlark.Tuple
	for i, name := range a.names {
		kwargs = append(kwargs, starlark.Tuple{starlark.String(name), plain(a.values[i].eval(r))})
	}
	if a.star != nil {
		args = append(args, r.items(a.star.eval(r))...)
	}
	if a.stars == nil {
		return args, kwargs
	}
	more := r.get(a.stars)
	m, ok := more.(starlark.IterableMapping)
	if !ok {
		r.raise(builtin.TypeError, "argument after ** must be a mapping, not %s", builtin.TypeName(more))
	}
	for _, item := range m.Items() {
		name, ok := item[0].(starlark.String)
		if !ok {
			r.raise(builtin.TypeError, "keywords must be strings")
		}
		for _, other := range kwargs {
			if other[0] == name {
				r.raise(builtin.TypeError, "got multiple values for keyword argument '%s'", string(name))
			}
		}
		kwargs = append(kwargs, starlark.Tuple{name, item[1]})
	}
	return args, kwargs
}

func (x *callExpr) eval(r *run) starlark.Value { return r.call(x, nil) }

// call calls what an expression says; caller is what a call block gives.
func (r *run) call(x *callExpr, caller starlark.Value) starlark.Value {
	f := r.get(x.f)
	args, kwargs := x.args.evaluate(r)
	if caller != nil {
		kwargs = append(kwargs, starlark.Tuple{starlark.String("caller"), caller})
	}
	r.line = x.line
	r.tick()
	if c, ok := f.(*callable); ok { // our own: it may take what is undefined
		return c.call(args, kwargs)
	}
	if !callableValue(f) {
		r.raise(builtin.TypeError, "'%s' object is not callable", builtin.TypeName(f))
	}
	for _, v := range args {
		r.defined(v)
	}
	for _, kw := range kwargs {
		r.defined(kw[1])
	}
	v, err := starlark.Call(r.thread, f, args, kwargs)
	if v = must(r, v, err); v == nil {
		return starlark.None
	}
	return v
}

func callableValue(v starlark.Value) bool {
	_, ok := v.(starlark.Callable)
	return ok
}

func (x *unaryExpr) eval(r *run) starlark.Value {
	if x.op == "not" {
		return starlark.Bool(!r.truth(x.x))
	}
	v := number(r.get(x.x))
	op := syntax.PLUS
	if x.op == "-" {
		op = syntax.MINUS
	}
	result, err := starlark.Unary(op, v)
	if err != nil {
		r.raise(builtin.TypeError, "bad operand type for unary %s: '%s'", x.op, builtin.TypeName(v))
	}
	return result
}

// number takes a bool as the int that it is in Python.
func number(v starlark.Value) starlark.Value {
	if b, ok := v.(starlark.Bool); ok {
		if b {
			return starlark.MakeInt(1)
		}
		return starlark.MakeInt(0)
	}
	return v
}

var tokens = map[string]syntax.Token{
	"+": syntax.PLUS, "-": syntax.MINUS, "*": syntax.STAR, "/": syntax.SLASH, "//": syntax.SLASHSLASH,
	"==": syntax.EQL, "!=": syntax.NEQ, "<": syntax.LT, "<=": syntax.LE, ">": syntax.GT, ">=": syntax.GE, "in": syntax.IN,
}

func (x *binaryExpr) eval(r *run) starlark.Value {
	left := x.x.eval(r)
	switch x.op {
	case "and":
		if !r.isTrue(left) {
			return left
		}
		return x.y.eval(r)
	case "or":
		if r.isTrue(left) {
			return left
		}
		return x.y.eval(r)
	}
	right := x.y.eval(r)
	r.line = x.line
	r.tick()
	if x.op == "+" {
		if m, ok := joinMarkup(left, right); ok {
			return m
		}
	}
	return r.binary(x.op, r.defined(left), r.defined(right))
}

// joinMarkup is x + y if one of them is a markup: the other is escaped.
func joinMarkup(x, y starlark.Value) (starlark.Value, bool) {
	a, safeA := x.(markup)
	b, safeB := y.(markup)
	if s, ok := x.(starlark.String); ok && safeB {
		a, safeA = markup(escapes.Replace(string(s))), true
	}
	if s, ok := y.(starlark.String); ok && safeA {
		b, safeB = markup(escapes.Replace(string(s))), true
	}
	return a + b, safeA && safeB
}

func (r *run) binary(op string, x, y starlark.Value) starlark.Value {
	switch op {
	case "**":
		return r.python(lowered.Pow, x, y)
	case "%":
		return r.python(lowered.Mod, x, y)
	case "*":
		r.bound(x, y)
		r.bound(y, x)
	}
	v, err := starlark.Binary(tokens[op], number(x), number(y))
	if err != nil {
		r.fail(builtin.Translate(err))
	}
	if s, ok := v.(starlark.String); ok && len(s) > maxOutput {
		r.failf("MemoryError", "the text becomes larger than %d MiB", maxOutput>>20)
	}
	return v
}

// bound refuses a repetition that gives too much.
func (r *run) bound(x, times starlark.Value) {
	n, ok := times.(starlark.Int)
	if !ok {
		return
	}
	size := 0
	switch x := x.(type) {
	case starlark.String:
		size = len(x)
	case starlark.Bytes:
		size = len(x)
	case starlark.Sequence:
		size = x.Len() * 4
	}
	if many, ok := n.Int64(); size > 0 && n.Sign() > 0 && (!ok || many > int64(maxOutput/size)) {
		r.raise(builtin.MemoryError, "a value may have %d MiB at most", maxOutput>>20)
	}
}

func (x concatExpr) eval(r *run) starlark.Value {
	var b strings.Builder
	for _, part := range x {
		b.WriteString(r.text(part.eval(r)))
		if b.Len() > maxOutput {
			r.failf("MemoryError", "the text becomes larger than %d MiB", maxOutput>>20)
		}
	}
	return starlark.String(b.String())
}

func (x *compareExpr) eval(r *run) starlark.Value {
	left := r.get(x.first)
	for i, op := range x.ops {
		right := r.get(x.rest[i])
		r.line = x.line
		if !r.compare(op, left, right) {
			return starlark.False
		}
		left = right
	}
	return starlark.True
}

func (r *run) compare(op string, x, y starlark.Value) bool {
	r.tick()
	switch op {
	case "not in":
		return !r.compare("in", x, y)
	case "in":
		if _, ok := y.(starlark.Sequence); ok {
			x = number(x)
		}
		v, err := starlark.Binary(syntax.IN, x, y)
		if err != nil {
			r.fail(builtin.Cause(r.thread, err))
		}
		return bool(v.Truth())
	}
	same, err := starlark.Compare(tokens[op], number(x), number(y))
	if err != nil {
		r.fail(builtin.Cause(r.thread, err))
	}
	return same
}

func (x *condExpr) eval(r *run) starlark.Value {
	switch {
	case r.truth(x.test):
		return x.then.eval(r)
	case x.otherwise != nil:
		return x.otherwise.eval(r)
	}
	return &undefined{silent: true, msg: "the inline if-expression is false and has no else"}
}
