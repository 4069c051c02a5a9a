package screen

import (
	"errors"
	"net"
	"strings"
	"syscall"

	"cygnet/connect"
	"cygnet/run"
)

// reason returns why something failed on a host, in one clean line. What only
// says which host it was is left out, so that hosts that failed alike read
// alike.
func reason(host string, err error) string {
	if err == nil {
		return "no reason given"
	}
	if errors.Is(err, run.ErrStopped) {
		if errors.Is(err, connect.ErrLeftRunning) {
			return "stopped before its end; " + connect.ErrLeftRunning.Error()
		}
		return "stopped before its end"
	}
	said := err.Error()
	if network, ok := errors.AsType[*net.OpError](err); ok {
		plain := network.Err.Error()
		if number, ok := errors.AsType[syscall.Errno](network.Err); ok {
			plain = number.Error()
		}
		said = strings.ReplaceAll(said, network.Error(), plain)
	}
	for _, prefix := range []string{"connect " + host + ": ", host + ": "} {
		said = strings.TrimPrefix(said, prefix)
	}
	return cleanLine(said)
}

// failureOf returns why an operation failed, without the operation's name.
func failureOf(host string, err error) string {
	if o, ok := errors.AsType[*run.OperationError](err); ok && !errors.Is(err, run.ErrStopped) {
		return reason(host, o.Err)
	}
	return reason(host, err)
}
