package argument_test

import (
	"errors"
	"math/big"
	"testing"
	"time"

	"cygnet/op/argument"
)

// plainReader makes plain values of any shape from a fuzzer's bytes.
type plainReader struct{ data []byte }

func (r *plainReader) next() byte {
	if len(r.data) == 0 {
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *plainReader) text() string {
	n := min(int(r.next()%16), len(r.data))
	s := string(r.data[:n])
	r.data = r.data[n:]
	return s
}

func (r *plainReader) value(depth int) any {
	switch kind := r.next() % 12; {
	case kind == 1:
		return r.next()%2 == 0
	case kind == 2:
		return int64(int8(r.next())) << (r.next() % 64)
	case kind == 3:
		return new(big.Int).Lsh(big.NewInt(int64(int8(r.next()))), uint(r.next()))
	case kind == 4:
		return float64(int8(r.next())) / float64(int8(r.next())) // infinite and NaN too
	case kind == 5:
		return r.text()
	case kind == 6:
		return []byte(r.text())
	case kind == 7:
		return time.Unix(int64(r.next()), 0)
	case kind == 8 && depth < 4:
		list := make([]any, r.next()%5)
		for i := range list {
			list[i] = r.value(depth + 1)
		}
		return list
	case kind == 9 && depth < 4:
		dict := map[string]any{}
		for range r.next() % 5 {
			dict[r.text()] = r.value(depth + 1)
		}
		return dict
	case kind == 10:
		return struct{ A int }{1} // nothing that any field takes
	case kind == 11:
		return float64(int8(r.next())) * 1e30
	}
	return nil
}

// FuzzNew passes every field each kind of value: whatever a deploy gives, the
// answer is a struct or an *Error.
func FuzzNew(f *testing.F) {
	f.Add([]byte{})
	for kind := range byte(12) {
		f.Add([]byte{kind, kind, 3, 'a', 'b', 'c', kind, 2, kind, kind, 0xff, 0x3f, 9, 2, 1, 'k', kind, 8, 3, 0, kind, 5})
	}
	params := argument.Of(everyType)
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &plainReader{data}
		check := func(args []any, kwargs map[string]any) {
			got, err := argument.New(everyType, "x.y", args, kwargs)
			if err == nil {
				if _, ok := got.(every); !ok {
					t.Errorf("got a %T", got)
				}
				return
			}
			if _, ok := errors.AsType[*argument.Error](err); !ok {
				t.Errorf("%T: %v", err, err)
			}
		}
		v := r.value(0)
		for _, p := range params {
			check(nil, map[string]any{"src": "s", p.Name: v})
		}
		var args []any
		for range r.next() % 30 {
			args = append(args, r.value(0))
		}
		check(args, map[string]any{r.text(): r.value(0), params[int(r.next())%len(params)].Name: r.value(0)})
	})
}
