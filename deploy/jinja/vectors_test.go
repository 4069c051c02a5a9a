package jinja

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"go.starlark.net/starlark"
)

// TestVectors renders templates whose text comes from Jinja2 itself. The folder
// that CYGNET_VECTORS names has them in jinja/cases.json.
func TestVectors(t *testing.T) {
	folder := os.Getenv("CYGNET_VECTORS")
	if folder == "" {
		t.Skip("CYGNET_VECTORS names no folder with jinja/cases.json")
	}
	source, err := os.ReadFile(filepath.Join(folder, "jinja", "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Context json.RawMessage
		Files   map[string]string
		Cases   []struct{ Template, Output, Error string }
	}
	if err := json.Unmarshal(source, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors.Cases) < 100 {
		t.Fatalf("only %d cases", len(vectors.Cases))
	}
	files := fstest.MapFS{}
	for name, content := range vectors.Files {
		files[name] = &fstest.MapFile{Data: []byte(content)}
	}
	cache := &Cache{Files: files}
	for _, c := range vectors.Cases {
		t.Run(c.Template, func(t *testing.T) {
			vars := fromJSON(t, vectors.Context)
			vars["obj"] = &object{kind: "Obj", attrs: func(name string) starlark.Value {
				return starlark.StringDict{
					"attr": str("A"),
					"method": starlark.NewBuiltin("method", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
						return "m" + args[0].(starlark.String), nil
					}),
				}[name]
			}}
			text, err := render(cache, c.Template, vars)
			if c.Error != "" {
				e, ok := err.(*Error)
				if !ok || e.Class != c.Error {
					t.Fatalf("got %q, %v; want %s", text, err, c.Error)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if anonymous(text) != anonymous(c.Output) {
				t.Errorf("got  %q\nwant %q", text, c.Output)
			}
		})
	}
}

// anonymous takes out of a text where something is in memory: that differs from run
// to run in Jinja too.
func anonymous(s string) string {
	return regexp.MustCompile(` at 0x[0-9a-f]+`).ReplaceAllString(s, "")
}

func render(cache *Cache, source string, vars starlark.StringDict) (string, error) {
	t, err := cache.Parse("t", []byte(source), Options{KeepTrailingNewline: true})
	if err != nil {
		return "", err
	}
	return t.Render(context.Background(), &starlark.Thread{}, vars)
}

// fromJSON reads an object with its keys in order.
func fromJSON(t *testing.T, raw json.RawMessage) starlark.StringDict {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	vars := starlark.StringDict{}
	for _, item := range decode(t, d).(*starlark.Dict).Items() {
		vars[string(item[0].(starlark.String))] = item[1]
	}
	return vars
}

func decode(t *testing.T, d *json.Decoder) starlark.Value {
	t.Helper()
	token, err := d.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch v := token.(type) {
	case nil:
		return starlark.None
	case bool:
		return starlark.Bool(v)
	case string:
		return str(v)
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			t.Fatal(err)
		}
		return starlark.MakeInt64(n)
	}
	var items []starlark.Value
	for d.More() {
		items = append(items, decode(t, d))
	}
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	if token == json.Delim('[') {
		return starlark.NewList(items)
	}
	dict := starlark.NewDict(len(items) / 2)
	for i := 0; i < len(items); i += 2 {
		if err := dict.SetKey(items[i], items[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return dict
}
