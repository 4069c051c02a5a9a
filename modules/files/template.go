package files

import "cygnet/op"

// Template writes what a Jinja template makes into a file of the host. The
// template sees the keyword arguments that are none of the operation's, and in
// deploy files host and inventory; what is undefined in it is an error. Templates
// that it includes are found below the folder in which the program was started.
type Template struct {
	// Src is the template: the path of a file, or content from memory.
	Src op.Content `arg:"src,required"`
	// Dest is the file to write.
	Dest string `arg:"dest,required"`
	// User is to own the file, by name; empty leaves the owner alone.
	User string
	// Group is to own the file, by name; empty leaves the group alone.
	Group string
	// Mode is written as for chmod: 644, "0644" or "u+x,go-w". [LocalMode], in
	// deploy files true, is that of the template's file. Empty leaves the mode
	// of a file that is there; a new one gets the host's usual one.
	Mode Mode
	// NoCreateRemoteDir does not make the folder that the file is in.
	NoCreateRemoteDir bool `arg:"!create_remote_dir"`
	// JinjaEnvKwargs are keyword arguments of Jinja's Environment, such as
	// trim_blocks and lstrip_blocks.
	JinjaEnvKwargs map[string]any
	// Data are the variables of the template, by their names.
	Data map[string]any `arg:"**"`

	text *string // as a deploy has rendered it
}

var (
	_ op.Templated = Template{}
	_ op.Differ    = Template{}
)

// Template implements op.Templated.
func (t Template) Template(files op.Files) (op.Template, error) {
	return op.ReadTemplate(files, t.Src, t.Data, t.JinjaEnvKwargs)
}

// Rendered implements op.Templated.
func (t Template) Rendered(text string) op.Operation {
	t.text, t.Data = &text, nil
	return t
}

// put returns the operation that writes the text.
func (t Template) put(h *op.Host) (Put, error) {
	text := t.text
	if text == nil {
		made, err := h.RenderTemplate(t)
		if err != nil {
			return Put{}, err
		}
		text = &made
	}
	mode := t.Mode
	if mode == LocalMode {
		src, err := Put{Src: t.Src, Dest: t.Dest}.source(h)
		if err != nil {
			return Put{}, err
		}
		if mode, err = (Put{Dest: t.Dest, Mode: mode}).mode(src); err != nil {
			return Put{}, err
		}
	}
	return Put{
		Src: op.Bytes([]byte(*text)), Dest: t.Dest, User: t.User, Group: t.Group, Mode: mode,
		NoCreateRemoteDir: t.NoCreateRemoteDir,
	}, nil
}

// Plan implements op.Operation.
func (t Template) Plan(h *op.Host) (op.Plan, error) {
	put, err := t.put(h)
	if err != nil {
		return op.Plan{}, err
	}
	return put.Plan(h)
}

// Diff implements op.Differ.
func (t Template) Diff(h *op.Host) (op.Change, error) {
	put, err := t.put(h)
	if err != nil {
		return op.Change{}, err
	}
	return put.Diff(h)
}
