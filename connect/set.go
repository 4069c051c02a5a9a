package connect

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cygnet/fleet"
)

// A Set is the connectors that there are, by the name that stands after the @ in
// a host's name.
type Set map[string]Connector

// Find returns the connector that reaches host; if there is none, the error
// lists those there are.
func (s Set) Find(host *fleet.Host) (Connector, error) {
	if c, ok := s[host.Connector]; ok {
		return c, nil
	}
	return nil, NeedsPerson(fmt.Errorf("host %s: no connector is called @%s: use one of @%s",
		host.Name, host.Connector, strings.Join(slices.Sorted(maps.Keys(s)), ", @")))
}
