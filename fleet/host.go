// Package fleet knows what a fleet is: hosts, the groups they are in, and the
// data that belongs to them, with the rules that say which value wins.
//
// It knows nothing of how an inventory is written or how a host is reached. A
// value of host data is any Go value; string, bool, int64, float64 and nil have
// the meaning they look like, everything else is opaque here and belongs to
// whoever put it in.
package fleet

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"sync"
)

// Data is what is known about a host or a group, by name.
type Data map[string]any

// A Host is one machine of the fleet. Its data is safe for concurrent use.
type Host struct {
	// Name is how the user calls the host; it is unique in an inventory.
	Name string
	// Connector is how the host is reached: "ssh", "local", ...
	Connector string
	// Address is what stands behind the connector's name, such as the host in
	// @ssh/host; empty where there is none.
	Address string

	groups    []string
	inventory *Inventory

	mu  sync.RWMutex
	set Data // values set while the run goes on
	own Data // values of the host itself
}

// Groups returns the names of the host's groups in the order of the inventory,
// without "all".
func (h *Host) Groups() []string { return h.groups }

// In reports whether the host is in a group; every host is in "all".
func (h *Host) In(group string) bool {
	if group == All {
		return true
	}
	for _, g := range h.groups {
		if g == group {
			return true
		}
	}
	return false
}

// Lookup returns the value that wins for key: one set during the run, then an
// override of the command line, then the host's own, then that of its last
// group that has one, then that of all hosts.
func (h *Host) Lookup(key string) (any, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for layer := range h.layers {
		if v, ok := layer[key]; ok {
			return v, true
		}
	}
	return nil, false
}

// Underscored returns the values whose keys begin with an underscore, which are
// defaults of global arguments; nil if there are none, as is usual. It costs less
// than looking each of them up.
func (h *Host) Underscored() Data {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var found Data
	for layer := range h.layers {
		for k, v := range layer {
			if !strings.HasPrefix(k, "_") {
				continue
			}
			if found == nil {
				found = Data{}
			}
			if _, stronger := found[k]; !stronger {
				found[k] = v
			}
		}
	}
	return found
}

// layers goes through the host's data, the strongest first.
func (h *Host) layers(yield func(Data) bool) {
	if !yield(h.set) || h.inventory != nil && !yield(h.inventory.overrides) || !yield(h.own) || h.inventory == nil {
		return
	}
	for i := len(h.groups) - 1; i >= 0; i-- {
		if !yield(h.inventory.data[h.groups[i]]) {
			return
		}
	}
	yield(h.inventory.data[All])
}

// All returns every value of the host's data, merged.
func (h *Host) All() Data {
	h.mu.RLock()
	defer h.mu.RUnlock()
	merged := Data{}
	for layer := range h.layers {
		for k, v := range layer {
			if _, ok := merged[k]; !ok {
				merged[k] = v
			}
		}
	}
	return merged
}

// Set gives key a value for the rest of the run, stronger than all others.
func (h *Host) Set(key string, value any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.set == nil {
		h.set = Data{}
	}
	h.set[key] = value
}

// String returns the value of key as a string, or def where there is none. A
// value of another type is an error that names the key and the host.
func (h *Host) String(key, def string) (string, error) {
	v, ok := h.Lookup(key)
	if !ok || v == nil {
		return def, nil
	}
	s, ok := v.(string)
	if !ok {
		return "", h.wrongType(key, "a string", v)
	}
	return s, nil
}

// Int returns the value of key as an integer, or def where there is none.
// Strings of digits count too, as they come from the command line.
func (h *Host) Int(key string, def int) (int, error) {
	v, ok := h.Lookup(key)
	if !ok || v == nil {
		return def, nil
	}
	switch n := v.(type) {
	case int:
		return n, nil
	case int64:
		if i := int(n); int64(i) == n {
			return i, nil
		}
		return 0, h.tooLarge(key)
	case *big.Int: // only made for numbers that no int64 holds
		return 0, h.tooLarge(key)
	case string:
		if i, err := strconv.Atoi(n); err == nil {
			return i, nil
		}
	}
	return 0, h.wrongType(key, "a whole number", v)
}

// Float returns the value of key as a number, or def where there is none.
func (h *Host) Float(key string, def float64) (float64, error) {
	v, ok := h.Lookup(key)
	if !ok || v == nil {
		return def, nil
	}
	switch n := v.(type) {
	case float64:
		return n, nil
	case int:
		return float64(n), nil
	case int64:
		return float64(n), nil
	case string:
		if f, err := strconv.ParseFloat(n, 64); err == nil {
			return f, nil
		}
	}
	return 0, h.wrongType(key, "a number", v)
}

// Bool returns the value of key as a truth value, or def where there is none.
func (h *Host) Bool(key string, def bool) (bool, error) {
	v, ok := h.Lookup(key)
	if !ok || v == nil {
		return def, nil
	}
	b, ok := v.(bool)
	if !ok {
		return false, h.wrongType(key, "True or False", v)
	}
	return b, nil
}

func (h *Host) wrongType(key, want string, got any) error {
	return fmt.Errorf("host %s: data %q must be %s, not %s", h.Name, key, want, kind(got))
}

func (h *Host) tooLarge(key string) error {
	return fmt.Errorf("host %s: data %q is too large a number", h.Name, key)
}

// kind names a value's type for people. The value itself may be a secret.
func kind(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case bool:
		return "True or False"
	case int, int64, *big.Int:
		return "a whole number"
	case float64:
		return "a number with a fraction"
	}
	return fmt.Sprintf("a value of type %T", v)
}
