package files

import (
	"path"
	"regexp"
	"strings"

	"cygnet/fact"
	"cygnet/modules/facts/server"
	"cygnet/op"
	"cygnet/shell"
)

// Link keeps a link, or sees to it that there is none.
type Link struct {
	// Path is where the link is.
	Path string `arg:"path,required"`
	// Target is what the link leads to. That of a symbolic link is written
	// into the link as it is, and need not be there. A link that leads to the
	// same path, relative instead of absolute or the other way, is left alone.
	Target string
	Absent bool `arg:"!present"`
	// User is to own the link itself, by name; empty leaves the owner alone.
	User string
	// Group is to own the link itself, by name; empty leaves the group alone.
	Group string
	// Hard makes a second name of the target instead of a symbolic link.
	Hard bool `arg:"!symbolic"`
	// NoCreateRemoteDir does not make the folder that the link is in.
	NoCreateRemoteDir bool `arg:"!create_remote_dir"`
	// Force, NoForceBackup and ForceBackupDir are those of [Directory].
	Force          bool
	NoForceBackup  bool `arg:"!force_backup"`
	ForceBackupDir string
}

// Plan implements op.Operation.
func (l Link) Plan(h *op.Host) (op.Plan, error) {
	var p op.Plan
	if !l.Absent && l.Target == "" {
		return p, op.Errorf("a link needs a target")
	}
	target, err := l.target(h)
	if err != nil {
		return p, err
	}
	l.Target = target
	if dir := parent(l.Path); dir != "" && !l.Absent && !l.NoCreateRemoteDir {
		fact.Want(h, fact.Ask(LinkFact{Path: l.Path}), fact.Ask(DirectoryFact{Path: dir}))
	}
	info, err := fact.Get(h, LinkFact{Path: l.Path})
	if err != nil {
		return p, err
	}
	if info.Other {
		if l.Hard {
			same, err := fact.Get(h, sameFile{Path: l.Path, Target: l.Target})
			if err != nil {
				return p, err
			}
			if same {
				return l.hardLinked()
			}
		}
		move, err := aside{l.Force, l.NoForceBackup, l.ForceBackupDir}.plan(h, l.Path, "link")
		if err != nil {
			return p, err
		}
		p.Run(move)
	}
	switch {
	case l.Absent && info.Exists:
		p.Run(command(shell.Raw("rm -f"), word(l.Path)))
	case l.Absent:
		if len(p.Commands) == 0 {
			return op.Nothing("there is no link %s", l.Path), nil
		}
	case !info.Exists:
		if !l.NoCreateRemoteDir {
			dir, err := createParent(h, l.Path, l.User, l.Group)
			if err != nil {
				return op.Plan{}, err
			}
			p.Commands = append(p.Commands, dir...)
		}
		l.create(&p)
	case l.Hard || !l.leadsTo(info.Target):
		p.Run(command(shell.Raw("rm -f"), word(l.Path)))
		l.create(&p)
	case !owned(info, l.User, l.Group):
		p.Run(chown(l.Path, l.User, l.Group, "-h"))
	default:
		return op.Nothing("link %s leads to %s", l.Path, l.Target), nil
	}
	return p, nil
}

func (l Link) create(p *op.Plan) {
	ln, target := shell.Raw("ln -s"), shell.Word(l.Target)
	if strings.HasPrefix(l.Target, "-") {
		ln = shell.Raw("ln -s --")
	}
	if l.Hard {
		ln, target = shell.Raw("ln"), word(l.Target)
	}
	p.Run(command(ln, target, word(l.Path)))
	if l.User != "" || l.Group != "" {
		p.Run(chown(l.Path, l.User, l.Group, "-h"))
	}
}

// leadsTo reports whether a link with the text target leads where it is wanted
// to. The same place may be written in two ways, if it is known where the link is.
func (l Link) leadsTo(target string) bool {
	if target == l.Target {
		return true
	}
	dir := path.Dir(l.Path)
	return path.IsAbs(dir) && absolute(dir, target) == absolute(dir, l.Target)
}

// home matches a user's home at the start of a path.
var home = regexp.MustCompile(`^~([A-Za-z0-9_.-]*)(/|$)`)

// target returns what a link is to lead to. Nothing reads ~ in a link, so that
// it is replaced by the folder that it stands for.
func (l Link) target(h *op.Host) (string, error) {
	m := home.FindStringSubmatch(l.Target)
	if m == nil || l.Hard || l.Absent {
		return l.Target, nil
	}
	dir, err := fact.Get(h, server.Home{User: m[1]})
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(dir, "/") {
		return "", op.Errorf("the host has no user %q, whose home the target of link %s is in", m[1], l.Path)
	}
	return dir + strings.TrimPrefix(l.Target, "~"+m[1]), nil
}

// hardLinked is the plan for a path that is a name of the target already: a file
// like any other.
func (l Link) hardLinked() (op.Plan, error) {
	if !l.Absent {
		return op.Nothing("%s is a name of %s", l.Path, l.Target), nil
	}
	var p op.Plan
	p.Run(command(shell.Raw("rm -f"), word(l.Path)))
	return p, nil
}

// sameFile asks whether two paths are names of one file.
type sameFile struct{ Path, Target string }

// Command implements fact.Fact.
func (s sameFile) Command() shell.Text {
	return command(shell.Raw("test"), word(s.Path), shell.Raw("-ef"), word(s.Target), shell.Raw("&& echo same || true"))
}

// Parse implements fact.Fact.
func (sameFile) Parse(lines []string) (bool, error) {
	return len(lines) == 1 && lines[0] == "same", nil
}
