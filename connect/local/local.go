// Package local reaches the machine that Cygnet itself runs on: the host
// "@local". Commands run in the folder that Cygnet was started in, with its
// environment; everything else is as on any other host.
package local

import (
	"context"
	"fmt"
	"io"
	"runtime"

	"cygnet/connect"
	"cygnet/connect/internal/transfer"
	"cygnet/fleet"
)

// A Connector opens connections to this machine. Its zero value is ready.
type Connector struct{}

var _ connect.Connector = Connector{}

// Connect implements [connect.Connector].
func (Connector) Connect(_ context.Context, host *fleet.Host) (connect.Conn, error) {
	if runtime.GOOS == "windows" {
		return nil, connect.NeedsPerson(fmt.Errorf(
			"connect %s: @local needs a POSIX shell, which Windows has not: run Cygnet in WSL", host.Name))
	}
	return newConn(), nil
}

// Upload implements [connect.Conn].
func (c *Conn) Upload(ctx context.Context, from io.Reader, to string, how connect.Transfer) error {
	return transfer.Upload(ctx, c, from, to, how)
}

// Download implements [connect.Conn].
func (c *Conn) Download(ctx context.Context, from string, to io.Writer, how connect.Transfer) error {
	return transfer.Download(ctx, c, from, to, how)
}
