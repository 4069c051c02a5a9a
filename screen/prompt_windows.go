package screen

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// readable reports whether the console has events within a time. Reading may
// then still wait for the end of a line; Ctrl-C ends such a wait.
func readable(f *os.File, wait time.Duration) (bool, error) {
	event, err := windows.WaitForSingleObject(windows.Handle(f.Fd()), uint32(wait.Milliseconds()))
	return event == windows.WAIT_OBJECT_0, err
}

// discard throws away what has been typed already.
func discard(f *os.File) error { return windows.FlushConsoleInputBuffer(windows.Handle(f.Fd())) }
