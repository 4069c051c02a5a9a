package all

import (
	"errors"
	"testing"

	"cygnet/connect"
)

func TestFind(t *testing.T) {
	connectors := All(Options{})
	for _, name := range []string{"local", "ssh"} {
		if c, err := Find(connectors, name); err != nil || c == nil {
			t.Errorf("@%s: %v, %v", name, c, err)
		}
	}
	_, err := Find(connectors, "docker")
	if !errors.Is(err, connect.ErrNeedsPerson) {
		t.Fatalf("got %v", err)
	}
	if want := "no connector is called @docker: use one of @local, @ssh"; err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
