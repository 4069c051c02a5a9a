package server

import (
	"bufio"
	"cmp"
	"io"
	"path"
	"strings"

	"cygnet/modules/files"
	"cygnet/op"
)

// UserAuthorizedKeys says which keys may log in as a user.
type UserAuthorizedKeys struct {
	// User is who may log in with them.
	User string `arg:",required"`
	// PublicKeys are keys, or names of the controller's files that hold keys.
	PublicKeys []string `arg:",required"`
	// Group owns the files together with the user; empty is one called like
	// the user.
	Group string
	// DeleteKeys removes all other keys.
	DeleteKeys bool
	// AuthorizedKeyDirectory is where the keys are; empty is /home/USER/.ssh.
	AuthorizedKeyDirectory string
	// AuthorizedKeyFilename is the file's name; empty is authorized_keys.
	AuthorizedKeyFilename string
}

// Plan implements op.Operation.
func (k UserAuthorizedKeys) Plan(h *op.Host) (op.Plan, error) {
	keys, err := readKeys(h, k.PublicKeys)
	if err != nil {
		return op.Plan{}, err
	}
	parts := k.parts(keys)
	var p op.Plan
	var pending error
	for _, part := range parts {
		if err := p.Include(h, part); err != nil && pending == nil {
			pending = err
		}
	}
	if pending != nil {
		return op.Plan{}, pending
	}
	if len(p.Commands) == 0 {
		p.Noop = "the keys of user " + k.User + " are as wanted"
	}
	return p, nil
}

// parts are the operations that this one is made of.
func (k UserAuthorizedKeys) parts(keys []string) []op.Operation {
	group := cmp.Or(k.Group, k.User)
	dir := cmp.Or(k.AuthorizedKeyDirectory, "/home/"+k.User+"/.ssh")
	name := path.Join(dir, cmp.Or(k.AuthorizedKeyFilename, "authorized_keys"))
	parts := []op.Operation{files.Directory{Path: dir, User: k.User, Group: group, Mode: "700"}}
	if k.DeleteKeys {
		content := op.Bytes([]byte(strings.Join(keys, "\n") + "\n"))
		return append(parts, files.Put{Src: content, Dest: name, User: k.User, Group: group, Mode: "600", NoCreateRemoteDir: true})
	}
	parts = append(parts, files.File{Path: name, User: k.User, Group: group, Mode: "600", NoCreateRemoteDir: true})
	for _, key := range keys {
		parts = append(parts, files.Line{
			Path: name, Line: key, EnsureNewline: true,
			// A key is text, but a comment in it may look like a pattern.
			EscapeRegexCharacters: strings.ContainsAny(key, `[]*^$\`),
		})
	}
	return parts
}

// readKeys replaces names of files by the keys in them.
func readKeys(h *op.Host, texts []string) ([]string, error) {
	var keys []string
	for _, text := range texts {
		text = strings.TrimSpace(text)
		info, err := h.Local.Stat(text)
		if err != nil || info.IsDir() {
			if looksLikeFile(text) {
				return nil, op.Errorf("no public key in %s: there is no such file", text)
			}
			keys = append(keys, text)
			continue
		}
		found, err := readKeyFile(h, text)
		if err != nil {
			return nil, err
		}
		keys = append(keys, found...)
	}
	return keys, nil
}

// looksLikeFile tells a file's name, which has no spaces, from a key that is
// written out.
func looksLikeFile(text string) bool {
	return !strings.ContainsAny(text, " \t") && (strings.HasSuffix(text, ".pub") || strings.HasPrefix(text, "/") ||
		strings.HasPrefix(text, "./") || strings.HasPrefix(text, "~"))
}

// maxKeyFile is the most that is read of a file of keys, in bytes.
const maxKeyFile = 1 << 20

func readKeyFile(h *op.Host, name string) ([]string, error) {
	f, err := h.Local.Open(name)
	if err != nil {
		return nil, op.Errorf("read public keys: %v", err)
	}
	defer f.Close()
	var keys []string
	lines := bufio.NewScanner(io.LimitReader(f, maxKeyFile))
	lines.Buffer(nil, maxKeyFile)
	for lines.Scan() {
		if l := strings.TrimSpace(lines.Text()); l != "" && !strings.HasPrefix(l, "#") {
			keys = append(keys, l)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, op.Errorf("read public keys in %s: %v", name, err)
	}
	return keys, nil
}
