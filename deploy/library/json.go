package library

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func jsonModule() *definition {
	return &definition{name: "json", what: "function",
		values: map[string]func(*Session) starlark.Value{
			"loads": constant(starlark.NewBuiltin("loads", jsonLoads)),
			"load":  constant(starlark.NewBuiltin("load", jsonLoad)),
			"dumps": constant(starlark.NewBuiltin("dumps", jsonDumps)),
		},
		later: map[string]string{"dump": "write json.dumps(...) to a StringIO", "JSONDecodeError": "", "JSONEncoder": "", "JSONDecoder": ""}}
}

func jsonLoads(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var s starlark.Value
	if err := unpack(b, args, kwargs, "s", &s); err != nil {
		return nil, err
	}
	return jsonRead(s)
}

func jsonLoad(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var fp starlark.Value
	if err := unpack(b, args, kwargs, "fp", &fp); err != nil {
		return nil, err
	}
	o, ok := fp.(starlark.HasAttrs)
	if !ok {
		return nil, builtin.Raise(builtin.AttributeError, "load() needs an open file, not %s", Describe(fp))
	}
	read, err := o.Attr("read")
	if err != nil || read == nil {
		return nil, builtin.Raise(builtin.AttributeError, "load() needs an open file, not %s", Describe(fp))
	}
	s, err := starlark.Call(thread, read, nil, nil)
	if err != nil {
		return nil, err
	}
	return jsonRead(s)
}

func jsonRead(s starlark.Value) (starlark.Value, error) {
	var text string
	switch s := s.(type) {
	case starlark.String:
		text = string(s)
	case starlark.Bytes:
		text = string(s)
	default:
		return nil, builtin.Raise(builtin.TypeError, "the JSON object must be str, bytes or bytearray, not %s", builtin.TypeName(s))
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := jsonValue(d)
	if err == nil {
		if _, extra := d.Token(); extra != io.EOF {
			err = errors.New("extra data")
		}
	}
	if err != nil {
		return nil, jsonError(text, d.InputOffset(), err)
	}
	return v, nil
}

// jsonError is the exception of a text that is not JSON.
func jsonError(text string, offset int64, err error) error {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = max(e.Offset-1, 0)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("unexpected end of the text")
	}
	offset = min(offset, int64(len(text)))
	before := text[:offset]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return builtin.Raise(builtin.ValueError, "not JSON: %s: line %d column %d", err, line, column)
}

// jsonValue reads one value; dicts keep their order.
func jsonValue(d *json.Decoder) (starlark.Value, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return jsonList(d)
		}
		return jsonDict(d)
	case json.Number:
		return jsonNumber(string(t))
	case string:
		return starlark.String(t), nil
	case bool:
		return starlark.Bool(t), nil
	}
	return starlark.None, nil
}

