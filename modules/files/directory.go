package files

import (
	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Directory keeps a folder, or sees to it that there is none.
type Directory struct {
	// Path is the folder. Where it is missing it is made, with those above it.
	Path string `arg:"path,required"`
	// Absent removes the folder with all that is in it.
	Absent bool `arg:"!present"`
	// User is to own the folder, by name; empty leaves the owner alone.
	User string
	// Group is to own the folder, by name; empty leaves the group alone.
	Group string
	// Mode is written as for chmod: 644, "0644" or "u+x,go-w". Empty leaves it
	// as it is.
	Mode Mode
	// Recursive gives all that is in the folder the mode and owner too, when
	// those of the folder itself change.
	Recursive bool
	// Force moves aside what stands at the path and is no folder: to a name
	// that ends in the time. Without it, that is an error.
	Force bool
	// NoForceBackup removes what is in the way instead of moving it.
	NoForceBackup bool `arg:"!force_backup"`
	// ForceBackupDir is the folder to which it is moved; empty is the one that
	// it is in.
	ForceBackupDir string `arg:"force_backup_dir"`
	// NoCheckOwnerMode leaves owner and mode of a folder that is there alone.
	NoCheckOwnerMode bool `arg:"_no_check_owner_mode"`
	// NoFailOnLink takes a link for a folder.
	NoFailOnLink bool `arg:"_no_fail_on_link"`
}

// Plan implements op.Operation.
func (d Directory) Plan(h *op.Host) (op.Plan, error) {
	var p op.Plan
	if err := needMode(d.Mode); err != nil {
		return p, err
	}
	info, err := fact.Get(h, DirectoryFact{Path: d.Path})
	if err != nil {
		return p, err
	}
	if info.Other {
		if d.NoFailOnLink {
			link, err := fact.Get(h, LinkFact{Path: d.Path})
			if err != nil {
				return p, err
			}
			if link.Exists {
				return op.Nothing("directory %s is there, as a link", d.Path), nil
			}
		}
		move, err := aside{d.Force, d.NoForceBackup, d.ForceBackupDir}.plan(h, d.Path, "directory")
		if err != nil {
			return p, err
		}
		p.Run(move)
	}
	switch {
	case d.Absent && info.Exists:
		p.Run(command(shell.Raw("rm -rf"), word(d.Path)))
	case d.Absent:
		if len(p.Commands) == 0 {
			return op.Nothing("there is no directory %s", d.Path), nil
		}
	case !info.Exists:
		p.Run(command(shell.Raw("mkdir -p"), word(d.Path)))
		d.attributes(&p, d.Mode != "", d.User != "" || d.Group != "")
	default:
		if !d.NoCheckOwnerMode {
			d.attributes(&p, d.Mode != "" && !d.Mode.met(info, true), !owned(info, d.User, d.Group))
		}
		if len(p.Commands) == 0 {
			return op.Nothing("directory %s is there", d.Path), nil
		}
	}
	return p, nil
}

func (d Directory) attributes(p *op.Plan, mode, owner bool) {
	var options []string
	if d.Recursive {
		options = []string{"-R"}
	}
	if mode {
		p.Run(chmod(d.Path, d.Mode, options...))
	}
	if owner {
		p.Run(chown(d.Path, d.User, d.Group, options...))
	}
}

// needMode refuses the mode that only Put understands.
func needMode(m Mode) error {
	if m == LocalMode {
		return op.TypeErrorf("mode=True is for files.put; write a mode such as 644")
	}
	return nil
}
