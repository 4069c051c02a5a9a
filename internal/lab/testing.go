package lab

import "context"

// TB is what ForTest needs of a testing.TB. It keeps package testing out of
// programs that start a lab.
type TB interface {
	Helper()
	Context() context.Context
	Fatal(args ...any)
	Error(args ...any)
	Skip(args ...any)
	Cleanup(func())
}

// ForTest starts a lab that ends with the test. It skips the test, naming what
// is missing, when it wants clones and there can be none.
func ForTest(t TB, opts Options) *Lab {
	t.Helper()
	if opts.Kind == Clone {
		if err := CanClone(); err != nil {
			t.Skip(err)
		}
	}
	l, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}
