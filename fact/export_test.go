package fact

// Pending returns how many facts wait to be fetched.
func (r *Reader) Pending() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue)
}
