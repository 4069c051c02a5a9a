package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
)

// asking is a recorder that can ask other hosts too.
type asking struct {
	*recorder
	err error
}

func (a asking) FactOf(_ context.Context, other *fleet.Host, req fact.Request, args op.Arguments) (any, error) {
	if a.err != nil {
		return nil, a.err
	}
	a.messages = append(a.messages, fmt.Sprintf("asked %s: sudo=%t env=%v", other.Name, args.As.Sudo, args.Env))
	_, name, _ := strings.Cut(req.Key, ".")
	return a.facts[name], nil
}

// runAsking runs a deploy for web1, beside db1, whose data asks for sudo.
func runAsking(t *testing.T, text string, rec op.Recorder) error {
	t.Helper()
	write(t, map[string]string{"deploy.py": text})
	program, err := Load("deploy.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, fleet.Data{"_env": map[string]any{"OF": "web1"}})
	if err := inv.AddGroup("db", fleet.Data{"_sudo": true}, fleet.Member{Name: "db1", Data: fleet.Data{"port": int64(5432)}}); err != nil {
		t.Fatal(err)
	}
	return program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec, Config: Config{Env: map[string]string{"C": "1"}}})
}

func TestFactOfAnotherHost(t *testing.T) {
	rec := asking{recorder: &recorder{facts: map[string]any{"linuxName": "Debian"}}}
	err := runAsking(t, `
from pyinfra import host, inventory
from pyinfra.facts.server import LinuxName
db = inventory.get_host("db1")
print(db.name, db.groups, db.data.port, db.data.get("_sudo"), db == host)
print(db.get_fact(LinuxName), db.get_fact(LinuxName, _sudo=False))
for other in inventory.get_group("web"):
    if other != host:
        print(other.name, other.get_fact(LinuxName))
`, rec)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"info: db1 ['db'] 5432 True False",
		// The circumstances are db1's: its data and config, not what web1's data says.
		"asked db1: sudo=true env=map[C:1]", "asked db1: sudo=false env=map[C:1]", "info: Debian Debian",
		"asked web2: sudo=false env=map[C:1]", "info: web2 Debian",
	}
	if diff := cmp.Diff(want, rec.messages); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A host that cannot be asked is no mistake of the deploy.
func TestAnotherHostIsAway(t *testing.T) {
	away := errors.New("fact server.LinuxName of host db1: connection refused")
	err := runAsking(t, `
from pyinfra import inventory
from pyinfra.facts.server import LinuxName
inventory.get_host("db1").get_fact(LinuxName)
`, asking{&recorder{}, away})
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Mistake() || !errors.Is(err, away) || e.Line != 4 {
		t.Errorf("got %v", err)
	}
}

// In group data there is nobody to ask yet.
func TestFactInGroupData(t *testing.T) {
	write(t, map[string]string{
		"inv.py": "web = [\"w1\"]\n",
		"group_data/web.py": "from pyinfra import inventory\nfrom pyinfra.facts.server import LinuxName\n" +
			"name = inventory.get_host(\"w1\").get_fact(LinuxName)\n",
	})
	_, err := LoadInventory(t.Context(), "inv.py", Options{Registry: registry()})
	if err == nil || !strings.Contains(err.Error(), "group_data/web.py:3") || !strings.Contains(err.Error(), "host w1 cannot be asked for a fact yet: ask in a deploy") {
		t.Errorf("got %v", err)
	}
}
