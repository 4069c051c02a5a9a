package screen

// Visible returns text from outside as one line that is fit for a terminal: what
// would move its cursor, change its colours or hide something is made visible.
func Visible(text string) string { return clean(text) }
