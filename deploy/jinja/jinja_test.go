package jinja

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// variables are what the templates of the tests see.
func variables() starlark.StringDict {
	dict := func(pairs ...any) *starlark.Dict {
		d := starlark.NewDict(len(pairs) / 2)
		for i := 0; i < len(pairs); i += 2 {
			if err := d.SetKey(str(pairs[i].(string)), pairs[i+1].(starlark.Value)); err != nil {
				panic(err)
			}
		}
		return d
	}
	list := func(items ...starlark.Value) *starlark.List { return starlark.NewList(items) }
	n := starlark.MakeInt
	return starlark.StringDict{
		"name": str("web1"), "port": n(80), "nothing": starlark.None, "yes": starlark.True,
		"list": list(n(3), n(1), n(2)), "words": list(str("b"), str("A"), str("c")),
		"dict": dict("b", n(2), "a", n(1)),
		"sites": list(
			dict("host", str("a.example"), "port", n(80), "tags", list(str("x"))),
			dict("host", str("b.example"), "port", n(443), "tags", list()),
			dict("host", str("c.example"), "port", n(80), "tags", list(str("y"), str("z"))),
		),
		"tree": list(dict("n", n(1), "kids", list(dict("n", n(2), "kids", list()))), dict("n", n(3), "kids", list())),
	}
}

var files = fstest.MapFS{
	"base.j2":      {Data: []byte("[{% block head %}base head{% endblock %}|{% block body %}base body{% endblock %}]{{ title }}")},
	"middle.j2":    {Data: []byte("{% extends 'base.j2' %}{% block head %}middle {{ super() }}{% endblock %}")},
	"part.j2":      {Data: []byte("part of {{ name }}{% if x is defined %} with {{ x }}{% endif %}")},
	"sub/lib.j2":   {Data: []byte("{% macro wrap(text, by='*') %}{{ by }}{{ text }}{{ by }}{% endmacro %}{% set version = 3 %}{% set _hidden = 1 %}")},
	"broken.j2":    {Data: []byte("one\n{% if %}")},
	"undefined.j2": {Data: []byte("one\ntwo {{ nobody }}")},
	"self.j2":      {Data: []byte("{% include 'self.j2' %}")},
	"list.j2":      {Data: []byte("{% for s in sites %}{% block entry scoped %}{{ s.port }};{% endblock %}{% endfor %}")},
	"required.j2":  {Data: []byte("{% block must required %}{% endblock %}")},
}

type testCase struct {
	template, want string
	options        Options
}

