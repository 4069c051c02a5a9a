//go:build !unix

package lab

import (
	"errors"
	"os"
	"os/exec"
)

var errNotUnix = errors.New("lab machines need a unix system")

func newHome(*Machine) (place, error) { return nil, errNotUnix }

func lead(*exec.Cmd, bool) {}

func signalGroup(int, string) error { return errNotUnix }

func endedBySignal(*os.ProcessState) (name string, core, ok bool) { return "", false, false }

type guard struct{}

func startGuard(id, dir string) (*guard, error) { return nil, errNotUnix }

func (*guard) dismiss() error { return nil }

func (*terminal) resize(cols, rows uint32) error { return errNotUnix }
