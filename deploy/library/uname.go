package library

import (
	"golang.org/x/sys/unix"

	"cygnet/deploy/builtin"
)

// systemName is what uname(2) says of the controller: the system, the node, the
// release, the version and the machine.
func systemName() (names [5]string, err error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return names, builtin.Raise(builtin.OSError, "uname: %w", err)
	}
	for i, field := range [][]byte{u.Sysname[:], u.Nodename[:], u.Release[:], u.Version[:], u.Machine[:]} {
		names[i] = unix.ByteSliceToString(field)
	}
	return names, nil
}
