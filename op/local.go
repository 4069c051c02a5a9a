package op

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

var errContent = errors.New("a path or a file-like object")

// Open implements Files.
func (l LocalFiles) Open(name string) (io.ReadCloser, error) { return os.Open(l.Resolve(name)) }

// Stat implements Files.
func (l LocalFiles) Stat(name string) (fs.FileInfo, error) { return os.Stat(l.Resolve(name)) }

// Open returns the content's bytes, read from files where it is a file.
func (c Content) Open(files Files) (io.ReadCloser, error) {
	if c.kind == contentFile {
		return files.Open(c.path)
	}
	return io.NopCloser(bytes.NewReader(c.bytes)), nil
}
