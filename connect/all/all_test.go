package all

import "testing"

func TestAll(t *testing.T) {
	connectors := All(Options{})
	for _, name := range []string{"local", "ssh"} {
		if connectors[name] == nil {
			t.Errorf("there is no @%s", name)
		}
	}
}
