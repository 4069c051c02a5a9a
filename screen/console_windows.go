package screen

import (
	"os"

	"golang.org/x/sys/windows"
)

// escapes makes a console understand control sequences, until restore is called;
// ok is false for consoles from before Windows 10, which cannot.
func escapes(f *os.File) (restore func() error, ok bool) {
	console := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return nil, false
	}
	if err := windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING); err != nil {
		return nil, false
	}
	return func() error { return windows.SetConsoleMode(console, mode) }, true
}
