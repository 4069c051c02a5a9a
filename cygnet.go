// Package cygnet runs deploys on fleets from Go programs.
//
// An inventory comes from [Machines], a deploy is a function that is called for
// each host, and the operations are structs of the packages below modules:
//
//	machines, err := cygnet.Machines("web1", "web2")
//	...
//	summary, err := cygnet.Run(ctx, machines, func(ctx context.Context, h *cygnet.Host) error {
//		h.Do(apt.Packages{Packages: []string{"git"}, Update: true})
//		return nil
//	}, cygnet.Options{})
//
// What happens is told as events while it does; see [Options.Events].
package cygnet

import (
	"context"
	"fmt"
	"time"

	"cygnet/connect/all"
	language "cygnet/deploy"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
	"cygnet/run"
)

// The words of this package are those of the rooms they come from.
type (
	// A Host is one machine of a run, as a deploy sees it.
	Host = run.Host
	// Arguments are the global arguments of an operation.
	Arguments = op.Arguments
	// A Result tells whether an operation will change, or has changed, something.
	Result = op.Result
	// A Deploy says what is wanted of one host. It is called for many at once.
	Deploy = run.Deploy
	// An Event is something that happened: one of the types of package run.
	Event = run.Event
	// A Summary is how a run ended.
	Summary = run.Summary
	// Data is what is known about a host, such as ssh_hostname.
	Data = fleet.Data
	// An Inventory is the hosts of a fleet and their groups.
	Inventory = fleet.Inventory
)

// Options say how to run. The zero value runs at once, on all hosts at a time.
type Options struct {
	// Limit chooses hosts by group, name or glob; empty means all.
	Limit []string
	// Parallel bounds how many hosts are worked on at a time; 0 is no bound.
	Parallel int
	// Dry stops after the plan.
	Dry bool
	// ConnectTimeout bounds one attempt to connect; 0 means 10 seconds.
	ConnectTimeout time.Duration
	// Events is called for everything that happens, one at a time.
	Events func(time.Time, Event)
}

// Machines returns an inventory of hosts by name: a DNS name, an address,
// "@local". More data and groups are added with its methods.
func Machines(names ...string) (*Inventory, error) {
	inventory := fleet.New()
	members := make([]fleet.Member, len(names))
	for i, name := range names {
		members[i] = fleet.Member{Name: name}
	}
	if err := inventory.AddGroup(fleet.All, nil, members...); err != nil {
		return nil, err
	}
	return inventory, nil
}

// Run brings the hosts of an inventory to the state that the deploy describes.
// Failures of hosts are in the summary: see [Summary.Converged].
func Run(ctx context.Context, machines *Inventory, deploy Deploy, o Options) (Summary, error) {
	hosts, unmatched := machines.Limit(o.Limit...)
	if len(unmatched) > 0 {
		return Summary{}, fmt.Errorf("limit: no host or group is called %q", unmatched)
	}
	var sink run.Sink
	if o.Events != nil {
		sink = run.SinkFunc(o.Events)
	}
	return run.Run(ctx, run.Options{
		Hosts:      hosts,
		Connectors: all.All(all.Options{ConnectTimeout: o.ConnectTimeout}),
		Deploy:     deploy,
		Render:     language.Render,
		Sink:       sink,
		Parallel:   o.Parallel,
		Dry:        o.Dry,
	})
}

// Fact returns the answer of a host to a fact. It may take a round trip, in
// which the facts that the operations so far need come too.
func Fact[T any](ctx context.Context, h *Host, f fact.Fact[T], args ...Arguments) (T, error) {
	var zero T
	var a Arguments
	if len(args) > 0 {
		a = args[0]
	}
	answer, err := h.Fact(ctx, fact.Ask(f), a)
	if err != nil {
		return zero, err
	}
	v, ok := answer.(T)
	if !ok && answer != nil {
		return zero, fmt.Errorf("fact: answer is a %T, not a %T", answer, zero)
	}
	return v, nil
}
