package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/library"
	"cygnet/deploy/syntax"
	"cygnet/fleet"
)

// Group data is in files named after the groups, such as group_data/web.py.

// groupDataFolder reads the files of a folder, which need not exist.
func groupDataFolder(ctx context.Context, inv *fleet.Inventory, folder string, o Options) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read group data: %w", err)
	}
	for _, entry := range entries { // sorted by name
		if !entry.IsDir() && strings.HasSuffix(entry.Name(), ".py") {
			if err := groupDataFile(ctx, inv, filepath.Join(folder, entry.Name()), o); err != nil {
				return err
			}
		}
	}
	return nil
}

// groupDataPath reads a file or a folder that was asked for.
func groupDataPath(ctx context.Context, inv *fleet.Inventory, path string, o Options) error {
	info, err := os.Stat(path)
	if err != nil {
		return fileError(path, err)
	}
	if info.IsDir() {
		return groupDataFolder(ctx, inv, path, o)
	}
	return groupDataFile(ctx, inv, path, o)
}

// groupDataFile makes the variables of a file the data of its group: those that
// do not begin with two underscores and are not imported, or those that __all__
// names.
func groupDataFile(ctx context.Context, inv *fleet.Inventory, path string, o Options) error {
	data, err := fileData(ctx, inv, path, o)
	if err != nil {
		return err
	}
	inv.AddData(strings.TrimSuffix(filepath.Base(path), ".py"), data)
	return nil
}

// fileData returns the data that a file's variables are.
func fileData(ctx context.Context, inv *fleet.Inventory, path string, o Options) (fleet.Data, error) {
	f, err := runData(ctx, path, inv, o)
	if err != nil {
		return nil, err
	}
	names, err := f.exported()
	if err != nil {
		return nil, err
	}
	data := fleet.Data{}
	for _, name := range names {
		value, err := library.ToData(f.globals[name], true)
		if err != nil { // such as the variable of a loop over the inventory
			f.warn(name, fmt.Sprintf("%s is left out: %s", name, err))
			continue
		}
		data[name] = value
	}
	return data, nil
}

// exported returns the names that are data.
func (f *dataFile) exported() ([]string, error) {
	if all := f.globals["__all__"]; all != nil {
		return f.listed(all)
	}
	imported := f.loader.importedNames(f.path)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(f.globals)), func(name string) bool {
		return strings.HasPrefix(name, "__") || strings.HasPrefix(name, "$") || imported[name] || library.IsUnbound(f.globals[name])
	}), nil
}

// listed returns the names of __all__.
func (f *dataFile) listed(all starlark.Value) ([]string, error) {
	list, ok := all.(starlark.Iterable)
	if !ok {
		return nil, f.errorAt("__all__", "__all__ must be a list of names")
	}
	var names []string
	for item := range starlark.Elements(list) {
		name, ok := starlark.AsString(item)
		if !ok || f.globals[name] == nil {
			return nil, f.errorAt("__all__", "__all__ names "+library.Describe(item)+", which the file does not define")
		}
		names = append(names, name)
	}
	return names, nil
}

// importedNames returns the names that the imports of a file bind.
func (l *loader) importedNames(path string) map[string]bool {
	names := map[string]bool{}
	note := func(aliases []syntax.Alias) {
		for _, a := range aliases {
			name := a.As
			if name == "" {
				name, _, _ = strings.Cut(a.Name, ".")
			}
			names[name] = true
		}
	}
	syntax.Walk(l.files[path].tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ImportStmt:
			note(n.Names)
		case *syntax.FromImport:
			note(n.Names)
		}
		return true
	})
	return names
}