var cases = []testCase{
	// Space.
	{"a\n", "a", Options{}},
	{"a\n", "a\n", Options{KeepTrailingNewline: true}},
	{"a\r\nb\rc", "a\nb\nc", Options{}},
	{"a\nb", "a\r\nb", Options{Newline: "\r\n"}},
	{"{% if yes %}\nx\n{% endif %}\ny", "x\ny", Options{TrimBlocks: true}},
	{"{% if yes +%}\nx{% endif %}", "\nx", Options{TrimBlocks: true}},
	{"a\n  {% if yes %}x{% endif %}", "a\nx", Options{LstripBlocks: true}},
	{"a\n  {%+ if yes %}x{% endif %}", "a\n  x", Options{LstripBlocks: true}},
	{"a\n  {{ name }}", "a\n  web1", Options{LstripBlocks: true}},
	{"a\n  {# c #}\nb", "a\nb", Options{LstripBlocks: true, TrimBlocks: true}},
	{"a  {#- c -#}  b", "ab", Options{}},
	{"a {{- name -}} b", "aweb1b", Options{}},
	{"{% raw -%}  {{ x }}{%- endraw %}", "{{ x }}", Options{}},
	{"{% raw %}{% if %}{% endraw %}", "{% if %}", Options{}},
	{"<< name >> {{ name }}", "web1 {{ name }}", Options{VariableStart: "<<", VariableEnd: ">>"}},
	// Expressions.
	{"{{ 1_000 + 0x1F + 0b11 + 0o17 }}", "1049", Options{}},
	{"{{ 1.5e2 }} {{ 1e-2 }}", "150.0 0.01", Options{}},
	{"{{ -2 ** 2 }} {{ 2 ** 3 ** 2 }}", "4 64", Options{}},
	{"{{ 1 ~ none ~ 'a' }}", "1Nonea", Options{}},
	{"{{ 'a' 'b' }}{{ \"\\x41\\u00e9\\n\" }}", "abAé\n", Options{}},
	{"{{ (1,) }} {{ () }} {{ 1, 2 }}", "(1,) () (1, 2)", Options{}},
	{"{{ list[1:] }} {{ list[::-1] }} {{ name[-1] }}", "[1, 2] [2, 1, 3] 1", Options{}},
	{"{{ list.0 }} {{ dict['a'] }} {{ {'a': {'b': 1}}.a.b }}", "3 1 1", Options{}},
	{"{{ {'x': 1}['x'] }}{{ {'}}': 2}['}}'] }}", "12", Options{}},
	{"{{ 1 if yes else 2 }}{{ 1 if not yes }}", "1", Options{}},
	{"{{ 3 not in list }} {{ 1 < 2 < 3 }} {{ not 1 == 2 }}", "False True True", Options{}},
	{"{{ true + 1 }} {{ true == 1 }}", "2 True", Options{}},
	{"{{ dict.items()|list }} {{ dict.get('z', 7) }}", "[('b', 2), ('a', 1)] 7", Options{}},
	{"{{ '{:>5}|{}'.format(1, 'x') }}", "    1|x", Options{}},
	{"{{ namespace(a=1, **{'b': 2}).b }}", "2", Options{}},
	{"{{ '%s/%s'|format(*['a', 'b']) }}", "a/b", Options{}},
	{"{{ list is defined and list }}", "[3, 1, 2]", Options{}},
	{"{{ port is divisibleby 2 and port is even }}", "True", Options{}},
	{"{{ 'a' is in 'abc' }} {{ 4 is not odd }}", "True True", Options{}},
	// Scopes.
	{"{% set x = 1 %}{% for i in list %}{% set x = i %}{% endfor %}{{ x }}", "1", Options{}},
	{"{% set x = 1 %}{% if yes %}{% set x = 2 %}{% endif %}{{ x }}", "2", Options{}},
	{"{% set (a, b), c = [[1, 2], 3] %}{{ a }}{{ b }}{{ c }}", "123", Options{}},
	{"{% set t = 1, %}{{ t }}", "(1,)", Options{}},
	{"{% set x | upper | replace('A', 'b') %}a{{ name }}{% endset %}{{ x }}", "bWEB1", Options{}},
	{"{% with x = 1, y = 2 %}{{ x + y }}{% endwith %}{{ x is defined }}", "3False", Options{}},
	{"{% set n = namespace({'a': 1}, b=2) %}{% for i in list %}{% set n.a = n.a + i %}{% endfor %}{{ n.a }}{{ n.b }}", "72", Options{}},
	// Loops.
	{"{% for k, v in dict|dictsort %}{{ k }}{{ v }}{% endfor %}", "a1b2", Options{}},
	{"{% for i in list if i > 1 %}{{ loop.index }}{{ loop.revindex }}{{ loop.first }}{{ i }} {% endfor %}", "12True3 21False2 ", Options{}},
	{"{% for i in [] %}{% else %}none{% endfor %}", "none", Options{}},
	{"{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{{ loop.cycle('a', 'b') }} {% endfor %}", "Truea Falseb Truea ", Options{}},
	{"{% for i in list %}{{ loop.previtem|default('-') }}{{ loop.nextitem|default('-') }} {% endfor %}", "-1 32 1- ", Options{}},
	{"{% for t in tree recursive %}{{ loop.depth }}:{{ t.n }}({{ loop(t.kids) }}){% endfor %}", "1:1(2:2())1:3()", Options{}},
	{"{% for c in name %}{{ c }}.{% endfor %}", "w.e.b.1.", Options{}},
	// Macros.
	{"{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=3, a=4) }}", "111243", Options{}},
	{"{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}{{ m(nobody) }}{{ m(1) }}", "FalseFalseTrue", Options{}},
	{"{% macro m() %}{{ caller('x') }}{% endmacro %}{% call(y) m() %}<{{ y }}>{% endcall %}", "<x>", Options{}},
	{"{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, b=3) }}{{ m.name }}{{ m.arguments }}", "1(2,){'b': 3}m('a',)", Options{}},
	{"{% filter upper|replace('B', 'x') %}ab{% endfilter %}", "Ax", Options{}},
	{"{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "3210", Options{}},
	// Other templates.
	{"{% extends 'base.j2' %}dropped{% set title = '!' %}{% block body %}mine{% endblock %}", "[base head|mine]!", Options{}},
	{"{% extends 'middle.j2' %}{% set title = '' %}{% block head %}top {{ super() }}{{ super.super() }}{% endblock %}", "[top middle base headbase head|base body]", Options{}},
	{"{% extends 'list.j2' %}{% block entry %}<{{ s.host }}>{% endblock %}", "<a.example><b.example><c.example>", Options{}},
	{"{% block a %}x{% endblock %}{{ self.a() }}", "xx", Options{}},
	{"{% set x = 2 %}{% include 'part.j2' %}", "part of web1 with 2", Options{}},
	{"{% set x = 2 %}{% include 'part.j2' without context %}", "part of web1", Options{}},
	{"{% include ['nobody.j2', 'part.j2'] %}{% include 'nobody.j2' ignore missing with context %}", "part of web1", Options{}},
	{"{% import 'sub/lib.j2' as lib %}{{ lib.wrap('a') }}{{ lib.version }}{{ lib._hidden is defined }}", "*a*3False", Options{}},
	{"{% from 'sub/lib.j2' import wrap as w, version with context %}{{ w('a', by='-') }}{{ version }}", "-a-3", Options{}},
	// Filters.
	{"{{ words|sort }} {{ words|sort(case_sensitive=true) }} {{ words|sort(reverse=true) }}", "['A', 'b', 'c'] ['A', 'b', 'c'] ['c', 'b', 'A']", Options{}},
	{"{{ sites|map(attribute='tags.0', default='-')|join(',') }}", "x,-,y", Options{}},
	{"{{ sites|sort(attribute='port,host', reverse=true)|map(attribute='host')|join(' ') }}", "b.example c.example a.example", Options{}},
	{"{% for port, group in sites|groupby('port') %}{{ port }}={{ group|map(attribute='host')|join(',') }};{% endfor %}", "80=a.example,c.example;443=b.example;", Options{}},
	{"{{ sites|selectattr('port', 'eq', 80)|map(attribute='host')|list }}", "['a.example', 'c.example']", Options{}},
	{"{{ sites|rejectattr('tags')|map(attribute='host')|first }}", "b.example", Options{}},
	{"{{ sites|sum(attribute='port') }} {{ sites|max(attribute='port') == sites[1] }}", "603 True", Options{}},
	{"{{ [1, 2, 3, 4, 5]|batch(2, 0)|list }} {{ [1, 2, 3, 4, 5]|slice(3, 0)|list }}", "[[1, 2], [3, 4], [5, 0]] [[1, 2], [3, 4], [5, 0]]", Options{}},
	{"{{ ['a', 'A', 'b']|unique|list }} {{ [[1, 2], [3]]|map('length')|list }}", "['a', 'b'] [2, 1]", Options{}},
	{"{{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, true, '') }} {{ 'foo bar baz'|truncate(9, leeway=0) }}", "foo... foo bar b foo...", Options{}},
	{"{{ 'a\\n\\nb\\n'|indent(2) }}|{{ 'a\\n\\nb'|indent('> ', true, true) }}", "a\n\n  b\n|> a\n> \n> b", Options{}},
	{"{{ 'well-known words wrap'|wordwrap(7) }}", "well-\nknown\nwords\nwrap", Options{}},
	{"{{ 'abcdefghij'|wordwrap(4) }} {{ 'abcdefghij kl'|wordwrap(4, false) }}", "abcd\nefgh\nij abcdefghij\nkl", Options{}},
	{"{{ 1500|filesizeformat }} {{ 1536|filesizeformat(true) }} {{ 1|filesizeformat }} {{ 3e6|filesizeformat }}", "1.5 kB 1.5 KiB 1 Byte 3.0 MB", Options{}},
	{"{{ '0x1f'|int(0, 16) }} {{ 'x'|int }} {{ '7.9'|int }} {{ none|int(4) }} {{ 'x'|float(1.5) }}", "31 0 7 4 1.5", Options{}},
	{"{{ 2.5|round }} {{ 2.45|round(1, 'floor') }} {{ 42.55|round(1) }} {{ -3|abs }}", "2.0 2.4 42.5 3", Options{}},
	{"{{ '<b>x</b>  y &amp; z'|striptags }}", "x y & z", Options{}},
	{"{{ {'a': 1, 'b c': 'd/e'}|urlencode }} {{ 'a/b ü'|urlencode }}", "a=1&b+c=d%2Fe a/b%20%C3%BC", Options{}},
	{"{{ '<'|e + '<' }} {{ ('<'|safe + '<')|e }} {{ '<'|e|forceescape }} {{ '<'|safe is escaped }}", "&lt;&lt; <&lt; &amp;lt; True", Options{}},
	{"{{ {'b': [1.5, none, true], 'a': '<é\"'}|tojson }}", `{"a": "\u003c\u00e9\"", "b": [1.5, null, true]}`, Options{}},
	{"{{ [1, {}, []]|tojson(2) }}", "[\n  1,\n  {},\n  []\n]", Options{}},
	{"{{ {'class': 'x', 'id': none, 'n': 1}|xmlattr }}", ` class="x" n="1"`, Options{}},
	{"{{ 'see http://a.example/x, or www.b.example'|urlize }}", `see <a href="http://a.example/x" rel="noopener">http://a.example/x</a>, or <a href="https://www.b.example" rel="noopener">www.b.example</a>`, Options{}},
	{"{{ (range(30)|list)|pprint }}", "[0,\n 1,\n 2,\n 3,\n 4,\n 5,\n 6,\n 7,\n 8,\n 9,\n 10,\n 11,\n 12,\n 13,\n 14,\n 15,\n 16,\n 17,\n 18,\n 19,\n 20,\n 21,\n 22,\n 23,\n 24,\n 25,\n 26,\n 27,\n 28,\n 29]", Options{}},
	{"{{ 'HELLO wörld-wide (web)'|title }} {{ 'a b_c d-e'|wordcount }}", "Hello Wörld-Wide (Web) 4", Options{}},
	{"{{ 'abc'|reverse }} {{ list|reverse|list }} {{ 'a,b'|replace(',', ';', 1) }}", "cba [2, 1, 3] a;b", Options{}},
	{"{{ nobody|default('x') }} {{ ''|d('y', true) }} {{ dict.zz|default(1) }} {{ none|default(2) }}", "x y 1 None", Options{}},
	{"{{ dict|items|list }} {{ nobody|items|list }}", "[('b', 2), ('a', 1)] []", Options{}},
	{"{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.next() }}", "abNonea", Options{}},
	{"{% set j = joiner('; ') %}{% for i in list %}{{ j() }}{{ i }}{% endfor %}", "3; 1; 2", Options{}},
	{"{% autoescape false %}{{ '<' }}{% endautoescape %}{% print 1 %}", "<1", Options{}},
	{"{% if false %}{{ 1|unknown_filter }}{% endif %}ok", "ok", Options{}},
	{"{{ nobody is none }}{{ nobody is string }}{{ nobody is mapping }}{{ nobody is sequence }}{{ nobody is not number }}", "FalseFalseFalseFalseTrue", Options{}},
	{"{{ 'map' is filter }} {{ 'odd' is test }} {{ list is sameas list }} {{ dict is mapping }}", "True True True True", Options{}},
}

func TestRender(t *testing.T) {
	cache := &Cache{Files: files}
	for _, c := range cases {
		t.Run(c.template, func(t *testing.T) {
			template, err := cache.Parse("t", []byte(c.template), c.options)
			if err != nil {
				t.Fatal(err)
			}
			got, err := template.Render(context.Background(), &starlark.Thread{}, variables())
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

var wrongCases = []struct{ template, class, want string }{
	{"a\n{{ nobody }}", UndefinedError, "t:2: 'nobody' is undefined, in: {{ nobody }}"},
	{"{{ dict.zz }}", UndefinedError, "t:1: 'dict object' has no attribute 'zz'"},
	{"{{ nobody.x }}", UndefinedError, "'nobody' is undefined"},
	{"{{ none.x }}", UndefinedError, "'None' has no attribute 'x'"},
	{"{{ list[9] }}", UndefinedError, "'list object' has no element 9"},
	{"{{ nobody == 1 }}", UndefinedError, "'nobody' is undefined"},
	{"{% if nobody %}{% endif %}", UndefinedError, "'nobody' is undefined"},
	{"{{ nobody is iterable }}", UndefinedError, "'nobody' is undefined"},
	{"{% for x in nobody %}{% endfor %}", UndefinedError, "'nobody' is undefined"},
	{"{{ nobody|upper }}", UndefinedError, "'nobody' is undefined"},
	{"{{ [1]|join(nobody) }}", UndefinedError, "'nobody' is undefined"},
	{"{{ name.strip(nobody) }}", UndefinedError, "'nobody' is undefined"},
	{"{% macro m() %}\n{{ nobody }}{% endmacro %}\n{{ m() }}", UndefinedError, "t:2: 'nobody' is undefined"},
	{"x\n{% include 'undefined.j2' %}", UndefinedError, "undefined.j2:2: 'nobody' is undefined, in: two {{ nobody }}"},
	{"{% include 'broken.j2' %}", SyntaxError, "broken.j2:2: "},
	{"{% include 'nobody.j2' %}", NotFound, `t:1: there is no template "nobody.j2"`},
	{"{% include '../etc/passwd' %}", NotFound, "there is no template"},
	{"{% include 'self.j2' %}", "RecursionError", "nested more than"},
	{"{% extends 'required.j2' %}", RuntimeError, "the block 'must' is required"},
	{"{% from 'sub/lib.j2' import gone %}{{ gone }}", UndefinedError, "does not export the name 'gone'"},
	{"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "RecursionError", "nested more than"},
	{"{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}", "TypeError", "takes not more than 1 argument"},
	{"{% macro f(a) %}{% endmacro %}{{ f(b=2) }}", "TypeError", "takes no keyword argument 'b'"},
	{"{{ 1 + 'a' }}", "TypeError", "t:1: TypeError: unsupported operand"},
	{"{{ 1 / 0 }}", "ZeroDivisionError", "division by zero"},
	{"{{ 1() }}", "TypeError", "'int' object is not callable"},
	{"{{ 'a' * 10 ** 10 }}", "MemoryError", "16 MiB"},
	{"{% for i in range(10 ** 9) %}{% endfor %}", "MemoryError", "items at most"},
	{"{% for i in range(5000) %}{% for j in range(5000) %}xxxxxxxxxx{% endfor %}{% endfor %}", "MemoryError", "16 MiB"},
	{"{% set x.y = 1 %}", RuntimeError, "non-namespace"},
	{"{% set a, b = 1, 2, 3 %}", "ValueError", "too many values"},
	{"{{ lipsum() }}", RuntimeError, "not supported"},
	{"{% if yes %}{{ 1|unknown_filter }}{% endif %}", AssertionError, "no filter called 'unknown_filter'"},
	{"{{ 1|uper }}", AssertionError, "did you mean 'upper'?"},
	{"{{ 1 is ood }}", AssertionError, "did you mean 'odd'?"},
	{"{% forr x in y %}", SyntaxError, "t:1: unknown tag 'forr'"},
	{"\n{% if 1 %}\nx", SyntaxError, "the tag if has no end: elif or else or endif is missing"},
	{"{% for x in list %}{% endif %}", SyntaxError, "unexpected tag endif: the innermost tag that is open is for"},
	{"{% endif %}", SyntaxError, "ends nothing"},
	{"{{ name", SyntaxError, "}} is missing"},
	{"{{ (1 }}", SyntaxError, "t:1: "},
	{"{{ 'abc }}", SyntaxError, "the string has no end"},
	{"{# abc", SyntaxError, "the comment has no end"},
	{"{% raw %}abc", SyntaxError, "no endraw"},
	{"{{ }}", SyntaxError, "expected an expression"},
	{"{{ 012 }}", SyntaxError, "begin with 0"},
	{"{{ a b }}", SyntaxError, "expected the end of the expression, not 'b'"},
	{"{{ a ! b }}", SyntaxError, "unexpected character '!'"},
	{"{% do x %}", SyntaxError, "extension do"},
	{"{% for x in list %}{% continue %}{% endfor %}", SyntaxError, "loopcontrols"},
	{"{% autoescape true %}{% endautoescape %}", SyntaxError, "not supported"},
	{"{% block a %}{% endblock %}{% block a %}{% endblock %}", SyntaxError, "defined twice"},
	{"{% set true = 1 %}", SyntaxError, "cannot assign to 'true'"},
	{"{% macro m(a=1, b) %}{% endmacro %}", SyntaxError, "without a default"},
	{"{{ " + strings.Repeat("(", 500) + strings.Repeat(")", 500) + " }}", SyntaxError, "nested more than"},
	{strings.Repeat("{% if 1 %}", 500), SyntaxError, "nested more than"},
	{"a\x00b", SyntaxError, "zero byte"},
	{"a\xffb", SyntaxError, "UTF-8"},
}

func TestWrong(t *testing.T) {
	cache := &Cache{Files: files}
	for _, c := range wrongCases {
		t.Run(c.template, func(t *testing.T) {
			var text string
			template, err := cache.Parse("t", []byte(c.template), Options{})
			if err == nil {
				text, err = template.Render(context.Background(), &starlark.Thread{}, variables())
			}
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("got %q, %v", text, err)
			}
			if e.Class != c.class || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got  %s: %v\nwant %s: %s", e.Class, err, c.class, c.want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	o, err := Options{KeepTrailingNewline: true}.WithArguments(map[string]any{
		"trim_blocks": true, "lstrip_blocks": true, "keep_trailing_newline": false, "block_start_string": "<%", "autoescape": false,
	})
	want := Options{TrimBlocks: true, LstripBlocks: true, BlockStart: "<%"}
	if err != nil || o != want {
		t.Errorf("got %+v, %v", o, err)
	}
	for name, value := range map[string]any{
		"autoescape": true, "trim_blocks": "yes", "extensions": []any{"jinja2.ext.do"}, "trim_block": true,
		"line_statement_prefix": "#", "newline_sequence": "x", "variable_start_string": "{%",
	} {
		if _, err := (Options{}).WithArguments(map[string]any{name: value}); err == nil {
			t.Errorf("%s=%v was taken", name, value)
		}
	}
}

// TestThreads renders templates of one cache on many goroutines at once.
func TestThreads(t *testing.T) {
	cache := &Cache{Files: files}
	source := []byte("{% extends 'base.j2' %}{% from 'sub/lib.j2' import wrap %}{% set title = me %}{% block body %}{{ wrap(me) }}{% endblock %}")
	var group sync.WaitGroup
	for i := range 170 {
		group.Go(func() {
			template, err := cache.Parse("t", source, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			want := fmt.Sprintf("[base head|*h%d*]h%d", i, i)
			got, err := template.Render(context.Background(), &starlark.Thread{}, starlark.StringDict{"me": str(fmt.Sprintf("h%d", i))})
			if got != want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		})
	}
	group.Wait()
	if len(cache.parsed) != 3 {
		t.Errorf("the cache holds %d templates", len(cache.parsed))
	}
}

// TestStopped ends a template that runs for long.
func TestStopped(t *testing.T) {
	template, err := Parse("t", []byte("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	cancel(why)
	if _, err := template.Render(ctx, &starlark.Thread{}, nil); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
}

// TestExceptions lets the errors of what a template calls through.
func TestExceptions(t *testing.T) {
	why := errors.New("the host is gone")
	f := starlark.NewBuiltin("f", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		return nil, why
	})
	vars := starlark.StringDict{"f": f, "fail": starlark.NewBuiltin("fail", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		return nil, builtin.Raise(builtin.ValueError, "no")
	})}
	if _, err := render(&Cache{}, "{% macro m() %}{{ f() }}{% endmacro %}{{ m() }}", vars); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
	_, err := render(&Cache{}, "\n{{ fail() }}", vars)
	if err == nil || err.Error() != "t:2: ValueError: no, in: {{ fail() }}" {
		t.Errorf("got %v", err)
	}
}

func BenchmarkParse(b *testing.B) {
	source := []byte(long())
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if _, err := Parse("t", source, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	template, err := Parse("t", []byte(long()), Options{})
	if err != nil {
		b.Fatal(err)
	}
	vars := variables()
	for b.Loop() {
		if _, err := template.Render(context.Background(), &starlark.Thread{}, vars); err != nil {
			b.Fatal(err)
		}
	}
}

// long is a template of 200 lines.
func long() string {
	const part = `# {{ name }} and its sites
{% for site in sites if site.port == 80 %}
server {
    listen {{ site.port }};
    server_name {{ site.host|lower }} {{ site.tags|join(' ') }};
    {% if site.tags is defined and site.tags %}
    root /srv/{{ name }}/{{ loop.index }};
    {% endif %}
}
{% endfor %}
`
	return strings.Repeat(part, 20)
}
