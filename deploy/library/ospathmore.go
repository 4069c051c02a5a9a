package library

import (
	"os"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func pathTime(p string, when func(fileStatus) int64) (starlark.Value, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, osError(err)
	}
	status, ok := statusOf(info)
	if !ok {
		return nil, builtin.Raise(builtin.OSError, "%s: this system does not say when the file changed", p)
	}
	return starlark.Float(float64(when(status)) / 1e9), nil
}

func pathExpand(c *call) (starlark.Value, error) {
	p, err := c.onePath()
	if err != nil {
		return nil, err
	}
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	return starlark.String(pathExpandVars(p, s.lookupEnv)), nil
}

// pathTexts reads an argument that is a list of paths.
func (c *call) pathTexts() ([]string, error) {
	var list starlark.Value
	if err := c.unpack("paths", &list); err != nil {
		return nil, err
	}
	items, err := builtin.Collect(list)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(items))
	for i, item := range items {
		if texts[i], err = c.path(item); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// commonOf is the longest start that all slices have in common.
func commonOf[T comparable](all [][]T) []T {
	if len(all) == 0 {
		return nil
	}
	common := all[0]
	for _, other := range all[1:] {
		n := 0
		for n < min(len(common), len(other)) && common[n] == other[n] {
			n++
		}
		common = common[:n]
	}
	return common
}

func pathPrefix(c *call) (starlark.Value, error) {
	texts, err := c.pathTexts()
	if err != nil {
		return nil, err
	}
	all := make([][]rune, len(texts))
	for i, text := range texts {
		all[i] = []rune(text)
	}
	return starlark.String(commonOf(all)), nil
}

func pathCommon(c *call) (starlark.Value, error) {
	texts, err := c.pathTexts()
	switch {
	case err != nil:
		return nil, err
	case len(texts) == 0:
		return nil, builtin.Raise(builtin.ValueError, "commonpath() arg is an empty sequence")
	}
	absolute := strings.HasPrefix(texts[0], "/")
	all := make([][]string, len(texts))
	for i, text := range texts {
		if strings.HasPrefix(text, "/") != absolute {
			return nil, builtin.Raise(builtin.ValueError, "Can't mix absolute and relative paths")
		}
		all[i] = slices.DeleteFunc(strings.Split(text, "/"), func(s string) bool { return s == "" || s == "." })
	}
	common := strings.Join(commonOf(all), "/")
	if absolute {
		common = "/" + common
	}
	return starlark.String(common), nil
}

func pathSame(c *call) (starlark.Value, error) {
	var one, two starlark.Value
	if err := c.unpack("path1", &one, "path2", &two); err != nil {
		return nil, err
	}
	a, err := c.path(one)
	if err != nil {
		return nil, err
	}
	b, err := c.path(two)
	if err != nil {
		return nil, err
	}
	return sameFile(a, b)
}
