package files

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Put writes a file of the controller, or content from memory, into a file of
// the host.
type Put struct {
	// Src is what to write: the path of a file, or a file-like object with the
	// content. A relative path starts in the working folder.
	Src op.Content `arg:"src,required"`
	// Dest is a file. If it is a folder of the host, or ends with a slash, the
	// file in it gets the name of the controller's.
	Dest string `arg:"dest,required"`
	// User is to own the file, by name; empty leaves the owner alone.
	User string
	// Group is to own the file, by name; empty leaves the group alone.
	Group string
	// Mode is written as for chmod: 644, "0644" or "u+x,go-w". [LocalMode], in
	// deploy files true, is that of the controller's file. Empty leaves the mode
	// of a file that is there; a new one gets the host's usual one.
	Mode Mode
	// NoAddDeployDir takes a relative path from the folder in which the program
	// was started, also if a Go program gave the run another. The command line
	// has no other.
	NoAddDeployDir bool `arg:"!add_deploy_dir"`
	// NoCreateRemoteDir does not make the folder that the file is in.
	NoCreateRemoteDir bool `arg:"!create_remote_dir"`
	// Force writes the file even if it is the same.
	Force bool
	// AssumeExists plans to write a file that the controller does not have
	// yet, because the deploy makes it before this operation's turn.
	AssumeExists bool
	// Atime is when the file was last read: a datetime, its ISO form, seconds
	// since 1970, or [LocalTime], in deploy files true, for that of the
	// controller's file. A time without a zone is one of the host's. The zero
	// value leaves it alone.
	Atime Time
	// Mtime is when the file was last changed, written in the same ways.
	Mtime Time
}

var (
	_ op.Operation = Put{}
	_ op.Differ    = Put{}
)

// a source is what Put writes, as far as the controller has it.
type source struct {
	content op.Content
	name    string      // for a destination that is a folder; empty in memory
	info    fs.FileInfo // nil in memory, and for a file that is not there yet
	size    int64       // -1 for a file that is not there yet
}

func (p Put) source(h *op.Host) (source, error) {
	if data, ok := p.Src.Data(); ok {
		return source{content: p.Src, size: int64(len(data))}, nil
	}
	name, ok := p.Src.Path()
	if !ok {
		return source{}, op.ValueErrorf("there is nothing to put into %s: src is empty", p.Dest)
	}
	if p.NoAddDeployDir {
		abs, err := filepath.Abs(name)
		if err != nil {
			return source{}, fmt.Errorf("the file to put: %w", err)
		}
		name = abs
	}
	s := source{content: op.File(h.Local.Resolve(name)), name: path.Base(filepath.ToSlash(name))}
	info, err := h.Local.Stat(name)
	switch {
	case err != nil && p.AssumeExists:
		s.size = -1
		return s, nil
	case err != nil:
		return source{}, fmt.Errorf("the file to put: %w", err)
	case info.IsDir():
		return source{}, op.ValueErrorf("%s is a folder; files.put puts single files", s.content)
	}
	s.info, s.size = info, info.Size()
	return s, nil
}

// Plan implements op.Operation.
func (p Put) Plan(h *op.Host) (op.Plan, error) {
	src, err := p.source(h)
	if err != nil {
		return op.Plan{}, err
	}
	if p.Mode, err = p.mode(src); err != nil {
		return op.Plan{}, err
	}
	dest, info, err := p.target(h, src)
	if err != nil {
		return op.Plan{}, err
	}
	same := false
	if (info.Exists || info.Other) && !p.Force {
		if same, err = equal(h, src, dest, info); err != nil {
			return op.Plan{}, err
		}
	}
	if !same {
		return p.write(h, src, dest)
	}
	return p.correct(h, src, dest, info)
}

// mode returns the mode in digits where it is that of the controller's file.
func (p Put) mode(src source) (Mode, error) {
	if p.Mode != LocalMode {
		return p.Mode, nil
	}
	if src.info == nil {
		return "", op.ValueErrorf("%s has no mode of its own to give to %s; write one such as 644", src.content, p.Dest)
	}
	bits := uint32(src.info.Mode().Perm())
	for flag, bit := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if src.info.Mode()&flag != 0 {
			bits |= bit
		}
	}
	return Mode(fmt.Sprintf("%o", bits)), nil
}

