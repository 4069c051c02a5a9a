// Package ansible reads inventories that were written for Ansible: INI and YAML
// files, with the folders group_vars and host_vars beside them. Nothing of them
// is run or changed.
//
// [Read] adds what they say to a fleet. Groups are in the order of their depth,
// so that of two values the deeper group's wins, as in Ansible. Variables become
// data by the same names; those that say how to log in, such as ansible_user,
// become the ssh_* data too (see [Read] for which).
//
// Jinja expressions in values are not evaluated: they stay text, and a warning
// says so. What cannot be understood (vaults, plugins, scripts) is refused with
// its file and line.
package ansible

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cygnet/fleet"
)

// MaxFile is the size, in bytes, of the largest file that is read.
const MaxFile = 4 << 20

// An Error is something in a file that cannot be read.
type Error struct {
	File    string
	Line    int // from 1; 0 is the file as a whole
	Message string
}

// Error returns one line: "file:line: message".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Read adds an inventory's hosts, groups and data to inv and returns the names
// of its hosts in their order, and warnings. The path is a file, or a folder of
// which all files are read.
//
// These variables become data of another name too, of which the value is
// stronger than one that stands there already: ansible_host becomes
// ssh_hostname; ansible_port, ssh_port; ansible_user, ssh_user;
// ansible_ssh_private_key_file, ssh_key; ansible_password, ssh_password;
// ansible_become, _sudo; ansible_become_user, _sudo_user. Older names of them
// work too. ansible_connection names the connector.
func Read(inv *fleet.Inventory, path string) (hosts, warnings []string, err error) {
	r := &reader{groups: map[string]*group{}, hosts: map[string]*host{}}
	r.group(fleet.All)
	if err := r.path(path); err != nil {
		return nil, nil, err
	}
	order, err := r.order()
	if err != nil {
		return nil, nil, err
	}
	if err := r.fill(inv, order); err != nil {
		return nil, nil, &Error{File: path, Message: err.Error()}
	}
	return r.hostOrder, r.warnings, nil
}

// A reader holds what has been read.
type reader struct {
	groups     map[string]*group
	groupOrder []string
	hosts      map[string]*host
	hostOrder  []string
	warnings   []string
}

// A group is one of an inventory.
type group struct {
	name     string
	hosts    map[string]bool
	children []string
	vars     fleet.Data
	place    place // of its first mention
}

type host struct {
	name string
	vars fleet.Data
}

// A place is where something stands, for errors.
type place struct {
	file string
	line int
}

func (p place) errorf(format string, args ...any) error {
	return &Error{File: p.file, Line: p.line, Message: fmt.Sprintf(format, args...)}
}

func (r *reader) warn(p place, format string, args ...any) {
	r.warnings = append(r.warnings, p.errorf(format, args...).Error())
}

// group returns a group, which is made if there is none.
func (r *reader) group(name string) *group {
	g := r.groups[name]
	if g == nil {
		g = &group{name: name, hosts: map[string]bool{}, vars: fleet.Data{}}
		r.groups[name] = g
		r.groupOrder = append(r.groupOrder, name)
	}
	return g
}

// member puts a host into a group.
func (r *reader) member(g *group, name string) *host {
	h := r.hosts[name]
	if h == nil {
		h = &host{name: name, vars: fleet.Data{}}
		r.hosts[name] = h
		r.hostOrder = append(r.hostOrder, name)
	}
	g.hosts[name] = true
	return h
}

// path reads a file or a folder of files, and the variables beside.
func (r *reader) path(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fileError(path, err)
	}
	if !info.IsDir() {
		if err := r.file(path); err != nil {
			return err
		}
		return r.variables(filepath.Dir(path))
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return fileError(path, err)
	}
	for _, entry := range entries { // sorted by name
		if entry.IsDir() || ignored(entry.Name()) {
			continue
		}
		if err := r.file(filepath.Join(path, entry.Name())); err != nil {
			return err
		}
	}
	return r.variables(path)
}

// ignored reports whether a file in a folder is none of the inventory's.
func ignored(name string) bool {
	switch filepath.Ext(name) {
	case ".bak", ".orig", ".cfg", ".retry", ".swp", ".rpm", ".md", ".txt":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~")
}

// file reads one file in the form that its name or its first line says.
func (r *reader) file(path string) error {
	text, err := readFile(path)
	if err != nil {
		return err
	}
	switch ext := filepath.Ext(path); {
	case strings.HasPrefix(text, "#!"):
		return place{path, 1}.errorf("a script, which is not run here: write what it prints to a file, as ansible-inventory --list --yaml does")
	case ext == ".py":
		return place{path, 0}.errorf("a script, which is not run here: write what it prints to a file, as ansible-inventory --list --yaml does")
	case ext == ".yml" || ext == ".yaml" || ext == ".json" || ext == "" && looksLikeYAML(text):
		return r.yaml(path, text)
	}
	return r.ini(path, text)
}

// looksLikeYAML reports whether the first line that says something is one of
// YAML rather than of INI.
func looksLikeYAML(text string) bool {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, " #")
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		return line == "---" || line[0] == '{' || strings.HasSuffix(line, ":")
	}
	return false
}

// readFile reads a file of text.
func readFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fileError(path, err)
	}
	if !info.Mode().IsRegular() {
		return "", &Error{File: path, Message: "not a file"}
	}
	if info.Size() > MaxFile {
		return "", &Error{File: path, Message: fmt.Sprintf("is larger than %d MiB: it cannot be an inventory", MaxFile>>20)}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fileError(path, err)
	}
	if strings.HasPrefix(string(text), "$ANSIBLE_VAULT") {
		return "", &Error{File: path, Line: 1, Message: vault}
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n"), nil
}

const vault = "encrypted by ansible-vault, which cannot be read here: keep the value in group_data, or decrypt it"

func fileError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{File: path, Message: "no such file"}
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return &Error{File: path, Message: "cannot be read: " + err.Error()}
}
