package library

import (
	"fmt"
	"strings"
)

// quoteURL escapes a text for a URL; letters, digits, "_.-~" and what is safe
// stay.
func quoteURL(text, safe string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if wordByte(c) || strings.IndexByte(".-~", c) >= 0 || strings.IndexByte(safe, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
