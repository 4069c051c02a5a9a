//go:build unix

package local

import (
	"testing"

	"go.uber.org/goleak"

	"cygnet/connect/conformance"
	"cygnet/fleet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	conformance.Test(t, Connector{}, &fleet.Host{Name: "@local", Connector: "local"})
}