// target returns the path to write, and what is there.
func (p Put) target(h *op.Host, src source) (string, Info, error) {
	dest := p.Dest
	if strings.HasSuffix(dest, "/") {
		if src.name == "" {
			return "", Info{}, op.ValueErrorf("%s is a folder; give the name of the file in it", dest)
		}
		dest += src.name
	}
	info, err := p.look(h, dest)
	if err != nil || !info.Other || strings.HasSuffix(p.Dest, "/") {
		return dest, info, err
	}
	dir, err := fact.Get(h, DirectoryFact{Path: dest})
	if err != nil || !dir.Exists {
		return dest, info, err
	}
	if src.name == "" {
		return "", Info{}, op.ValueErrorf("%s is a folder; give the name of the file in it", dest)
	}
	dest = path.Join(dest, src.name)
	info, err = p.look(h, dest)
	return dest, info, err
}

// look asks for all that the usual case needs at once.
func (p Put) look(h *op.Host, dest string) (Info, error) {
	facts := []fact.Request{fact.Ask(FileFact{Path: dest})}
	if dir := parent(dest); dir != "" && !p.NoCreateRemoteDir {
		facts = append(facts, fact.Ask(DirectoryFact{Path: dir}))
	}
	if !p.Force {
		facts = append(facts, fact.Ask(Sha1File{dest}))
	}
	fact.Want(h, facts...)
	return fact.Get(h, FileFact{Path: dest})
}

// equal compares by the first checksum that the host can make. It follows
// links: what counts is what one reads at dest.
func equal(h *op.Host, src source, dest string, info Info) (bool, error) {
	if src.size < 0 || info.Size > 0 && info.Size != src.size {
		return false, nil
	}
	for _, a := range []algorithm{sha1Sum, md5Sum, sha256Sum} {
		there, err := fact.Get(h, a.fact(dest))
		if err != nil {
			return false, err
		}
		if there == "" {
			continue
		}
		here, err := a.of(h.Local, src.content)
		return here == there, err
	}
	return false, nil
}

// write plans the upload and what comes with a new file.
func (p Put) write(h *op.Host, src source, dest string) (op.Plan, error) {
	var plan op.Plan
	if !p.NoCreateRemoteDir {
		dir, err := createParent(h, dest, p.User, p.Group)
		if err != nil {
			return op.Plan{}, err
		}
		plan.Commands = dir
	}
	upload := op.Upload{From: src.content, To: dest}
	if bits, ok := p.Mode.bits(); ok {
		upload.Mode = bits
	}
	plan.Commands = append(plan.Commands, upload)
	if p.User != "" || p.Group != "" {
		plan.Run(chown(dest, p.User, p.Group))
	}
	if p.Mode != "" {
		plan.Run(chmod(dest, p.Mode))
	}
	return plan, p.touch(h, &plan, src, dest, nil)
}

// correct plans what is not right with a file whose content is.
func (p Put) correct(h *op.Host, src source, dest string, info Info) (op.Plan, error) {
	var plan op.Plan
	if info.Other {
		file, err := follow(h, dest)
		if err != nil {
			return op.Plan{}, err
		}
		if info, err = fact.Get(h, FileFact{Path: file}); err != nil {
			return op.Plan{}, err
		}
	}
	if p.Mode != "" && !p.Mode.met(info, false) {
		plan.Run(chmod(dest, p.Mode))
	}
	if !owned(info, p.User, p.Group) {
		plan.Run(chown(dest, p.User, p.Group))
	}
	if err := p.touch(h, &plan, src, dest, &info); err != nil {
		return op.Plan{}, err
	}
	if len(plan.Commands) == 0 {
		return op.Nothing("file %s is the same already", dest), nil
	}
	return plan, nil
}

// touch plans the times that info does not have; nil has none.
func (p Put) touch(h *op.Host, plan *op.Plan, src source, dest string, info *Info) error {
	for _, t := range []struct {
		want   Time
		option string
		local  func(fs.FileInfo) (time.Time, bool)
		have   func(Info) time.Time
	}{
		{p.Mtime, "-m", modified, func(i Info) time.Time { return i.Mtime }},
		{p.Atime, "-a", accessed, func(i Info) time.Time { return i.Atime }},
	} {
		if t.want.IsZero() {
			continue
		}
		at, err := t.want.resolve(h, src.info, t.local)
		if err != nil {
			return err
		}
		// stat tells whole seconds.
		if info != nil && t.have(*info).Unix() == at.Unix() {
			continue
		}
		plan.Run(command(shell.Words("touch", t.option, "-d", touchFormat(at)), word(dest)))
	}
	return nil
}

func copyAndClose(w io.Writer, r io.ReadCloser) (int64, error) {
	n, err := io.Copy(w, r)
	if closing := r.Close(); err == nil {
		err = closing
	}
	return n, err
}
