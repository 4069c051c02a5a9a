package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"cygnet/fact"
	"cygnet/op"
)

// decode turns JSON into plain values (see package argument): numbers, and the
// strings that stand for values that JSON does not have.
func decode(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case string:
		return decodeString(v)
	case []any:
		if len(v) > 0 && v[0] == "set:" {
			v = v[1:]
		}
		list := make([]any, len(v))
		for i, item := range v {
			var err error
			if list[i], err = decode(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		dict := make(map[string]any, len(v))
		for k, item := range v {
			var err error
			if dict[k], err = decode(item); err != nil {
				return nil, err
			}
		}
		return dict, nil
	}
	return v, nil
}

func number(n json.Number) (any, error) {
	if strings.ContainsAny(n.String(), ".eE") {
		return n.Float64()
	}
	return n.Int64()
}

func decodeString(s string) (any, error) {
	if text, ok := strings.CutPrefix(s, "datetime:"); ok {
		return decodeTime(text)
	}
	if text, ok := strings.CutPrefix(s, "path:"); ok {
		return text, nil
	}
	if text, ok := strings.CutPrefix(s, "io:"); ok {
		return op.Bytes([]byte(text)), nil
	}
	return s, nil
}

// decodeTime reads a time. One without a zone stands in time.UTC, one with a zone
// never does.
func decodeTime(text string) (time.Time, error) {
	if t, err := time.Parse("2006-01-02T15:04:05", text); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("datetime %q: %w", text, err)
	}
	_, offset := t.Zone()
	return t.In(time.FixedZone("", offset)), nil
}

// toJSON turns an answer's plain form into what JSON has: times as Python writes
// them, dicts with strings for keys.
func toJSON(v any) any {
	switch v := v.(type) {
	case time.Time:
		layout := "2006-01-02T15:04:05"
		if v.Nanosecond()/1000 != 0 {
			layout += ".000000"
		}
		if v.Location() != time.UTC {
			layout += "-07:00"
		}
		return v.Format(layout)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = toJSON(item)
		}
		return list
	case fact.Dict:
		dict := make(map[string]any, len(v))
		for _, item := range v {
			dict[jsonKey(item.Key)] = toJSON(item.Value)
		}
		return dict
	case int64:
		return json.Number(fmt.Sprint(v))
	case float64:
		return v
	}
	return v
}

func jsonKey(key any) string {
	if s, ok := key.(string); ok {
		return s
	}
	text, err := json.Marshal(key)
	if err != nil {
		return fmt.Sprint(key)
	}
	return string(text)
}

// sameForm gives JSON values that mean the same one form: 1.0 is 1.
func sameForm(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = sameForm(item)
		}
		return list
	case map[string]any:
		dict := make(map[string]any, len(v))
		for k, item := range v {
			dict[k] = sameForm(item)
		}
		return dict
	}
	return v
}
