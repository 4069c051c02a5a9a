package deploy

import (
	"strings"
	"testing"

	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/modules"
	"cygnet/modules/files"
	"cygnet/modules/server"
	"cygnet/op"
)

// noFacts is a host of which nothing is there.
type noFacts struct{}

func (noFacts) Fact(r fact.Request) (any, error) {
	if strings.Contains(r.Key, "Sha1File") {
		return "", nil
	}
	return nil, nil
}
func (noFacts) Want(...fact.Request) {}

// uploads returns what the plans of the calls upload.
func uploads(t *testing.T, calls []op.Call, host *op.Host) []string {
	t.Helper()
	var texts []string
	for _, c := range calls {
		plan, err := c.Operation.Plan(host)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range plan.Commands {
			if upload, ok := command.(op.Upload); ok {
				data, _ := upload.From.Data()
				texts = append(texts, upload.To+": "+string(data))
			}
		}
	}
	return texts
}

func runTemplates(t *testing.T, sources map[string]string, rec *recorder) error {
	t.Helper()
	write(t, sources)
	program, err := Load("deploy.py", Options{Registry: modules.All()})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, fleet.Data{"port": int64(80), "sites": []any{"a", "b"}})
	return program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec})
}

func TestTemplates(t *testing.T) {
	rec := &recorder{facts: map[string]any{"LinuxName": "Debian"}}
	err := runTemplates(t, map[string]string{
		"deploy.py": `
from io import StringIO
from pyinfra import host
from pyinfra.facts.server import LinuxName
from pyinfra.operations import files, server

def double(x):
    return x * 2

files.template(src="templates/a.j2", dest="/etc/a", mode="644", words=["x", "y"], double=double, fact=LinuxName)
files.template(StringIO("{% if true %}\n<{{ n }}>\n{% endif %}\n"), "/etc/b", n=7, jinja_env_kwargs={"trim_blocks": True})
server.script_template(src=StringIO("#!/bin/sh\necho {{ host.name }}\n"), args=["1"])
`,
		"templates/a.j2": "{{ host.name }} {{ host.data.port }} {{ host.data.nothing|default('-') }} {{ host.get_fact(fact) }}\n" +
			"{% include 'templates/part.j2' %}{{ double(2) }} {{ inventory.get_group('web')|map(attribute='name')|join(',') }}\n",
		"templates/part.j2": "{% for w in words %}{{ loop.index }}={{ w }};{% endfor %}",
	}, rec)
	if err != nil {
		t.Fatal(err)
	}
	got := uploads(t, rec.calls, &op.Host{Source: noFacts{}, TempFile: func(string) string { return "/tmp/script" }})
	want := []string{
		"/etc/a: web1 80 - Debian\n1=x;2=y;4 web1,web2\n",
		"/etc/b: <7>\n",
		"/tmp/script: #!/bin/sh\necho web1\n",
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if detail := rec.calls[0].Detail; !strings.Contains(detail, "words=['x', 'y']") {
		t.Errorf("detail %q", detail)
	}
	if rec.calls[0].Operation.(files.Template).Data != nil {
		t.Error("values of the deploy are left in the operation")
	}
}

func TestTemplateErrors(t *testing.T) {
	for name, c := range map[string]struct{ call, want string }{
		"undefined": {`files.template("t.j2", "/a")`, "deploy.py:3:15: OperationError: error in template t.j2:2: 'nobody' is undefined, in: {{ nobody }}"},
		"syntax":    {`files.template(StringIO("{% fi %}"), "/a")`, "OperationError: error in template content from memory:1: unknown tag 'fi', in: {% fi %}"},
		"missing":   {`files.template("none.j2", "/a")`, "OperationError: the template: open none.j2: no such file"},
		"options":   {`files.template("t.j2", "/a", jinja_env_kwargs={"trim_block": True})`, `did you mean "trim_blocks"?`},
		"raises":    {`files.template(StringIO("{{ f(1) }}"), "/a", f=lambda x: x / 0)`, "ZeroDivisionError"},
		"endless":   {`files.template(StringIO("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"), "/a")`, "nested more than"},
	} {
		t.Run(name, func(t *testing.T) {
			err := runTemplates(t, map[string]string{
				"deploy.py": "from io import StringIO\nfrom pyinfra.operations import files\n" + c.call + "\n",
				"t.j2":      "x\n{{ nobody }}\n",
			}, &recorder{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestRenderForGo plans operations of a Go program, whose templates the plan
// itself renders.
func TestRenderForGo(t *testing.T) {
	write(t, map[string]string{"a.j2": "{% include 'b.j2' %}", "b.j2": "{{ words|join(' ') }} {{ n + 1 }}\n"})
	host := &op.Host{
		Source: noFacts{}, Local: op.LocalFiles{}, Render: Render, TempFile: func(string) string { return "/tmp/script" },
	}
	data := map[string]any{"words": []any{"a", "b"}, "n": 1}
	got := uploads(t, []op.Call{
		{Operation: files.Template{Src: op.File("a.j2"), Dest: "/a", Data: data}},
		{Operation: server.ScriptTemplate{Src: op.Bytes([]byte("{{ n }}")), Data: data}},
	}, host)
	if strings.Join(got, "|") != "/a: a b 2\n|/tmp/script: 1" {
		t.Errorf("got %q", got)
	}
	change, err := files.Template{Src: op.File("a.j2"), Dest: "/a", Data: data}.Diff(host)
	if err != nil || change.New != "a b 2\n" {
		t.Errorf("diff %+v, %v", change, err)
	}
	host.Render = nil
	if _, err := (files.Template{Src: op.File("a.j2"), Dest: "/a"}).Plan(host); err == nil || !strings.Contains(err.Error(), "deploy.Render") {
		t.Errorf("got %v", err)
	}
}