func jsonList(d *json.Decoder) (starlark.Value, error) {
	var items []starlark.Value
	for d.More() {
		v, err := jsonValue(d)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	_, err := d.Token()
	return starlark.NewList(items), err
}

func jsonDict(d *json.Decoder) (starlark.Value, error) {
	dict := starlark.NewDict(8)
	for d.More() {
		key, err := jsonValue(d)
		if err != nil {
			return nil, err
		}
		v, err := jsonValue(d)
		if err != nil {
			return nil, err
		}
		if err := dict.SetKey(key, v); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return dict, err
}

func jsonNumber(text string) (starlark.Value, error) {
	if !strings.ContainsAny(text, ".eE") {
		n, ok := new(big.Int).SetString(text, 10)
		if ok {
			return starlark.MakeBigInt(n), nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, err
	}
	return starlark.Float(f), nil
}

// jsonWriter writes values as json.dumps does.
type jsonWriter struct {
	b         bytes.Buffer
	thread    *starlark.Thread
	indent    string // of one level; "" with compact
	compact   bool
	item, key string // separators
	ascii     bool
	sort      bool
	fallback  starlark.Value
}

func jsonDumps(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	var indent, separators, fallback starlark.Value = starlark.None, starlark.None, starlark.None
	w := &jsonWriter{thread: thread, item: ", ", key: ": ", ascii: true, compact: true}
	if err := unpack(b, args, kwargs, "obj", &v, "indent?", &indent, "sort_keys?", &w.sort,
		"ensure_ascii?", &w.ascii, "separators?", &separators, "default?", &fallback); err != nil {
		return nil, err
	}
	switch n := indent.(type) {
	case starlark.Int:
		spaces, err := starlark.AsInt32(n)
		if err != nil || spaces > 100 {
			return nil, builtin.Raise(builtin.ValueError, "dumps(): indent is too large")
		}
		w.indent, w.compact, w.item = strings.Repeat(" ", max(spaces, 0)), false, ","
	case starlark.String:
		w.indent, w.compact, w.item = string(n), false, ","
	}
	if pair, ok := separators.(starlark.Tuple); ok && len(pair) == 2 {
		item, ok1 := starlark.AsString(pair[0])
		key, ok2 := starlark.AsString(pair[1])
		if !ok1 || !ok2 {
			return nil, builtin.Raise(builtin.TypeError, "dumps(): separators must be two strings")
		}
		w.item, w.key = item, key
	}
	w.fallback = fallback
	if err := w.value(v, 0); err != nil {
		return nil, err
	}
	return starlark.String(w.b.String()), nil
}

func (w *jsonWriter) value(v starlark.Value, depth int) error {
	if depth > maxDepth {
		return builtin.Raise(builtin.ValueError, "Circular reference detected")
	}
	switch v := v.(type) {
	case starlark.NoneType:
		w.b.WriteString("null")
	case starlark.Bool:
		w.b.WriteString(strconv.FormatBool(bool(v)))
	case starlark.Int:
		w.b.WriteString(v.String())
	case starlark.Float:
		w.b.WriteString(jsonFloat(float64(v)))
	case starlark.String:
		w.text(string(v))
	case starlark.IterableMapping:
		return w.dict(v.Items(), depth)
	case *starlark.List:
		return w.list(v, v.Len(), depth)
	case starlark.Tuple:
		return w.list(v, v.Len(), depth)
	default:
		return w.other(v, depth)
	}
	return nil
}

func (w *jsonWriter) other(v starlark.Value, depth int) error {
	if w.fallback == starlark.None {
		return builtin.Raise(builtin.TypeError, "Object of type %s is not JSON serializable", builtin.TypeName(v))
	}
	converted, err := starlark.Call(w.thread, w.fallback, starlark.Tuple{v}, nil)
	if err != nil {
		return err
	}
	return w.value(converted, depth+1)
}

// line begins a new line, unless the form is compact.
func (w *jsonWriter) line(depth int) {
	if !w.compact {
		w.b.WriteByte('\n')
		w.b.WriteString(strings.Repeat(w.indent, depth))
	}
}

func (w *jsonWriter) list(items starlark.Iterable, n, depth int) error {
	if n == 0 {
		w.b.WriteString("[]")
		return nil
	}
	w.b.WriteByte('[')
	first := true
	for item := range starlark.Elements(items) {
		if !first {
			w.b.WriteString(w.item)
		}
		first = false
		w.line(depth + 1)
		if err := w.value(item, depth+1); err != nil {
			return err
		}
	}
	w.line(depth)
	w.b.WriteByte(']')
	return nil
}

func (w *jsonWriter) dict(items []starlark.Tuple, depth int) error {
	if len(items) == 0 {
		w.b.WriteString("{}")
		return nil
	}
	keys := make([]string, len(items))
	order := make([]int, len(items))
	for i, item := range items {
		key, err := jsonKey(item[0])
		if err != nil {
			return err
		}
		keys[i], order[i] = key, i
	}
	if w.sort {
		slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(keys[a], keys[b]) })
	}
	w.b.WriteByte('{')
	for n, i := range order {
		if n > 0 {
			w.b.WriteString(w.item)
		}
		w.line(depth + 1)
		w.text(keys[i])
		w.b.WriteString(w.key)
		if err := w.value(items[i][1], depth+1); err != nil {
			return err
		}
	}
	w.line(depth)
	w.b.WriteByte('}')
	return nil
}

func jsonKey(v starlark.Value) (string, error) {
	switch v := v.(type) {
	case starlark.String:
		return string(v), nil
	case starlark.NoneType:
		return "null", nil
	case starlark.Bool:
		return strconv.FormatBool(bool(v)), nil
	case starlark.Int:
		return v.String(), nil
	case starlark.Float:
		return jsonFloat(float64(v)), nil
	}
	return "", builtin.Raise(builtin.TypeError, "keys must be str, int, float, bool or None, not %s", builtin.TypeName(v))
}

func jsonFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		format = 'e'
	}
	text := strconv.FormatFloat(f, format, -1, 64)
	if format == 'f' && !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

func (w *jsonWriter) text(s string) {
	w.b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.b.WriteByte('\\')
			w.b.WriteRune(r)
		case r == '\n':
			w.b.WriteString(`\n`)
		case r == '\r':
			w.b.WriteString(`\r`)
		case r == '\t':
			w.b.WriteString(`\t`)
		case r == '\b':
			w.b.WriteString(`\b`)
		case r == '\f':
			w.b.WriteString(`\f`)
		case r < ' ' || w.ascii && r == 0x7f:
			fmt.Fprintf(&w.b, `\u%04x`, r)
		case w.ascii && r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&w.b, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		case w.ascii && r > 0x7e:
			fmt.Fprintf(&w.b, `\u%04x`, r)
		default:
			w.b.WriteRune(r)
		}
	}
	w.b.WriteByte('"')
}
