package op

import (
	"errors"
	"fmt"
	"io"
)

// A Template is a text to be filled in, in the language of Jinja.
type Template struct {
	// Name is what errors call it: the path of its file.
	Name   string
	Source []byte
	// Data are its variables: plain values, as package argument has them, or
	// those of a deploy.
	Data map[string]any
	// Options are keyword arguments of Jinja's Environment, such as trim_blocks.
	Options map[string]any
}

// A Renderer returns the text that a template makes. Package op knows none: a
// deploy renders in its own session, the engine gives one to plans.
type Renderer func(Template) (string, error)

// Templated is an operation that writes what a template makes. A deploy file
// renders it when it is called, with the host and the inventory as variables, so
// that templates can ask for facts; then its plan needs no [Renderer].
type Templated interface {
	Operation
	// Template reads the template.
	Template(Files) (Template, error)
	// Rendered returns the operation with the text that was made.
	Rendered(text string) Operation
}

// maxTemplate is the size, in bytes, of the largest template.
const maxTemplate = 16 << 20

// ReadTemplate returns a template of content, with variables and options.
func ReadTemplate(files Files, src Content, data, options map[string]any) (t Template, err error) {
	if src.IsZero() {
		return Template{}, ValueErrorf("there is no template: src is empty")
	}
	r, err := src.Open(files)
	if err != nil {
		return Template{}, fmt.Errorf("the template: %w", err)
	}
	source, err := io.ReadAll(io.LimitReader(r, maxTemplate+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return Template{}, fmt.Errorf("the template %s: %w", src, err)
	}
	if len(source) > maxTemplate {
		return Template{}, ValueErrorf("the template %s is larger than %d MiB", src, maxTemplate>>20)
	}
	return Template{Name: src.String(), Source: source, Data: data, Options: options}, nil
}

// RenderTemplate returns the text of an operation's template, for plans that
// nobody has rendered.
func (h *Host) RenderTemplate(o Templated) (string, error) {
	t, err := o.Template(h.Local)
	if err != nil {
		return "", err
	}
	if h.Render == nil {
		return "", ValueErrorf("the template %s cannot be rendered: give the run a renderer, such as deploy.Render", t.Name)
	}
	text, err := h.Render(t)
	if err != nil {
		return "", Errorf("error in template %s", err)
	}
	return text, nil
}
