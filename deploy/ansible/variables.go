package ansible

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cygnet/fleet"
)

// variables reads the folders group_vars and host_vars beside an inventory.
// They hold NAME, NAME.yml, NAME.yaml and NAME.json, or a folder NAME of such
// files. Names that the inventory does not have are left alone, as several
// inventories may share the folders.
func (r *reader) variables(folder string) error {
	for _, name := range r.groupOrder {
		if err := r.beside(filepath.Join(folder, "group_vars"), name, r.groups[name].vars); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(r.hostOrder, func(name string) bool { return r.alone(name) }) && r.groups[ungrouped] == nil {
		vars := fleet.Data{}
		if err := r.beside(filepath.Join(folder, "group_vars"), ungrouped, vars); err != nil {
			return err
		}
		if len(vars) > 0 {
			r.group(ungrouped).vars = vars
		}
	}
	for _, name := range r.hostOrder {
		if err := r.beside(filepath.Join(folder, "host_vars"), name, r.hosts[name].vars); err != nil {
			return err
		}
	}
	return nil
}

// alone reports whether a host is in no group but all.
func (r *reader) alone(host string) bool {
	for _, g := range r.groups {
		if g.name != fleet.All && g.hosts[host] {
			return false
		}
	}
	return true
}

// beside reads the variables of one name.
func (r *reader) beside(folder, name string, vars fleet.Data) error {
	if _, err := os.Stat(folder); !filepath.IsLocal(name) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	base := filepath.Join(folder, name)
	for _, ext := range []string{"", ".yml", ".yaml", ".json"} {
		info, err := os.Stat(base + ext)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fileError(base+ext, err)
		case info.IsDir():
			if err := r.folder(base+ext, vars); err != nil {
				return err
			}
		default:
			if err := r.variablesFile(base+ext, vars); err != nil {
				return err
			}
		}
	}
	return nil
}

// folder reads all files of a folder, by their names' order.
func (r *reader) folder(path string, vars fleet.Data) error {
	return filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fileError(file, err)
		}
		hidden := strings.HasPrefix(entry.Name(), ".")
		switch ext := filepath.Ext(file); {
		case entry.IsDir() && hidden && file != path:
			return filepath.SkipDir
		case entry.IsDir() || hidden || ignored(entry.Name()):
			return nil
		case ext == "" || ext == ".yml" || ext == ".yaml" || ext == ".json":
			return r.variablesFile(file, vars)
		}
		return nil
	})
}

func (r *reader) variablesFile(path string, vars fleet.Data) error {
	text, err := readFile(path)
	if err != nil {
		return err
	}
	doc, err := parseYAML(path, text)
	if err != nil || doc.isNull() {
		return err
	}
	list, err := doc.mapping("variables")
	if err != nil {
		return err
	}
	return r.yamlVars(vars, list)
}
