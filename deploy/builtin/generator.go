package builtin

import (
	"errors"
	"iter"
	"runtime"
	"slices"
	"weak"

	"go.starlark.net/starlark"

	"cygnet/deploy/syntax"
)

// A generator is the body of a generator function or expression, which runs on
// a thread of its own. That thread runs while somebody waits for a value, and
// never at the same time as the one that asked.
type generator struct {
	name   string
	thread *starlark.Thread
	caller *starlark.Thread // whose call is under way; nil if none is
	held   weak.Pointer[Iterator]
	body   starlark.Value
	args   starlark.Tuple

	next  func() (starlark.Value, bool)
	stop  func()
	yield func(starlark.Value) bool

	sent   starlark.Value // what the pending yield returns
	thrown error          // what it raises, instead
	over   bool
	left   bool // ended by EndGenerators
	result starlark.Value
	err    error
}

// Keys of thread locals.
const (
	generatorKey  = "builtin.generator"  // of a generator's thread: the generator
	generatorsKey = "builtin.generators" // all that a thread and its generators have begun
	inheritKey    = "builtin.inherit"    // what a generator's thread takes over
)

// maxNested is how deep generators may wait for one another.
const maxNested = 200

// errEnded stops a generator whose session is over; programs cannot catch it.
var errEnded = errors.New("the generator was left before its end")

// begun are the generators of a thread whose end is not reached, each with what
// the program holds of it.
type begun struct {
	all   map[*generator]weak.Pointer[Iterator]
	limit int // how many there may be before those that nobody holds are ended
}

// How many generators may be under way at once in one session. Each has a
// goroutine, with a stack of some KiB.
const (
	manyGenerators = 100
	maxGenerators  = 500
)

// room makes room for one more generator: it ends those that nobody can ask
// any more, as Python does when the last reference goes.
func (b *begun) room() error {
	if len(b.all) < b.limit {
		return nil
	}
	runtime.GC()
	for g, held := range b.all {
		if held.Value() == nil && g.caller == nil {
			b.end(g)
		}
	}
	if len(b.all) >= maxGenerators {
		return Raise(MemoryError, "%d generators are under way, and no more may be", len(b.all))
	}
	b.limit = min(max(manyGenerators, 2*len(b.all)), maxGenerators)
	return nil
}

// end ends a generator; nothing more of it runs.
func (b *begun) end(g *generator) {
	delete(b.all, g)
	g.over, g.left = true, true
	g.thread.Cancel(errEnded.Error())
	g.stop()
}

// Inherit sets a thread local that the threads of generators have too.
func Inherit(thread *starlark.Thread, key string, value any) {
	thread.SetLocal(key, value)
	keys, _ := thread.Local(inheritKey).([]string)
	thread.SetLocal(inheritKey, append(slices.Clone(keys), key))
}

// EndGenerators ends all generators that the thread has begun and that have not
// come to their end. Nothing more of them runs, not even finally clauses; using
// one of them is an error from then on. Whoever makes a thread for a program
// calls it when the program has run.
func EndGenerators(thread *starlark.Thread) {
	b, ok := thread.Local(generatorsKey).(*begun)
	if !ok {
		return
	}
	for g := range b.all {
		b.end(g)
	}
}

// newGenerator makes an iterator of a body.
func newGenerator(thread *starlark.Thread, name string, body starlark.Value, args starlark.Tuple) *Iterator {
	g := &generator{name: name, body: body, args: slices.Clone(args), sent: starlark.None}
	it := NewIterator(thread, "generator", func() (starlark.Value, error) { return nil, nil })
	it.generator = g
	g.held = weak.Make(it)
	it.next = func() (starlark.Value, error) { return g.resume(thread, starlark.None, nil) }
	return it
}

// begin makes the thread of a generator, with the parent's locals.
func (g *generator) begin(parent *starlark.Thread) error {
	depth := 0
	for outer := generatorOf(parent); outer != nil && outer.caller != nil; outer = generatorOf(outer.caller) {
		if depth++; depth >= maxNested {
			return Raise(RecursionError, "maximum recursion depth exceeded: generators wait for one another")
		}
	}
	under, ok := parent.Local(generatorsKey).(*begun)
	if !ok {
		under = &begun{all: map[*generator]weak.Pointer[Iterator]{}, limit: manyGenerators}
		parent.SetLocal(generatorsKey, under)
	}
	if err := under.room(); err != nil {
		return err
	}
	child := &starlark.Thread{Name: parent.Name, Print: parent.Print, Load: parent.Load}
	g.thread = child
	child.SetLocal(generatorsKey, under)
	child.SetLocal(generatorKey, g)
	child.SetLocal(printKey, parent.Local(printKey))
	keys, _ := parent.Local(inheritKey).([]string)
	child.SetLocal(inheritKey, keys)
	for _, key := range keys {
		child.SetLocal(key, parent.Local(key))
	}
	if parent.OnMaxSteps != nil {
		child.SetMaxExecutionSteps(firstSteps)
		child.OnMaxSteps = parent.OnMaxSteps
	}
	under.all[g] = g.held
	g.next, g.stop = iter.Pull(func(yield func(starlark.Value) bool) {
		g.yield = yield
		g.result, g.err = starlark.Call(child, g.body, g.args, nil)
	})
	return nil
}

