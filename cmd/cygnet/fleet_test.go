package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const fleetReset = `
from pyinfra.operations import apt, server

apt.packages(packages=["toy-make", "toy-cmake"], present=False)
server.user(user="student1", present=False)
server.shell(commands=["rm -rf /home/student1 /var/lib/apt/periodic/update-success-stamp"])
`

const fleetSetup = `
from pyinfra.operations import apt, server

OPAM_SWITCH = "5.2.0"

apt.packages(
    name="Ensure essential system packages are installed",
    packages=["toy-make", "toy-cmake"],
    update=True,
    cache_time=60 * 60 * 24,  # update every 24 hours
    _parallel=4,  # try not to DDOS the apt repository
)

server.user(name="Student's account", user="student1", shell="/bin/bash", home="/home/student1", create_home=True)

server.shell(
    name="install ocaml packages",
    commands=[f'test "$OPAMSWITCH" = {OPAM_SWITCH} && id student1'],
    _timeout=60 * 60,  # an hour
    _env={'OPAMYES': '1', 'OPAMSWITCH': OPAM_SWITCH},
)
`

// TestFleet sets real machines up, twice. CYGNET_FLEET is the path of an
// inventory of Debian machines that may be changed, whose package source has
// toy-make and toy-cmake.
func TestFleet(t *testing.T) {
	fleet := os.Getenv("CYGNET_FLEET")
	if fleet == "" {
		t.Skip("CYGNET_FLEET does not name an inventory of real machines")
	}
	dir := t.TempDir()
	runFleetDeploy(t, dir, fleet, fleetReset)
	first := runFleetDeploy(t, dir, fleet, fleetSetup)
	if o := first.Operations[0]; o.Hosts == 0 || o.Success != o.Hosts {
		t.Errorf("packages were installed on %d of %d machines", o.Success, o.Hosts)
	}
	second := runFleetDeploy(t, dir, fleet, fleetSetup)
	for i, o := range second.Operations[:2] {
		if o.NoChange != o.Hosts {
			t.Errorf("second run: operation %d had something to do on %d of %d machines", i, o.Success, o.Hosts)
		}
	}
}

type fleetResults struct {
	Operations []struct {
		Hosts    int `json:"hosts"`
		Success  int `json:"success"`
		NoChange int `json:"no_change"`
	} `json:"operations"`
}

// runFleetDeploy runs a deploy and returns what --json says of it.
func runFleetDeploy(t *testing.T, dir, fleet, deploy string) fleetResults {
	t.Helper()
	file := filepath.Join(dir, "deploy.py")
	if err := os.WriteFile(file, []byte(deploy), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	o := runOptions{yes: true, json: true, journal: filepath.Join(dir, "journal.db")}
	con := console{in: strings.NewReader(""), out: &out, err: &errs}
	if err := runFleet(t.Context(), con, o, fleet, file); err != nil {
		t.Fatalf("%v\n%s\n%s", err, errs.String(), out.String())
	}
	var document struct {
		Results fleetResults `json:"results"`
	}
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatalf("%v in:\n%s", err, out.String())
	}
	return document.Results
}
