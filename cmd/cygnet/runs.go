package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"cygnet/journal"
	"cygnet/screen"
)

func newRuns(con console) *cobra.Command {
	most := 20
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the latest runs",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runRuns(cmd.Context(), con, most)
		},
	}
	cmd.Flags().IntVarP(&most, "number", "n", most, "how many")
	return cmd
}

func runRuns(ctx context.Context, con console, most int) error {
	return withJournal(ctx, func(j *journal.Journal) error {
		runs, err := j.Runs(ctx, most)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "RUN\tSTARTED\tTOOK\tSTATUS\tHOSTS\tCOMMAND")
		for _, r := range runs {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Started.Format(time.DateTime),
				took(r.Started, r.Ended), runStatus(r), hostCounts(r), screen.Visible("cygnet "+strings.Join(r.Args, " ")))
		}
		return table.Flush()
	})
}

// withJournal opens the user's journal for a command that reads it.
func withJournal(ctx context.Context, read func(*journal.Journal) error) error {
	path, err := journal.DefaultPath()
	if err != nil {
		return err
	}
	j, err := journal.Open(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(read(j), j.Close())
}

// took renders a span of time; it is open if the end is not known.
func took(from, to time.Time) string {
	if to.IsZero() {
		return "-"
	}
	d := to.Sub(from)
	if d < 10*time.Second {
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

func runStatus(r journal.Run) string {
	status := r.Status
	if r.Ended.IsZero() {
		status = "not ended" // it goes on, or was killed: a file cannot tell
	}
	if r.Dry && r.Status != "planned" {
		status += " (dry)"
	}
	return status
}

// hostCounts tells how the hosts ended; in a run that changed nothing on purpose,
// just how many there were.
func hostCounts(r journal.Run) string {
	var parts []string
	all := 0
	for _, status := range slices.Sorted(maps.Keys(r.Hosts)) {
		all += r.Hosts[status]
		parts = append(parts, fmt.Sprintf("%d %s", r.Hosts[status], status))
	}
	if r.Status == "planned" || r.Status == "declined" {
		return fmt.Sprint(all)
	}
	return strings.Join(parts, ", ")
}