// firstSteps is after how many steps a generator's thread is looked at first;
// what looks at it says when to look next.
const firstSteps = 1000

func generatorOf(thread *starlark.Thread) *generator {
	g, _ := thread.Local(generatorKey).(*generator)
	return g
}

// resume runs the body to its next yield, which returns sent or raises thrown.
// It returns nil at the end.
func (g *generator) resume(thread *starlark.Thread, sent starlark.Value, thrown error) (starlark.Value, error) {
	switch {
	case g.caller != nil:
		return nil, Raise(ValueError, "generator already executing")
	case g.left:
		return nil, Raise(RuntimeError, "this generator ended together with the run that began it: make a list of it")
	case g.over:
		return nil, thrown
	case g.thread == nil && thrown != nil:
		g.over = true
		return nil, thrown
	case g.thread == nil:
		if err := g.begin(thread); err != nil {
			return nil, err
		}
	}
	g.sent, g.thrown, g.caller = sent, thrown, thread
	if w, ok := thread.Local(worldKey).(*World); ok {
		defer w.Enter(g.thread)()
	}
	v, ok := g.next()
	g.caller = nil
	if ok {
		return v, nil
	}
	g.over = true
	if b, ok := g.thread.Local(generatorsKey).(*begun); ok {
		delete(b.all, g)
	}
	if g.err != nil {
		return nil, g.failure()
	}
	return nil, nil
}

// failure is what the body failed with, with the frames of its thread.
func (g *generator) failure() error {
	eval, _ := errors.AsType[*starlark.EvalError](g.err)
	err := Cause(g.thread, g.err)
	e, ok := err.(*Exception)
	if !ok {
		return err
	}
	if eval != nil {
		stack := slices.Clone(eval.CallStack)
		if len(stack) > 0 {
			stack[0].Name = g.name
		}
		e.below = append(stack, e.below...)
	}
	if e.IsA(StopIteration) {
		again := newException(RuntimeError, starlark.String("generator raised StopIteration"))
		again.Cause, again.alone, again.below = e, true, e.below
		return again
	}
	return e
}

// CallStack returns the stack of a thread; that of a generator's thread begins
// with the frames of who waits for its value.
func CallStack(thread *starlark.Thread) starlark.CallStack {
	stack := thread.CallStack()
	g := generatorOf(thread)
	if g == nil {
		return stack
	}
	if len(stack) > 0 {
		stack[0].Name = g.name
	}
	if g.caller == nil {
		return stack
	}
	return append(CallStack(g.caller), stack...)
}

// makeGenerator is the helper syntax.MakeGenerator.
func makeGenerator(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	return newGenerator(thread, string(args[0].(starlark.String)), args[1], args[2:]), nil
}

// generatorExpression is the helper syntax.Generator.
func generatorExpression(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	return newGenerator(thread, "<genexpr>", args[1], args[:1]), nil
}

// yieldValue is the helper syntax.YieldValue.
func yieldValue(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	g := generatorOf(thread)
	if !g.yield(args[0]) {
		return nil, errEnded
	}
	return g.sent, g.thrown
}

// emit is the helper syntax.Emit.
func emit(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	_, err := yieldValue(thread, args)
	return starlark.False, err
}

// yieldFrom is the helper syntax.YieldFrom: what is sent or thrown goes on to a
// generator.
func yieldFrom(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if it, ok := args[0].(*Iterator); ok && it.generator != nil {
		sent, thrown := starlark.Value(starlark.None), error(nil)
		for {
			v, err := it.resume(thread, sent, thrown)
			if err != nil {
				return nil, err
			}
			if v == nil {
				return it.generator.returned(), nil
			}
			if sent, thrown = yieldValueThrough(thread, v); thrown == errEnded {
				return nil, thrown
			}
		}
	}
	next, err := iterate(args[0])
	if err != nil {
		return nil, err
	}
	for {
		v, err := next()
		if err != nil {
			return nil, err
		}
		if v == nil {
			return starlark.None, nil
		}
		if _, err := yieldValue(thread, starlark.Tuple{v}); err != nil {
			return nil, err
		}
	}
}

