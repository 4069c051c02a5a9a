package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cygnet/modules"
)

// A testCase is one file. Fields that only one of the two kinds has are empty in
// the other.
type testCase struct {
	// Path is that of the file, without its end: operations/files.put/no_change.
	Path string `json:"-"`

	// What an operation is called with, and what must come of it.
	Args            []any          `json:"args"`
	Kwargs          map[string]any `json:"kwargs"`
	Facts           map[string]any `json:"facts"`
	LocalFiles      *folder        `json:"local_files"`
	RequirePlatform []string       `json:"require_platform"`
	Commands        []any          `json:"commands"`
	Exception       *exception     `json:"exception"`

	// The arguments of a fact, how it must ask, and what it must make of an
	// output.
	Arg      any     `json:"arg"`
	Command  any     `json:"command"`
	Requires *string `json:"requires_command"`
	Output   any     `json:"output"`
	Fact     any     `json:"fact"`
}

// An exception has one name, or several that will do.
type exception struct {
	Name  string   `json:"name"`
	Names []string `json:"names"`
}

// parts takes the path apart: kind is "operations" or "facts", subject the name
// of one.
func (c testCase) parts() (kind, subject string) {
	parts := strings.Split(c.Path, "/")
	return parts[0], parts[1]
}

// load reads all cases below a folder, sorted by path.
func load(dir string) ([]testCase, error) {
	var cases []testCase
	for _, kind := range []string{"operations", "facts"} {
		files, err := filepath.Glob(filepath.Join(dir, kind, "*", "*.json"))
		if err != nil {
			return nil, err
		}
		slices.Sort(files)
		for _, file := range files {
			c, err := read(file)
			if err != nil {
				return nil, err
			}
			subject := filepath.Base(filepath.Dir(file))
			c.Path = kind + "/" + subject + "/" + strings.TrimSuffix(filepath.Base(file), ".json")
			cases = append(cases, c)
		}
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("%s: no cases in operations or facts", dir)
	}
	return cases, nil
}

func read(file string) (testCase, error) {
	var c testCase
	data, err := os.ReadFile(file)
	if err != nil {
		return c, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // 1 is an int, 1.0 a float
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("%s: %w", file, err)
	}
	return c, nil
}

// A verdict is how a case ended.
type verdict string

const (
	passed    verdict = "ok"
	failed    verdict = "FAILED"
	different verdict = "difference"
	missing   verdict = "missing"
	skipped   verdict = "skipped"
)

// A result is a verdict and why; detail ends with a line break or is empty.
type result struct {
	verdict verdict
	detail  string
}

type suite struct {
	registry    *modules.Registry
	differences map[string]string
	additions   map[string][]string
}

func (s suite) run(c testCase) result {
	if p := c.RequirePlatform; len(p) > 0 && !slices.Contains(p, "Linux") {
		return result{skipped, "\tonly for " + strings.Join(p, " and ") + "\n"}
	}
	var detail string
	var known bool
	if kind, subject := c.parts(); kind == "operations" {
		detail, known = s.operation(subject, c)
	} else {
		detail, known = s.fact(subject, c)
	}
	reason, listed := s.differences[c.Path]
	switch {
	case !known:
		return result{verdict: missing}
	case listed && detail == "":
		return result{failed, "\tit passes, but is listed as a difference\n"}
	case listed:
		return result{different, "\t" + reason + "\n"}
	case detail != "":
		return result{failed, indent(detail)}
	}
	return result{verdict: passed}
}

func indent(text string) string {
	return "\t" + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n\t") + "\n"
}
