package run

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestWindowSlides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(2)
		begun := time.Now()
		ended := make([]time.Duration, 5)
		// One host takes ten seconds, the others one: the slow one holds its own
		// place only.
		var wg sync.WaitGroup
		for i := range ended {
			wg.Go(func() {
				if err := w.enter(t.Context(), i); err != nil {
					t.Error(err)
					return
				}
				defer w.leave()
				if i == 0 {
					time.Sleep(10 * time.Second)
				} else {
					time.Sleep(time.Second)
				}
				ended[i] = time.Since(begun)
			})
			synctest.Wait()
		}
		wg.Wait()
		want := []time.Duration{10 * time.Second, time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second}
		if !slices.Equal(ended, want) {
			t.Errorf("ended after %v, want %v", ended, want)
		}
	})
}

func TestWindowLetsInByInventoryOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(1)
		var order []int
		var wg sync.WaitGroup
		for _, i := range []int{3, 2, 0, 1} {
			wg.Go(func() {
				if err := w.enter(t.Context(), i); err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Second)
				order = append(order, i)
				w.leave()
			})
			synctest.Wait()
		}
		wg.Wait()
		if want := []int{3, 0, 1, 2}; !slices.Equal(order, want) {
			t.Errorf("order is %v, want %v", order, want)
		}
	})
}

func TestWindowGivesUpWhenTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(1)
		if err := w.enter(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		reason := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		var err error
		var wg sync.WaitGroup
		wg.Go(func() { err = w.enter(ctx, 1) })
		synctest.Wait()
		cancel(reason)
		wg.Wait()
		if !errors.Is(err, reason) {
			t.Errorf("got %v, want %v", err, reason)
		}
		w.leave()
		if err := w.enter(t.Context(), 2); err != nil {
			t.Errorf("the place of the one who gave up is lost: %v", err)
		}
	})
}

func TestWindowWithoutLimit(t *testing.T) {
	w := newWindow(0)
	for i := range 1000 {
		if err := w.enter(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
}
