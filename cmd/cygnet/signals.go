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
type signals struct {
	first <-chan struct{}
	stop  func()
}

func handleSignals(ctx context.Context) (context.Context, signals) {
	ctx, cancel := context.WithCancelCause(ctx)
	received := make(chan os.Signal, 2)
	signal.Notify(received, os.Interrupt, syscall.SIGTERM)
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
		cancel(nil)
		wg.Wait()
	}}
}
