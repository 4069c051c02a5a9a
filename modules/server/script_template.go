package server

import "cygnet/op"

// ScriptTemplate uploads a script that a Jinja template makes and runs it. It
// always does: nothing tells whether its work is done. The template sees the
// keyword arguments that are none of the operation's, and in deploy files host
// and inventory; what is undefined in it is an error.
type ScriptTemplate struct {
	// Src is the template: the path of a file, or content from memory. The first
	// line that it makes says what runs the script.
	Src op.Content `arg:",required"`
	// Args are handed to the script, each as it stands.
	Args []string
	// Data are the variables of the template, by their names.
	Data map[string]any `arg:"**"`

	text *string // as a deploy has rendered it
}

var _ op.Templated = ScriptTemplate{}

// Template implements op.Templated.
func (s ScriptTemplate) Template(files op.Files) (op.Template, error) {
	return op.ReadTemplate(files, s.Src, s.Data, nil)
}

// Rendered implements op.Templated.
func (s ScriptTemplate) Rendered(text string) op.Operation {
	s.text, s.Data = &text, nil
	return s
}

// Plan implements op.Operation.
func (s ScriptTemplate) Plan(h *op.Host) (op.Plan, error) {
	text := s.text
	if text == nil {
		made, err := h.RenderTemplate(s)
		if err != nil {
			return op.Plan{}, err
		}
		text = &made
	}
	return runScript(h, op.Bytes([]byte(*text)), "template "+*text, s.Args), nil
}
