package server

import (
	"cygnet/op"
	"cygnet/shell"
)

// Shell runs commands. It always does: nothing tells whether their work is done.
type Shell struct {
	// Commands are pieces of shell, run one after another.
	Commands []string `arg:",required"`
}

// Plan implements op.Operation.
func (s Shell) Plan(*op.Host) (op.Plan, error) {
	if len(s.Commands) == 0 {
		return op.Nothing("there are no commands"), nil
	}
	var p op.Plan
	for _, command := range s.Commands {
		p.Run(shell.Raw(command))
	}
	return p, nil
}

// Script uploads a script and runs it. It always does: nothing tells whether its
// work is done.
type Script struct {
	// Src is the script: the path of a file, or a file-like object with the
	// content. Its first line says what runs it.
	Src op.Content `arg:",required"`
	// Args are handed to the script, each as it stands.
	Args []string
}

// scriptMode is that of a script while it is uploaded: nobody but its owner may
// read what may have secrets in it.
const scriptMode = 0o700

// Plan implements op.Operation.
func (s Script) Plan(h *op.Host) (op.Plan, error) {
	src := s.Src
	if name, ok := s.Src.Path(); ok {
		src = op.File(h.Local.Resolve(name))
		if info, err := h.Local.Stat(name); err != nil {
			return op.Plan{}, op.Errorf("no script to run: %v", err)
		} else if info.IsDir() {
			return op.Plan{}, op.Errorf("no script to run: %s is a folder", name)
		}
	}
	return runScript(h, src, s.Src.String(), s.Args), nil
}

// runScript plans to upload a script and to run it. seed tells it from others.
func runScript(h *op.Host, src op.Content, seed string, args []string) op.Plan {
	path := h.TempFile("script " + seed)
	var p op.Plan
	p.Commands = append(p.Commands, op.Upload{From: src, To: path, Mode: scriptMode})
	p.Run(shell.Words("chmod", "+x", path))
	p.Run(shell.Words(append([]string{path}, args...)...))
	return p
}
