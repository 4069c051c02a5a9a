package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// get downloads.
type get op.Download

func (o get) Plan(*op.Host) (op.Plan, error) {
	return op.Plan{Commands: []op.Command{op.Download(o)}}, nil
}

func TestHostsMayDownloadToOnePlace(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.WriteFile(from, []byte(strings.Repeat("feather", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := try(t, &here{}, "abcdefgh", Options{}, func(_ context.Context, h *Host) error {
		h.Do(get{from, to})
		return nil
	})
	check(t, "not done", s.NotDone(), []string(nil))
	if got, err := os.ReadFile(to); err != nil || len(got) != 7000 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	check(t, "left", entries(t, dir), []string{"from", "to"})
}

func TestADownloadThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s, _ := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(get{dir + "/missing", dir + "/to"})
		return nil
	})
	check(t, "hosts", statuses(s), "a:failed")
	check(t, "left", entries(t, dir), []string(nil))
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// hang is a fact that does not come.
type hang struct{}

func (hang) Command() shell.Text               { return shell.Raw("sleep 600") }
func (hang) Parse(lines []string) (any, error) { return nil, nil }

// hangs wants to know it, after another fact.
type hangs struct{}

func (hangs) Plan(h *op.Host) (op.Plan, error) {
	fact.Want(h, fact.Ask(exists{"/"}), fact.Ask(hang{}))
	_, err := fact.Get(h, hang{})
	return op.Plan{}, err
}

func TestAHostThatDoesNotAnswerIsDropped(t *testing.T) {
	s, _ := try(t, &here{}, "ab", Options{FactTimeout: 300 * time.Millisecond}, func(_ context.Context, h *Host) error {
		h.Do(sh{"true"})
		if h.Name() == "@here/a" {
			h.Do(hangs{})
		}
		return nil
	})
	check(t, "hosts", statuses(s), "a:failed b:changed")
	check(t, "reason", s.Hosts[0].Err.Error(), "fact run.hang: no answer within 300ms")
}
