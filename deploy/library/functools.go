package library

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

var partialClass = builtin.NewClass("partial", nil, builtin.Native{Module: "functools", New: newPartial})

func functoolsModule() *definition {
	d := &definition{name: "functools", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"reduce": functoolsReduce, "lru_cache": functoolsLRU, "cache": functoolsCache, "wraps": functoolsWraps,
		"update_wrapper": functoolsUpdate, "cmp_to_key": functoolsKey,
	}), later: map[string]string{"cached_property": "", "total_ordering": "", "singledispatch": "", "partialmethod": ""}}
	d.values["partial"] = constant(partialClass)
	return d
}

// A partial is a function with some arguments given.
type partial struct {
	object
	f      starlark.Value
	args   starlark.Tuple
	kwargs []starlark.Tuple
}

var (
	_ starlark.Callable = (*partial)(nil)
	_ starlark.HasAttrs = (*partial)(nil)
	_ builtin.Classed   = (*partial)(nil)
)

func newPartial(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) == 0 {
		return nil, builtin.Raise(builtin.TypeError, "type 'partial' takes at least one argument")
	}
	if _, ok := args[0].(starlark.Callable); !ok {
		return nil, builtin.Raise(builtin.TypeError, "the first argument must be callable")
	}
	return &partial{f: args[0], args: args[1:], kwargs: kwargs}, nil
}

func (p *partial) String() string        { return "functools.partial(" + builtin.Repr(p.f) + ")" }
func (*partial) Type() string            { return "partial" }
func (p *partial) Name() string          { return "partial" }
func (p *partial) Freeze()               { p.f.Freeze(); p.args.Freeze() }
func (*partial) PyClass() *builtin.Class { return partialClass }
func (*partial) AttrNames() []string     { return []string{"args", "func", "keywords"} }

// Attr implements starlark.HasAttrs.
func (p *partial) Attr(name string) (starlark.Value, error) {
	switch name {
	case "func":
		return p.f, nil
	case "args":
		return p.args, nil
	case "keywords":
		dict := starlark.NewDict(len(p.kwargs))
		for _, kv := range p.kwargs {
			if err := dict.SetKey(kv[0], kv[1]); err != nil {
				return nil, err
			}
		}
		return dict, nil
	}
	return nil, missingAttribute("functools.partial", name, p.AttrNames(), nil)
}

// CallInternal implements starlark.Callable.
func (p *partial) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	all := append(append(starlark.Tuple{}, p.args...), args...)
	var named []starlark.Tuple
	given := map[starlark.Value]bool{}
	for _, kv := range kwargs {
		given[kv[0]] = true
	}
	for _, kv := range p.kwargs {
		if !given[kv[0]] {
			named = append(named, kv)
		}
	}
	return starlark.Call(thread, p.f, all, append(named, kwargs...))
}

func functoolsReduce(c *call) (starlark.Value, error) {
	var f, iterable, result starlark.Value
	if err := c.unpack("function", &f, "iterable", &iterable, "initial?", &result); err != nil {
		return nil, err
	}
	items, err := builtin.Collect(iterable)
	if err != nil {
		return nil, err
	}
	if result == nil {
		if len(items) == 0 {
			return nil, builtin.Raise(builtin.TypeError, "reduce() of empty iterable with no initial value")
		}
		result, items = items[0], items[1:]
	}
	for _, item := range items {
		if result, err = c.call(f, result, item); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// A cached function keeps what it has returned. It belongs to one session.
type cached struct {
	object
	f            starlark.Callable
	limit        int // of entries; -1 for none
	entries      *starlark.Dict
	hits, misses int
}

var (
	_ starlark.Callable = (*cached)(nil)
	_ starlark.HasAttrs = (*cached)(nil)
)

func newCached(f starlark.Value, limit int) (starlark.Value, error) {
	callable, ok := f.(starlark.Callable)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "the first argument must be callable")
	}
	return &cached{f: callable, limit: limit, entries: starlark.NewDict(0)}, nil
}

func (f *cached) String() string    { return "<functools._lru_cache_wrapper object>" }
func (*cached) Type() string        { return "_lru_cache_wrapper" }
func (f *cached) Name() string      { return f.f.Name() }
func (*cached) AttrNames() []string { return []string{"__wrapped__", "cache_clear", "cache_info"} }

// Hash makes it usable as a key, as functions are.
func (f *cached) Hash() (uint32, error) { return f.f.Hash() }

