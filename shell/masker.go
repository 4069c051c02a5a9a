package shell

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// minMasked is the length of the shortest secret that is masked in what hosts
// print: shorter ones would tear holes into ordinary words.
const minMasked = 4

// A Masker hides secrets in text that hosts print, also where they are quoted,
// URL-encoded or in base64. Its zero value hides nothing. It is safe for
// concurrent use.
type Masker struct {
	mu       sync.RWMutex
	forms    []string // the longest first
	replacer *strings.Replacer
}

// Add hides more secrets.
func (m *Masker) Add(secrets ...Secret) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := len(m.forms)
	for _, s := range secrets {
		for _, form := range forms(s.value) {
			if !slices.Contains(m.forms, form) {
				m.forms = append(m.forms, form)
			}
		}
	}
	if len(m.forms) == known {
		return
	}
	// At one place the first pair that fits wins: the longest must be first.
	slices.SortFunc(m.forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, form := range m.forms {
		pairs = append(pairs, form, Mask)
	}
	m.replacer = strings.NewReplacer(pairs...)
}

// Mask returns text with all secrets replaced.
func (m *Masker) Mask(text string) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.replacer == nil {
		return text
	}
	return m.replacer.Replace(text)
}

// forms returns the ways in which a secret may be printed, line by line.
func forms(secret string) []string {
	var found []string
	for _, form := range []string{
		Quote(secret),
		url.QueryEscape(secret),
		url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		if len(secret) >= minMasked {
			found = append(found, form)
		}
	}
	for line := range strings.Lines(secret) {
		if line = strings.TrimRight(line, "\r\n"); len(line) >= minMasked {
			found = append(found, line)
		}
	}
	return found
}
