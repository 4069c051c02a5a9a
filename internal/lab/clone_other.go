//go:build !linux

package lab

import (
	"fmt"
	"runtime"
)

// CanClone says why clone machines cannot be made here, or nil if they can.
func CanClone() error {
	return fmt.Errorf("clone machines need Linux, this is %s", runtime.GOOS)
}

func newClone(*Machine) (place, error) { return nil, CanClone() }