// Attr implements starlark.HasAttrs.
func (f *cached) Attr(name string) (starlark.Value, error) {
	switch name {
	case "__wrapped__":
		return f.f, nil
	case "cache_clear":
		return function(name, func(c *call) (starlark.Value, error) {
			f.hits, f.misses = 0, 0
			return starlark.None, f.entries.Clear()
		}), nil
	case "cache_info":
		return function(name, func(c *call) (starlark.Value, error) {
			limit := starlark.Value(starlark.None)
			if f.limit >= 0 {
				limit = starlark.MakeInt(f.limit)
			}
			return record{what: "CacheInfo", names: []string{"hits", "misses", "maxsize", "currsize"}, Tuple: starlark.Tuple{
				starlark.MakeInt(f.hits), starlark.MakeInt(f.misses), limit, starlark.MakeInt(f.entries.Len()),
			}}, nil
		}), nil
	}
	return nil, missingAttribute("cached function", name, f.AttrNames(), nil)
}

// CallInternal implements starlark.Callable.
func (f *cached) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	key := append(starlark.Tuple{starlark.MakeInt(len(args))}, args...)
	for _, kv := range kwargs {
		key = append(key, kv)
	}
	if v, found, err := f.entries.Get(key); err != nil {
		return nil, builtin.Translate(err)
	} else if found {
		f.hits++
		return v, nil
	}
	f.misses++
	v, err := starlark.Call(thread, f.f, args, kwargs)
	if err != nil || f.limit == 0 {
		return v, err
	}
	if f.limit > 0 && f.entries.Len() >= f.limit {
		if _, _, err := f.entries.Delete(f.entries.Keys()[0]); err != nil {
			return nil, err
		}
	}
	return v, f.entries.SetKey(key, v)
}

// functoolsLRU is @lru_cache, @lru_cache() and @lru_cache(maxsize=...).
func functoolsLRU(c *call) (starlark.Value, error) {
	var size starlark.Value = starlark.MakeInt(128)
	var typed bool
	if err := c.unpack("maxsize?", &size, "typed?", &typed); err != nil {
		return nil, err
	}
	if _, ok := size.(starlark.Callable); ok {
		return newCached(size, 128)
	}
	limit := -1
	if size != starlark.None {
		n, err := starlark.AsInt32(size)
		if err != nil {
			return nil, builtin.Raise(builtin.TypeError, "Expected first argument to be an integer, a callable, or None")
		}
		limit = max(n, 0)
	}
	return function("decorator", func(c *call) (starlark.Value, error) {
		var f starlark.Value
		if err := c.unpack("user_function", &f); err != nil {
			return nil, err
		}
		return newCached(f, limit)
	}), nil
}

func functoolsCache(c *call) (starlark.Value, error) {
	var f starlark.Value
	if err := c.unpack("user_function", &f); err != nil {
		return nil, err
	}
	return newCached(f, -1)
}

// functoolsWraps returns a decorator that leaves the function as it is: names of
// functions cannot be changed here.
func functoolsWraps(c *call) (starlark.Value, error) {
	var wrapped, assigned, updated starlark.Value
	if err := c.unpack("wrapped", &wrapped, "assigned?", &assigned, "updated?", &updated); err != nil {
		return nil, err
	}
	return function("wraps", func(c *call) (starlark.Value, error) {
		var wrapper starlark.Value
		if err := c.unpack("wrapper", &wrapper); err != nil {
			return nil, err
		}
		return wrapper, nil
	}), nil
}

func functoolsUpdate(c *call) (starlark.Value, error) {
	var wrapper, wrapped starlark.Value
	if err := c.unpack("wrapper", &wrapper, "wrapped", &wrapped); err != nil {
		return nil, err
	}
	return wrapper, nil
}

// An orderedKey is what cmp_to_key makes of a value: it is compared by a
// function.
type orderedKey struct {
	object
	compare, value starlark.Value
	thread         *starlark.Thread
}

var _ starlark.Comparable = (*orderedKey)(nil)

func (*orderedKey) String() string { return "<functools.KeyWrapper object>" }
func (*orderedKey) Type() string   { return "KeyWrapper" }

// CompareSameType implements starlark.Comparable.
func (k *orderedKey) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	v, err := starlark.Call(k.thread, k.compare, starlark.Tuple{k.value, y.(*orderedKey).value}, nil)
	if err != nil {
		return false, err
	}
	order, ok := starlark.AsFloat(v)
	if !ok {
		return false, builtin.Raise(builtin.TypeError, "the comparison returned %s, not a number", builtin.TypeName(v))
	}
	switch {
	case order < 0:
		return threeway(op, -1), nil
	case order > 0:
		return threeway(op, 1), nil
	}
	return threeway(op, 0), nil
}

func functoolsKey(c *call) (starlark.Value, error) {
	var compare starlark.Value
	if err := c.unpack("mycmp", &compare); err != nil {
		return nil, err
	}
	return function("K", func(c *call) (starlark.Value, error) {
		var v starlark.Value
		if err := c.unpack("obj", &v); err != nil {
			return nil, err
		}
		return &orderedKey{compare: compare, value: v, thread: c.thread}, nil
	}), nil
}
