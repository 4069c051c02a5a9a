package library

import "syscall"

// Errors of the system that are looked for by their number.
const (
	errNotFolder   = syscall.ENOTDIR
	errOtherDevice = syscall.EXDEV
)
