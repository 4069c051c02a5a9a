package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/big"
	"strconv"
	"strings"

	"cygnet/deploy/library"
)

// ParseValue reads a value as it is written on the command line, in
// `--data key=value` or as an argument of an operation: true or false in any
// case, a whole number, JSON, or else a string as it stands. It is a plain
// value: nil, bool, int64, *big.Int, float64, string, []any or map[string]any.
func ParseValue(text string) any {
	switch strings.ToLower(text) {
	case "true":
		return true
	case "false":
		return false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return text
	}
	if _, err := d.Token(); err != io.EOF {
		return text
	}
	return plainNumbers(v)
}

// plainNumbers turns JSON's numbers into Go's.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, ok := new(big.Int).SetString(string(v), 10); ok {
			if n.IsInt64() {
				return n.Int64()
			}
			return n
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return string(v)
	case []any:
		for i, item := range v {
			v[i] = plainNumbers(item)
		}
	case map[string]any:
		for k, item := range v {
			v[k] = plainNumbers(item)
		}
	}
	return v
}

// PlainData returns a value of host data in plain form, for JSON and for people:
// nil, bool, int64, float64, string, time.Time, []any or fact.Dict.
func PlainData(v any) any { return library.PlainData(v) }

// LoadConfig runs config.py and returns the settings as it leaves them; before
// it, they are those of c.
func LoadConfig(ctx context.Context, path string, c Config, o Options) (Config, error) {
	l := newLoader(path, o)
	source, err := l.file(path, "__main__", false)
	if err != nil {
		return c, err
	}
	session := l.library.Session(library.Setting{
		Say: o.say, Config: c, Configuring: true, Sources: l.sources, Limits: o.Limits, Explain: l.explain,
	})
	if _, err := l.run(ctx, session, source); err != nil {
		return c, err
	}
	return session.Config(), nil
}
