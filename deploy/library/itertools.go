package library

import (
	"sync"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

var chainClass = builtin.NewClass("chain", nil, builtin.Native{Module: "itertools",
	New: func(thread *starlark.Thread, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return chained(thread, starlark.NewList(args))
	},
	Static: map[string]starlark.Value{"from_iterable": function("from_iterable", func(c *call) (starlark.Value, error) {
		var sources starlark.Value
		if err := c.unpack("iterable", &sources); err != nil {
			return nil, err
		}
		return chained(c.thread, sources)
	})}})

func itertoolsModule() *definition {
	d := &definition{name: "itertools", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"count": itertoolsCount, "repeat": itertoolsRepeat, "product": itertoolsProduct, "islice": itertoolsSlice, "groupby": itertoolsGroup,
	}), later: map[string]string{
		"cycle": "", "permutations": "", "combinations": "", "combinations_with_replacement": "", "zip_longest": "", "takewhile": "", "dropwhile": "",
		"starmap": "use a comprehension", "accumulate": "", "filterfalse": "use a comprehension", "compress": "", "pairwise": "", "tee": "", "batched": "",
	}}
	d.values["chain"] = constant(chainClass)
	return d
}

// builtinIter is the builtin iter.
var builtinIter = sync.OnceValue(func() starlark.Value { return builtin.Predeclared()["iter"] })

// iterator makes an iterator of a value.
func iterator(thread *starlark.Thread, v starlark.Value) (*builtin.Iterator, error) {
	made, err := starlark.Call(thread, builtinIter(), starlark.Tuple{v}, nil)
	if err != nil {
		return nil, err
	}
	it, ok := made.(*builtin.Iterator)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "'%s' object is not iterable", builtin.TypeName(v))
	}
	return it, nil
}

func chained(thread *starlark.Thread, sources starlark.Value) (starlark.Value, error) {
	outer, err := iterator(thread, sources)
	if err != nil {
		return nil, err
	}
	var inner *builtin.Iterator
	return builtin.NewIterator(thread, "itertools.chain", func() (starlark.Value, error) {
		for {
			if inner != nil {
				if v, err := inner.Next(); v != nil || err != nil {
					return v, err
				}
			}
			source, err := outer.Next()
			if source == nil || err != nil {
				return nil, err
			}
			if inner, err = iterator(thread, source); err != nil {
				return nil, err
			}
		}
	}), nil
}

func itertoolsCount(c *call) (starlark.Value, error) {
	start, step := starlark.MakeInt(0), starlark.MakeInt(1)
	if err := c.unpack("start?", &start, "step?", &step); err != nil {
		return nil, err
	}
	return builtin.NewIterator(c.thread, "itertools.count", func() (starlark.Value, error) {
		n := start
		start = start.Add(step)
		return n, nil
	}), nil
}

func itertoolsRepeat(c *call) (starlark.Value, error) {
	var v starlark.Value
	times := -1
	if err := c.unpack("object", &v, "times?", &times); err != nil {
		return nil, err
	}
	endless := len(c.args)+len(c.kwargs) < 2
	return builtin.NewIterator(c.thread, "itertools.repeat", func() (starlark.Value, error) {
		if times--; times < 0 && !endless {
			return nil, nil
		}
		return v, nil
	}), nil
}

// itertoolsProduct is product(*iterables, repeat=1).
func itertoolsProduct(c *call) (starlark.Value, error) {
	repeat := 1
	for _, kv := range c.kwargs {
		n, err := starlark.AsInt32(kv[1])
		if textOf(kv[0]) != "repeat" || err != nil || n < 0 || n > maxDepth {
			return nil, builtin.Raise(builtin.TypeError, "product() takes no keyword argument but repeat, a number from 0 to %d", maxDepth)
		}
		repeat = n
	}
	var pools [][]starlark.Value
	over := false
	for range repeat {
		for _, arg := range c.args {
			items, err := builtin.Collect(arg)
			if err != nil {
				return nil, err
			}
			over = over || len(items) == 0
			pools = append(pools, items)
		}
	}
	at := make([]int, len(pools))
	return builtin.NewIterator(c.thread, "itertools.product", func() (starlark.Value, error) {
		if over {
			return nil, nil
		}
		row := make(starlark.Tuple, len(pools))
		for i, pool := range pools {
			row[i] = pool[at[i]]
		}
		over = true
		for i := len(pools) - 1; i >= 0 && over; i-- {
			if at[i]++; at[i] < len(pools[i]) {
				over = false
			} else {
				at[i] = 0
			}
		}
		return row, nil
	}), nil
}

// itertoolsSlice is islice(iterable, stop) and islice(iterable, start, stop, step).
func itertoolsSlice(c *call) (starlark.Value, error) {
	if len(c.args) < 2 || len(c.args) > 4 || len(c.kwargs) > 0 {
		return nil, builtin.Raise(builtin.TypeError, "islice expected 2 to 4 arguments, got %d", len(c.args)+len(c.kwargs))
	}
	source, err := iterator(c.thread, c.args[0])
	if err != nil {
		return nil, err
	}
	bounds := []int{0, -1, 1} // start, stop, step
	for i, arg := range c.args[1:] {
		place := i
		if len(c.args) == 2 {
			place = 1
		}
		if arg == starlark.None {
			continue
		}
		n, err := starlark.AsInt32(arg)
		if err != nil || n < 0 || place == 2 && n == 0 {
			return nil, builtin.Raise(builtin.ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
		}
		bounds[place] = n
	}
	next, at := bounds[0], 0
	return builtin.NewIterator(c.thread, "itertools.islice", func() (starlark.Value, error) {
		for bounds[1] < 0 || next < bounds[1] {
			v, err := source.Next()
			if v == nil || err != nil {
				return nil, err
			}
			if at++; at > next {
				next += bounds[2]
				return v, nil
			}
		}
		return nil, nil
	}), nil
}

// itertoolsGroup is groupby; a group is a list here, made when it is reached.
func itertoolsGroup(c *call) (starlark.Value, error) {
	var iterable starlark.Value
	var key starlark.Value = starlark.None
	if err := c.unpack("iterable", &iterable, "key?", &key); err != nil {
		return nil, err
	}
	source, err := iterator(c.thread, iterable)
	if err != nil {
		return nil, err
	}
	take := func() (item, k starlark.Value, err error) {
		if item, err = source.Next(); item == nil || err != nil {
			return nil, nil, err
		}
		if key == starlark.None {
			return item, item, nil
		}
		k, err = c.call(key, item)
		return item, k, err
	}
	item, k, err := take()
	if err != nil {
		return nil, err
	}
	return builtin.NewIterator(c.thread, "itertools.groupby", func() (starlark.Value, error) {
		if item == nil {
			return nil, nil
		}
		group, name := []starlark.Value{item}, k
		for {
			var err error
			if item, k, err = take(); err != nil {
				return nil, err
			}
			if item != nil {
				same, err := builtin.Equal(name, k)
				if err != nil {
					return nil, err
				}
				if same {
					group = append(group, item)
					continue
				}
			}
			return starlark.Tuple{name, starlark.NewList(group)}, nil
		}
	}), nil
}
