package connect

import (
	"errors"
	"testing"

	"cygnet/fleet"
)

type nowhere struct{ Connector }

func TestSetFindsOrListsWhatThereIs(t *testing.T) {
	s := Set{"ssh": nowhere{}, "local": nowhere{}}
	if c, err := s.Find(&fleet.Host{Name: "web1", Connector: "ssh"}); err != nil || c == nil {
		t.Errorf("got %v, %v", c, err)
	}
	_, err := s.Find(&fleet.Host{Name: "@docker/web", Connector: "docker"})
	if !errors.Is(err, ErrNeedsPerson) {
		t.Fatalf("got %v", err)
	}
	if want := "host @docker/web: no connector is called @docker: use one of @local, @ssh"; err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
