package builtin

// NewBase makes a class of another package that files derive their own from. It
// has nothing but a name, and its meaning for who looks at what derives from it.
// It is constant: make it once and keep it in a variable.
func NewBase(name string) *Class { return &Class{name: name, base: ObjectClass, open: true} }

// Derives reports whether a class is another one or derives from it.
func (c *Class) Derives(from *Class) bool { return c.derives(from) }