func yieldValueThrough(thread *starlark.Thread, v starlark.Value) (starlark.Value, error) {
	sent, err := yieldValue(thread, starlark.Tuple{v})
	if sent == nil {
		sent = starlark.None
	}
	return sent, err
}

// returned is what the body has returned.
func (g *generator) returned() starlark.Value {
	if g.result == nil {
		return starlark.None
	}
	return g.result
}

// resume runs a generator on; it may be walked over or asked by its methods.
func (it *Iterator) resume(thread *starlark.Thread, sent starlark.Value, thrown error) (starlark.Value, error) {
	if it.frozen {
		return it.Next() // which says why not
	}
	v, err := it.generator.resume(thread, sent, thrown)
	it.over = it.generator.over
	return v, err
}

var (
	_ starlark.HasAttrs = (*Iterator)(nil)

	generatorNames = []string{"__iter__", "__next__", "close", "send", "throw"}
	iteratorNames  = []string{"__iter__", "__next__"}
)

// AttrNames implements starlark.HasAttrs.
func (it *Iterator) AttrNames() []string {
	if it.generator != nil {
		return generatorNames
	}
	return iteratorNames
}

// Attr implements starlark.HasAttrs: the methods of iterators and generators.
func (it *Iterator) Attr(name string) (starlark.Value, error) {
	if !slices.Contains(it.AttrNames(), name) {
		return nil, nil
	}
	least, most := 0, 0
	switch name {
	case "send":
		least, most = 1, 1
	case "throw":
		least, most = 1, 3
	}
	return starlark.NewBuiltin(name, func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(kwargs) > 0 || len(args) < least || len(args) > most {
			return nil, Raise(TypeError, "%s() takes %d arguments (%d given)", name, least, len(args)+len(kwargs))
		}
		return it.method(thread, name, args)
	}), nil
}

func (it *Iterator) method(thread *starlark.Thread, name string, args starlark.Tuple) (starlark.Value, error) {
	switch name {
	case "__iter__":
		return it, nil
	case "__next__":
		v, err := it.Next()
		return it.orStop(v, err)
	case "close":
		return starlark.None, it.close(thread)
	case "send":
		if it.generator.thread == nil && args[0] != starlark.None {
			return nil, Raise(TypeError, "can't send non-None value to a just-started generator")
		}
		v, err := it.resume(thread, args[0], nil)
		return it.orStop(v, err)
	}
	thrown, err := callClass(thread, args[0])
	if err != nil {
		return nil, err
	}
	e, ok := thrown.(*Exception)
	if !ok {
		return nil, Raise(TypeError, "exceptions must be classes or instances deriving from BaseException, not %s", TypeName(args[0]))
	}
	v, err := it.resume(thread, starlark.None, e)
	return it.orStop(v, err)
}

// orStop raises StopIteration at the end.
func (it *Iterator) orStop(v starlark.Value, err error) (starlark.Value, error) {
	if v != nil || err != nil {
		return v, err
	}
	if g := it.generator; g != nil && g.result != nil && g.result != starlark.None {
		result := g.result
		g.result = nil
		return nil, newException(StopIteration, result)
	}
	return nil, newException(StopIteration)
}

// close raises GeneratorExit in a generator and waits for its end.
func (it *Iterator) close(thread *starlark.Thread) error {
	g := it.generator
	if g.thread == nil || g.over {
		g.over, it.over = true, true
		return nil
	}
	v, err := it.resume(thread, starlark.None, newException(GeneratorExit))
	if v != nil {
		return Raise(RuntimeError, "generator ignored GeneratorExit")
	}
	if e, ok := err.(*Exception); ok && (e.IsA(GeneratorExit) || e.IsA(StopIteration)) {
		return nil
	}
	return err
}

// controlValues are the helpers of statements that are more than a function.
func controlValues() starlark.StringDict {
	out := starlark.StringDict{}
	for name, run := range map[string]func(*starlark.Thread, starlark.Tuple) (starlark.Value, error){
		syntax.Vars: newBox, syntax.SetVar: setVariable,
		syntax.Raise: raised, syntax.RunTry: runTry, syntax.RunWith: runWith,
		syntax.Generator: generatorExpression, syntax.MakeGenerator: makeGenerator,
		syntax.YieldValue: yieldValue, syntax.YieldFrom: yieldFrom, syntax.Emit: emit,
		syntax.MatchCase: matchCase,
	} {
		out[name] = positional(name, run)
	}
	return out
}
