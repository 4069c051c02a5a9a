package apt

import (
	"errors"
	"regexp"
	"strconv"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Upgrade upgrades all packages, but removes none. Packages that are held, or
// that cannot be upgraded without a removal, stay as they are.
type Upgrade struct {
	// AutoRemove also removes packages that no other needs any more.
	AutoRemove bool
}

// Plan implements op.Operation.
func (u Upgrade) Plan(h *op.Host) (op.Plan, error) { return upgrade(h, "upgrade", u.AutoRemove) }

// DistUpgrade upgrades all packages and installs and removes others where that
// is needed.
type DistUpgrade struct {
	// AutoRemove also removes packages that no other needs any more.
	AutoRemove bool
}

// Plan implements op.Operation.
func (u DistUpgrade) Plan(h *op.Host) (op.Plan, error) {
	return upgrade(h, "dist-upgrade", u.AutoRemove)
}

func upgrade(h *op.Host, verb string, autoRemove bool) (op.Plan, error) {
	if autoRemove {
		verb += " --autoremove"
	}
	changes, err := fact.Get(h, SimulateOperationWillChange{verb})
	if err != nil {
		return op.Plan{}, err
	}
	// Without an answer the upgrade itself says best what is wrong. Packages
	// that would not be upgraded are no change.
	if len(changes) > 0 && changes["upgraded"]+changes["newly_installed"]+changes["removed"] == 0 {
		return op.Nothing("nothing to upgrade"), nil
	}
	var p op.Plan
	p.Run(aptGet(false, shell.Raw(verb)))
	return p, nil
}

// SimulateOperationWillChange counts what an apt-get command would do, such as
// "upgrade" or "dist-upgrade --autoremove": "upgraded", "newly_installed",
// "removed" and "not_upgraded".
type SimulateOperationWillChange struct {
	// Operation is the command and its options, a piece of shell.
	Operation string `arg:"command,required"`
}

// Command implements fact.Fact.
func (s SimulateOperationWillChange) Command() shell.Text {
	return shell.Join(" ", shell.Raw("LC_ALL=C"), aptGet(false, shell.Raw(s.Operation), shell.Raw("--dry-run")))
}

// Requires implements fact.Requirer.
func (SimulateOperationWillChange) Requires() string { return "apt-get" }

// Zero implements fact.Zeroer.
func (SimulateOperationWillChange) Zero() map[string]int { return map[string]int{} }

var (
	summary      = regexp.MustCompile(`^(\d+) upgraded, (\d+) newly installed, (\d+) to remove and (\d+) not upgraded\.`)
	summaryNames = []string{"upgraded", "newly_installed", "removed", "not_upgraded"}
	errSummary   = errors.New("apt-get did not say how many packages it would change")
)

// Parse implements fact.Fact.
func (SimulateOperationWillChange) Parse(lines []string) (map[string]int, error) {
	for _, l := range lines {
		m := summary.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		counts := map[string]int{}
		for i, name := range summaryNames {
			n, err := strconv.Atoi(m[i+1])
			if err != nil {
				return nil, err
			}
			counts[name] = n
		}
		return counts, nil
	}
	return nil, errSummary
}

var _ fact.Fact[map[string]int] = SimulateOperationWillChange{}
