package connect

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"cygnet/fleet"
)

// flaky fails with its errors, one by one, and then connects.
type flaky struct {
	errs  []error
	calls int
}

func (f *flaky) Connect(context.Context, *fleet.Host) (Conn, error) {
	f.calls++
	if f.calls <= len(f.errs) {
		return nil, f.errs[f.calls-1]
	}
	return nil, nil
}

func TestRetry(t *testing.T) {
	down := errors.New("down")
	person := fmt.Errorf("wrong key: %w", ErrNeedsPerson)
	for _, tt := range []struct {
		name  string
		data  fleet.Data
		errs  []error
		calls int
		want  error
		most  time.Duration
	}{
		{"at once", nil, nil, 1, nil, 0},
		{"second time", nil, []error{down}, 2, nil, time.Second},
		{"third time", nil, []error{down, down}, 3, nil, 3 * time.Second},
		{"too often", nil, []error{down, down, down}, 3, down, 3 * time.Second},
		{"a person", nil, []error{person, down}, 1, person, 0},
		{"a person later", nil, []error{down, person}, 2, person, time.Second},
		{"none", fleet.Data{"ssh_connect_retries": 0}, []error{down}, 1, down, 0},
		{"many", fleet.Data{"ssh_connect_retries": "5", "ssh_connect_retry_max_delay": 0.5}, []error{down, down, down, down, down}, 6, nil, 5 * time.Second},
		{"setting", fleet.Data{"ssh_connect_retries": "often"}, nil, 0, ErrNeedsPerson, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				inventory := fleet.New()
				if err := inventory.AddGroup(fleet.All, tt.data, fleet.Member{Name: "web1"}); err != nil {
					t.Fatal(err)
				}
				f := &flaky{errs: tt.errs}
				reports, waited := 0, time.Duration(0)
				begun := time.Now()
				_, err := Retry{Connector: f, Report: func(_ *fleet.Host, attempt int, err error, wait time.Duration) {
					reports++
					waited += wait
					if attempt != reports || err == nil {
						t.Errorf("report %d is of attempt %d, %v", reports, attempt, err)
					}
				}}.Connect(t.Context(), inventory.Hosts()[0])
				if !errors.Is(err, tt.want) || f.calls != tt.calls {
					t.Errorf("error %v after %d calls, want %v after %d", err, f.calls, tt.want, tt.calls)
				}
				if want := min(len(tt.errs), tt.calls); reports != want {
					t.Errorf("%d reports, want %d", reports, want)
				}
				if took := time.Since(begun); took != waited || took > tt.most {
					t.Errorf("it took %v and said %v", took, waited)
				}
			})
		})
	}
}

func TestRetryStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inventory := fleet.New()
		if err := inventory.AddGroup(fleet.All, fleet.Data{"ssh_connect_retry_min_delay": 100}, fleet.Member{Name: "web1"}); err != nil {
			t.Fatal(err)
		}
		gone := errors.New("the user left")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(gone) })
		f := &flaky{errs: []error{errors.New("down")}}
		if _, err := (Retry{Connector: f}).Connect(ctx, inventory.Hosts()[0]); !errors.Is(err, gone) || f.calls != 1 {
			t.Errorf("error %v after %d calls", err, f.calls)
		}
	})
}
