package files

import (
	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// File keeps a file, whatever is in it, or sees to it that there is none.
type File struct {
	// Path is the file. Where it is missing it is made, with nothing in it.
	Path   string `arg:"path,required"`
	Absent bool   `arg:"!present"`
	// User is to own the file, by name; empty leaves the owner alone.
	User string
	// Group is to own the file, by name; empty leaves the group alone.
	Group string
	// Mode is written as for chmod: 644, "0644" or "u+x,go-w". Empty leaves it
	// as it is.
	Mode Mode
	// Touch sets the file's times to the present, every time.
	Touch bool
	// NoCreateRemoteDir does not make the folder that the file is in.
	NoCreateRemoteDir bool `arg:"!create_remote_dir"`
	// Force, NoForceBackup and ForceBackupDir are those of [Directory].
	Force          bool
	NoForceBackup  bool `arg:"!force_backup"`
	ForceBackupDir string
}

// Plan implements op.Operation.
func (f File) Plan(h *op.Host) (op.Plan, error) {
	var p op.Plan
	if err := needMode(f.Mode); err != nil {
		return p, err
	}
	if dir := parent(f.Path); dir != "" && !f.Absent && !f.NoCreateRemoteDir {
		fact.Want(h, fact.Ask(FileFact{Path: f.Path}), fact.Ask(DirectoryFact{Path: dir}))
	}
	info, err := fact.Get(h, FileFact{Path: f.Path})
	if err != nil {
		return p, err
	}
	if info.Other {
		move, err := aside{f.Force, f.NoForceBackup, f.ForceBackupDir}.plan(h, f.Path, "file")
		if err != nil {
			return p, err
		}
		p.Run(move)
	}
	switch {
	case f.Absent && info.Exists:
		p.Run(command(shell.Raw("rm -f"), word(f.Path)))
	case f.Absent:
		if len(p.Commands) == 0 {
			return op.Nothing("there is no file %s", f.Path), nil
		}
	case !info.Exists:
		return f.create(h, p)
	default:
		f.correct(&p, info)
	}
	return p, nil
}

func (f File) create(h *op.Host, p op.Plan) (op.Plan, error) {
	if !f.NoCreateRemoteDir {
		dir, err := createParent(h, f.Path, f.User, f.Group)
		if err != nil {
			return op.Plan{}, err
		}
		p.Commands = append(p.Commands, dir...)
	}
	p.Run(command(shell.Raw("touch"), word(f.Path)))
	if f.Mode != "" {
		p.Run(chmod(f.Path, f.Mode))
	}
	if f.User != "" || f.Group != "" {
		p.Run(chown(f.Path, f.User, f.Group))
	}
	return p, nil
}

func (f File) correct(p *op.Plan, info Info) {
	if f.Touch {
		p.Run(command(shell.Raw("touch"), word(f.Path)))
	}
	if f.Mode != "" && !f.Mode.met(info, false) {
		p.Run(chmod(f.Path, f.Mode))
	}
	if !owned(info, f.User, f.Group) {
		p.Run(chown(f.Path, f.User, f.Group))
	}
	if len(p.Commands) == 0 {
		*p = op.Nothing("file %s is there", f.Path)
	}
}
