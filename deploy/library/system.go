package library

// A fileStatus is what a system knows of a file, as os.stat tells it. Times are
// nanoseconds since 1970. What a system does not have is 0.
type fileStatus struct {
	mode, ino, dev, nlink, uid, gid, size int64
	accessed, modified, changed           int64
}

func (s fileStatus) whenAccessed() int64 { return s.accessed }
func (s fileStatus) whenModified() int64 { return s.modified }
func (s fileStatus) whenChanged() int64  { return s.changed }
