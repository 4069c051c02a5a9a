package run

import "slices"

// merge puts the calls of all hosts into one order of steps. A step is a place
// in the deploy; each host's calls stay in the order in which it made them.
// Among the places that may come next, the first in the deploy does. Where hosts
// disagree (one calls a then b, another b then a), a place becomes two steps.
func merge(hosts []*Host) []*step {
	heads := map[string][]*call{} // the next call of each host, by place
	left := map[string]int{}      // hosts that still have the place ahead
	for _, h := range hosts {
		for _, c := range h.calls {
			left[c.key]++
		}
		if len(h.calls) > 0 {
			c := h.calls[0]
			heads[c.key] = append(heads[c.key], c)
		}
	}
	var steps []*step
	for len(heads) > 0 {
		place := next(heads, left)
		calls := heads[place]
		delete(heads, place)
		left[place] -= len(calls)
		steps = append(steps, newStep(len(steps), calls))
		for _, c := range calls {
			if following := c.index + 1; following < len(c.host.calls) {
				f := c.host.calls[following]
				heads[f.key] = append(heads[f.key], f)
			}
		}
	}
	return steps
}

// next chooses the earliest place that all hosts which have it have arrived at,
// or just the earliest, if the hosts disagree.
func next(heads map[string][]*call, left map[string]int) string {
	var best, fallback *call
	for place, calls := range heads {
		c := calls[0]
		if fallback == nil || c.Order.Compare(fallback.Order) < 0 {
			fallback = c
		}
		if len(calls) == left[place] && (best == nil || c.Order.Compare(best.Order) < 0) {
			best = c
		}
	}
	if best == nil {
		best = fallback
	}
	return best.key
}

// A step is an operation of the fleet: the calls of those hosts that take part.
type step struct {
	index  int
	calls  []*call // in the inventory's order
	window *window
	once   *onceClaim
}

func newStep(index int, calls []*call) *step {
	slices.SortFunc(calls, func(a, b *call) int { return a.host.index - b.host.index })
	s := &step{index: index, calls: calls, once: newOnce(calls)}
	limit := 0
	for _, c := range calls {
		c.step = s
		// Hosts may say different limits; the strictest is safe for all.
		if n := c.limit(); n > 0 && (limit == 0 || n < limit) {
			limit = n
		}
	}
	s.window = newWindow(limit)
	return s
}

// limit returns how many hosts may run the call's operation at a time; 0 is no
// limit.
func (c *call) limit() int {
	if c.Arguments.Serial {
		return 1
	}
	return c.Arguments.Parallel
}

// operation describes the step for the plan.
func (s *step) operation() Operation {
	first := s.calls[0]
	o := Operation{Index: s.index, Name: first.Name, Label: first.Label(), Detail: first.Detail, Position: first.Position}
	for _, c := range s.calls {
		name := c.host.Name()
		o.Hosts = append(o.Hosts, name)
		switch {
		case len(c.plan.Commands) == 0 && c.planErr == nil:
			o.idle(name, c.plan.Noop)
		case len(c.Arguments.If) > 0:
			o.Conditional = append(o.Conditional, name)
		case c.Arguments.RunOnce && c.host != s.once.chosen:
			o.idle(name, anotherDoes)
		default:
			o.WillChange = append(o.WillChange, name)
		}
	}
	return o
}

// hasWork reports whether there may be something to do on any host.
func (o Operation) hasWork() bool { return len(o.WillChange)+len(o.Conditional) > 0 }

// idle notes why there is nothing to do on a host, if that is known.
func (o *Operation) idle(host, why string) {
	if why == "" {
		return
	}
	if o.Nothing == nil {
		o.Nothing = map[string]string{}
	}
	o.Nothing[host] = why
}
