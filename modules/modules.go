// Package modules lists the technologies that Cygnet knows. Each stands in a
// folder of its own, its operations and facts side by side.
package modules

import (
	"cygnet/fact"
	"cygnet/modules/apk"
	"cygnet/modules/apt"
	"cygnet/modules/brew"
	"cygnet/modules/deb"
	"cygnet/modules/dnf"
	"cygnet/modules/files"
	"cygnet/modules/gpg"
	"cygnet/modules/pacman"
	"cygnet/modules/rpm"
	"cygnet/modules/server"
	"cygnet/modules/xbps"
	"cygnet/modules/yum"
	"cygnet/modules/zypper"
	"cygnet/op"
)

// A Registry finds operations and facts by their names in deploy files.
type Registry struct {
	modules    []op.Module
	operations map[string]op.Declaration
	facts      map[string]fact.Declaration
}

// All returns every module.
func All() *Registry {
	return NewRegistry(
		apk.Module(),
		apt.Module(),
		brew.Module(),
		deb.Module(),
		dnf.Module(),
		files.Module(),
		gpg.Module(),
		pacman.Module(),
		rpm.Module(),
		server.Module(),
		xbps.Module(),
		yum.Module(),
		zypper.Module(),
	)
}

// NewRegistry returns a registry of the given modules.
func NewRegistry(modules ...op.Module) *Registry {
	r := &Registry{modules: modules, operations: map[string]op.Declaration{}, facts: map[string]fact.Declaration{}}
	for _, m := range modules {
		for _, o := range m.Operations {
			r.operations[o.Name] = o
		}
		for _, f := range m.Facts {
			r.facts[f.Name] = f
		}
	}
	return r
}

// Modules returns the modules in the order they are listed.
func (r *Registry) Modules() []op.Module { return r.modules }

// Module returns the module of that name.
func (r *Registry) Module(name string) (op.Module, bool) {
	for _, m := range r.modules {
		if m.Name == name {
			return m, true
		}
	}
	return op.Module{}, false
}

// Operation returns the operation called name, such as "apt.packages".
func (r *Registry) Operation(name string) (op.Declaration, bool) {
	d, ok := r.operations[name]
	return d, ok
}

// Fact returns the fact called name, such as "server.Users".
func (r *Registry) Fact(name string) (fact.Declaration, bool) {
	d, ok := r.facts[name]
	return d, ok
}
