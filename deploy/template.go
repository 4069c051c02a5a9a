package deploy

import (
	"cygnet/deploy/library"
	"cygnet/op"
)

// Render fills in a template of an operation that a Go program called, such as
// files.Template; it is an op.Renderer. The template sees its own data, and no
// host; those that it includes are found below the working folder. Operations
// that deploy files call are rendered as they are called, and need none.
func Render(t op.Template) (string, error) { return library.Render(t) }
