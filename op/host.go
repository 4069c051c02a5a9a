package op

import (
	"context"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"cygnet/fact"
)

// A Host is what a plan may look at. The Source has the host's facts in the
// identity and environment of the operation.
type Host struct {
	fact.Source
	// Context ends when the plan is no longer wanted; plans that run code of
	// the user's heed it. Nil never ends.
	Context context.Context
	// As has the facts in another identity and environment. It may be nil
	// where there are none but the Source's.
	As func(Arguments) fact.Source
	// Name is the host's name in the inventory.
	Name string
	// Local has the controller's files.
	Local Files
	// Now is the time at which the run started: the same for all plans.
	Now time.Time
	// Timestamp goes into the names of backups; it is the same for all plans
	// of a run.
	Timestamp string
	// TempDir is the host's folder for temporary files.
	TempDir string
	// TempFile returns a path on the host that nobody else can guess, the same
	// for the same seed during a run.
	TempFile func(seed string) string
	// Data looks up the host's data.
	Data func(key string) (any, bool)
	// Render fills in templates; nil where there are none.
	Render Renderer
}

// Files are the controller's files, as operations name them.
type Files interface {
	// Resolve returns the absolute path of name.
	Resolve(name string) string
	Open(name string) (io.ReadCloser, error)
	Stat(name string) (fs.FileInfo, error)
}

// Content is what an operation writes into a file: a file of the controller, or
// bytes. The zero value is no content at all.
type Content struct {
	path  string
	bytes []byte
	kind  contentKind
}

type contentKind uint8

const (
	contentNone contentKind = iota
	contentFile
	contentBytes
)

// File is the content of a file of the controller.
func File(path string) Content { return Content{path: path, kind: contentFile} }

// Bytes is content that is held in memory, as from io.StringIO in a deploy.
func Bytes(b []byte) Content { return Content{bytes: b, kind: contentBytes} }

// IsZero reports whether there is no content.
func (c Content) IsZero() bool { return c.kind == contentNone }

// Path returns the controller's file, and whether c is one.
func (c Content) Path() (string, bool) { return c.path, c.kind == contentFile }

// Data returns the bytes held in memory, and whether c is of that kind.
func (c Content) Data() ([]byte, bool) { return c.bytes, c.kind == contentBytes }

// String names the content for people.
func (c Content) String() string {
	switch c.kind {
	case contentFile:
		return c.path
	case contentBytes:
		return "content from memory"
	}
	return "nothing"
}

// UnmarshalArgument takes a path, bytes, or Content from a file-like object.
func (c *Content) UnmarshalArgument(value any) error {
	switch v := value.(type) {
	case string:
		*c = File(v)
	case []byte:
		*c = Bytes(v)
	case Content:
		*c = v
	default:
		return errContent
	}
	return nil
}

// ArgumentType implements argument.Unmarshaler.
func (*Content) ArgumentType() string { return "str | IO" }

// LocalFiles are the controller's real files below a folder.
type LocalFiles struct{ Dir string }

// Resolve implements Files.
func (l LocalFiles) Resolve(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(l.Dir, name)
}
