package main

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// modulePath is the start of the import paths of this repository's packages.
const modulePath = "cygnet/"

// source reads the comments of the repository's packages.
type source struct {
	root     string
	packages map[string]*commented
}

// commented are the comments of a package.
type commented struct {
	text  string // the package's own
	types map[string]typeComments
}

// typeComments are the comments of a type and of its fields.
type typeComments struct {
	text   string
	fields map[string]fieldComment
}

// A fieldComment stands above a field or, with trailing set, behind it.
type fieldComment struct {
	text     string
	trailing bool
}

// of returns the comments of a type; a type that is none of this repository's
// has none.
func (s *source) of(t reflect.Type) (typeComments, error) {
	folder, ok := strings.CutPrefix(t.PkgPath(), modulePath)
	if !ok {
		return typeComments{}, nil
	}
	p, err := s.folder(folder)
	if err != nil {
		return typeComments{}, err
	}
	return p.types[t.Name()], nil
}

// folder returns the comments of the package in a folder of the repository.
func (s *source) folder(folder string) (*commented, error) {
	if p := s.packages[folder]; p != nil {
		return p, nil
	}
	dir := filepath.Join(s.root, filepath.FromSlash(folder))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read package %s: %w", folder, err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, e.Name()), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read package %s: %w", folder, err)
		}
		files = append(files, f)
	}
	// A type may be unexported and still be what a fact returns.
	docs, err := doc.NewFromFiles(fset, files, modulePath+folder, doc.AllDecls|doc.PreserveAST)
	if err != nil {
		return nil, fmt.Errorf("read package %s: %w", folder, err)
	}
	p := &commented{text: docs.Doc, types: map[string]typeComments{}}
	specs := map[string]*ast.TypeSpec{}
	for _, t := range docs.Types {
		for _, spec := range t.Decl.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok {
				specs[spec.Name.Name] = spec
			}
		}
	}
	for _, t := range docs.Types {
		p.types[t.Name] = typeComments{t.Doc, fieldsOf(specs, t.Name)}
	}
	if s.packages == nil {
		s.packages = map[string]*commented{}
	}
	s.packages[folder] = p
	return p, nil
}

// fieldsOf returns the comments of a struct's fields. A type that is declared as
// another one of the package has its fields.
func fieldsOf(specs map[string]*ast.TypeSpec, name string) map[string]fieldComment {
	spec := specs[name]
	for range len(specs) {
		other, ok := spec.Type.(*ast.Ident)
		if !ok || specs[other.Name] == nil {
			break
		}
		spec = specs[other.Name]
	}
	fields := map[string]fieldComment{}
	s, ok := spec.Type.(*ast.StructType)
	if !ok {
		return fields
	}
	for _, f := range s.Fields.List {
		c := fieldComment{text: f.Doc.Text()}
		if c.text == "" {
			c = fieldComment{f.Comment.Text(), true}
		}
		for _, n := range f.Names {
			fields[n.Name] = c
		}
	}
	return fields
}
