package lab

import "errors"

// CanClone says why clone machines cannot be made here, or nil if they can.
func CanClone() error { return errors.New("clone machines are not available") }

func newClone(*Machine) (place, error) { return nil, CanClone() }
