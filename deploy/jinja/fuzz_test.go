package jinja

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.starlark.net/starlark"
)

// FuzzRender looks for templates that panic, hang, or fail without a place.
func FuzzRender(f *testing.F) {
	for _, c := range cases {
		f.Add(c.template, c.options.TrimBlocks)
	}
	for _, c := range wrongCases {
		f.Add(c.template, false)
	}
	cache := &Cache{Files: fstest.MapFS{
		"a": {Data: []byte("{% block a %}x{{ name }}{% endblock %}")},
		"m": {Data: []byte("{% macro m(x, y=1) %}{{ x }}{{ caller() }}{% endmacro %}")},
	}}
	f.Fuzz(func(t *testing.T, source string, trim bool) {
		for _, part := range strings.Fields(source) {
			if len(part) > 4000 {
				t.Skip("long words take long")
			}
		}
		template, err := Parse("t", []byte(source), Options{TrimBlocks: trim, LstripBlocks: trim})
		if err != nil {
			checkError(t, err)
			return
		}
		template.cache = cache
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := template.Render(ctx, &starlark.Thread{}, variables()); err != nil {
			checkError(t, err)
		}
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("an error of type %T: %v", err, err)
	}
	if e.Template == "" || e.Class == "" || e.Msg == "" {
		t.Fatalf("an error without a template, class or message: %+v", e)
	}
}
