package ssh

import "sync"

// A cache holds what was made once for each key, errors too. Its zero value is
// empty. Who asks for what is being made waits for it.
type cache[K comparable, V any] struct {
	mu    sync.Mutex
	items map[K]*item[V]
}

type item[V any] struct {
	once  sync.Once
	value V
	err   error
}

func (c *cache[K, V]) get(key K, make func() (V, error)) (V, error) {
	c.mu.Lock()
	if c.items == nil {
		c.items = map[K]*item[V]{}
	}
	it := c.items[key]
	if it == nil {
		it = &item[V]{}
		c.items[key] = it
	}
	c.mu.Unlock()
	it.once.Do(func() { it.value, it.err = make() })
	return it.value, it.err
}
