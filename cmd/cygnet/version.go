package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"text/tabwriter"
)

// version returns the version that the program was built from: a released one,
// or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	if revision == "" {
		return "devel"
	}
	return "devel-" + revision + changed
}

// tellSupport prints what somebody who is to help needs to know.
func tellSupport(con console) error {
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "cygnet\t%s\n", version())
	fmt.Fprintf(table, "go\t%s\n", runtime.Version())
	fmt.Fprintf(table, "system\t%s/%s, %d CPUs\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprintf(table, "shell\t%s\n", cmp.Or(os.Getenv("SHELL"), "-"))
	fmt.Fprintf(table, "terminal\t%s\n", cmp.Or(os.Getenv("TERM"), "-"))
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			fmt.Fprintf(table, "%s\t%s\n", m.Path, m.Version)
		}
	}
	return table.Flush()
}
