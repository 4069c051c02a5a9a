package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cygnet/journal"
	"cygnet/screen"
)

func newShow(con console) *cobra.Command {
	var o showOptions
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "Show what a run did on every host",
		Long: `Show what a run did on every host: each operation with its start, attempts, status,
exit status and, where it failed or with --output, the last lines that it printed.

RUN is what cygnet runs lists, the beginning of it, or "last".`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runShow(cmd.Context(), con, args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.host, "host", "", "only this host")
	cmd.Flags().BoolVar(&o.output, "output", false, "also the output of what succeeded")
	cmd.Flags().BoolVar(&o.failed, "failed", false, "only what failed or is unknown")
	return cmd
}

type showOptions struct {
	host           string
	output, failed bool
}

func runShow(ctx context.Context, con console, id string, o showOptions) error {
	return withJournal(ctx, func(j *journal.Journal) error {
		r, err := j.Find(ctx, id)
		if err != nil {
			return err
		}
		hosts, err := j.Hosts(ctx, r.ID)
		if err != nil {
			return err
		}
		results, err := j.Results(ctx, r.ID, o.host)
		if err != nil {
			return err
		}
		var b strings.Builder
		showRun(&b, r)
		showHosts(&b, hosts, o)
		showResults(&b, results, o)
		_, err = io.WriteString(con.out, b.String())
		return err
	})
}

func showRun(b *strings.Builder, r journal.Run) {
	fmt.Fprintf(b, "run      %s\n", r.ID)
	fmt.Fprintf(b, "command  %s\n", screen.Visible("cygnet "+strings.Join(r.Args, " ")))
	fmt.Fprintf(b, "started  %s\n", r.Started.Format(time.DateTime))
	fmt.Fprintf(b, "took     %s\n", took(r.Started, r.Ended))
	fmt.Fprintf(b, "status   %s\n", runStatus(r))
	fmt.Fprintf(b, "hosts    %s\n", hostCounts(r))
}

// showHosts lists the hosts about which there is more to say than that they are
// done.
func showHosts(b *strings.Builder, hosts []journal.HostEnd, o showOptions) {
	for _, h := range hosts {
		if h.Error == "" && !h.Duckling || o.host != "" && h.Host != o.host {
			continue
		}
		fmt.Fprintf(b, "\n%s: %s", screen.Visible(h.Host), h.Status)
		if h.Duckling {
			b.WriteString(", a duckling")
		}
		if h.Error != "" {
			fmt.Fprintf(b, ": %s", screen.Visible(h.Error))
		}
	}
	b.WriteByte('\n')
}

func showResults(b *strings.Builder, results []journal.Result, o showOptions) {
	operation := -1
	for _, r := range results {
		bad := r.Status == "failed" || r.Status == "unknown" || r.Status == "ignored"
		if o.failed && !bad {
			continue
		}
		if r.Operation != operation {
			operation = r.Operation
			fmt.Fprintf(b, "\n%d. %s\n", r.Operation+1, screen.Visible(r.Label))
		}
		showResult(b, r)
		if r.Output == "" || !bad && !o.output {
			continue
		}
		for line := range strings.Lines(r.Output) {
			fmt.Fprintf(b, "      %s\n", screen.Visible(strings.TrimRight(line, "\n")))
		}
	}
}

func showResult(b *strings.Builder, r journal.Result) {
	fmt.Fprintf(b, "   %s  %s  %s  %s", r.Started.Format(time.TimeOnly), screen.Visible(r.Host), r.Status, took(r.Started, r.Ended))
	if r.Attempts > 1 {
		fmt.Fprintf(b, "  %d attempts", r.Attempts)
	}
	if r.Exit > 0 {
		fmt.Fprintf(b, "  exit %d", r.Exit)
	}
	for _, text := range []string{r.Reason, r.Error} {
		if text != "" {
			fmt.Fprintf(b, "  %s", screen.Visible(text))
		}
	}
	b.WriteByte('\n')
}
