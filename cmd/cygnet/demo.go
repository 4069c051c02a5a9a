package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"cygnet/internal/lab"
)

//go:embed demo/*.py
var demoFiles embed.FS

// The demo's faults: one machine is very slow, one refuses its first two
// connections.
const (
	demoMachines  = 12
	demoFewest    = 8 // that the two with faults are among
	demoSlow      = 6 // vm007
	demoRefuser   = 2 // vm003
	demoSlowness  = 1200 * time.Millisecond
	demoDuckling  = 2 * time.Second
	demoRefusals  = 2
	demoDeploy    = "deploy.py"
	demoInventory = "machines.py"
)

func newDemo(con console) *cobra.Command {
	var dir string
	count := demoMachines
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run a deploy on machines that cygnet starts for itself",
		Long: `Start 12 machines inside this process, one of them very slow and one that refuses its
first two connections, and run a deploy on them, twice: the second time there is little
left to do. Nothing outside a temporary folder is touched, and no network is needed.

On Linux, as root, the machines are copy-on-write clones of this one, on which packages
and users are really installed; elsewhere each is a folder.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir != "" {
				return writeDemo(con, dir)
			}
			if count < demoFewest {
				return fmt.Errorf("--machines %d: the demo wants at least %d", count, demoFewest)
			}
			return runDemo(cmd.Context(), con, count)
		},
	}
	cmd.Flags().IntVar(&count, "machines", count, "start `N` machines")
	cmd.Flags().StringVar(&dir, "write", "", "write the deploy and an inventory to `DIR` to play with, and run nothing")
	return cmd
}

// writeDemo writes the demo's deploy, in the form that needs no rights.
func writeDemo(con console, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for from, to := range map[string]string{"home.py": demoDeploy, "machines.py": demoInventory} {
		if err := copyDemoFile(from, filepath.Join(dir, to)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(con.out, "Wrote %s and %s to %s. Next:\n\n    cd %s\n    cygnet %s %s\n",
		demoInventory, demoDeploy, dir, dir, demoInventory, demoDeploy)
	return err
}

// copyDemoFile writes one of the embedded files; it overwrites nothing.
func copyDemoFile(name, to string) error {
	text, err := demoFiles.ReadFile("demo/" + name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

func runDemo(ctx context.Context, con console, count int) (err error) {
	dir, err := os.MkdirTemp("", "cygnet-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo (TMPDIR says where): %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	machines, err := lab.Start(ctx, lab.Options{Machines: count, Dir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, machines.Close()) }()
	if err := prepareDemo(machines, dir); err != nil {
		return err
	}
	o := runOptions{yes: true, duckling: demoDuckling, journal: filepath.Join(dir, "journal.db")}
	for i, word := range []string{"The first run has everything to do.", "Once more: the second run has only to look."} {
		if _, err := io.WriteString(con.err, demoHeading(machines, i, word)); err != nil {
			return err
		}
		err := runFleet(ctx, con, o, filepath.Join(dir, demoInventory), filepath.Join(dir, demoDeploy))
		if err != nil {
			return err
		}
	}
	return nil
}

func demoHeading(l *lab.Lab, i int, word string) string {
	if i > 0 {
		return "\n" + word + "\n\n"
	}
	return fmt.Sprintf("%d machines of kind %s; %s is very slow, %s refuses its first %d connections.\n%s\n\n",
		len(l.Machines), l.Kind, l.Machines[demoSlow].Name, l.Machines[demoRefuser].Name, demoRefusals, word)
}

// prepareDemo writes the inventory and the deploy, and sets the faults.
func prepareDemo(l *lab.Lab, dir string) error {
	if err := os.WriteFile(filepath.Join(dir, demoInventory), []byte(l.Inventory()), 0o600); err != nil {
		return err
	}
	deploy := "home.py"
	if l.Kind == lab.Clone {
		deploy = "clone.py"
		for _, m := range l.Machines {
			if err := m.SetPackages(toys()...); err != nil {
				return err
			}
		}
	}
	if err := copyDemoFile(deploy, filepath.Join(dir, demoDeploy)); err != nil {
		return err
	}
	return errors.Join(
		l.Machines[demoSlow].Set(lab.Faults{ExecDelay: demoSlowness}),
		l.Machines[demoRefuser].Set(lab.Faults{RefuseConnections: demoRefusals}),
	)
}

// toys are the packages that the demo installs on clones.
func toys() []lab.Package {
	var list []lab.Package
	for _, name := range []string{"make", "git", "cmake"} {
		list = append(list, lab.Package{Name: "toy-" + name, Version: "1.0"})
	}
	return list
}
