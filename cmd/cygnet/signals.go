package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// signals turns Ctrl-C into what a run understands: the first closes a channel,
// so that what runs ends and nothing more begins; the second ends the context.
// SIGTERM, and SIGHUP when the terminal goes, count as Ctrl-C does.
type signals struct {
	first <-chan struct{}
	stop  func()
}

func handleSignals(ctx context.Context) (context.Context, signals) {
	ctx, cancel := context.WithCancelCause(ctx)
	received := make(chan os.Signal, 2)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // as nohup has it
			signal.Notify(received, s)
		}
	}
	// A reader that goes away, as in cygnet ... 2>&1 | head, does not end the
	// run: the write fails, and that is all.
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	first := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-received:
			close(first)
		case <-ctx.Done():
			return
		}
		select {
		case <-received:
			cancel(errInterrupted)
		case <-ctx.Done():
		}
	})
	return ctx, signals{first: first, stop: func() {
		signal.Stop(received)
		signal.Stop(broken)
		cancel(nil)
		wg.Wait()
	}}
}
