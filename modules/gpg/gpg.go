// Package gpg reads OpenPGP keys on hosts.
package gpg

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name:  "gpg",
		Facts: []fact.Declaration{fact.Declare(GpgKey{}), fact.Declare(GpgKeys{}), fact.Declare(GpgSecretKeys{})},
	}
}

// A Key is a primary key, or one of its subkeys, which have no name and no
// subkeys. In deploy files it is a dict, which also has fingerprint, uid_hash and
// uid where gpg tells them.
type Key struct {
	// Validity is gpg's letter: "u" is a key of one's own, "-" unknown, "e"
	// expired, "r" revoked.
	Validity string
	// Length is in bits; 0 is not known.
	Length int
	// Fingerprint is in hexadecimal digits.
	Fingerprint string
	// UIDHash is how gpg tells the last user ID from others.
	UIDHash string
	// UID is the name of the last user ID, such as "Leda <leda@example.org>".
	UID string
	// Subkeys are the key's own, by their long IDs.
	Subkeys map[string]Key
	sub     bool
}

// Plain implements fact.Plainer: what gpg did not say is left out.
func (k Key) Plain() any {
	d := fact.Dict{{Key: "validity", Value: k.Validity}, {Key: "length", Value: int64(k.Length)}}
	if !k.sub {
		subkeys := fact.Dict{}
		for _, id := range slices.Sorted(maps.Keys(k.Subkeys)) {
			subkeys = append(subkeys, fact.Item{Key: id, Value: k.Subkeys[id]})
		}
		d = append(d, fact.Item{Key: "subkeys", Value: subkeys})
	}
	if k.Fingerprint != "" {
		d = append(d, fact.Item{Key: "fingerprint", Value: k.Fingerprint})
	}
	if k.UID != "" {
		d = append(d, fact.Item{Key: "uid_hash", Value: k.UIDHash}, fact.Item{Key: "uid", Value: k.UID})
	}
	return d
}

// Parse reads what gpg prints with --with-colons: keys by their long IDs. The
// fields are those of doc/DETAILS in GnuPG's source.
func Parse(lines []string) (map[string]Key, error) {
	keys := map[string]Key{}
	var id, subID string
	for _, l := range lines {
		f := strings.Split(l, ":")
		if len(f) < 5 {
			continue
		}
		switch f[0] {
		case "pub", "sec":
			id, subID = f[4], ""
			keys[id] = Key{Validity: f[1], Length: length(f[2]), Subkeys: map[string]Key{}}
		case "sub", "ssb":
			if id != "" {
				subID = f[4]
				keys[id].Subkeys[subID] = Key{Validity: f[1], Length: length(f[2]), sub: true}
			}
		case "fpr", "uid":
			if id != "" && len(f) > 9 {
				describe(keys, id, subID, f)
			}
		}
	}
	return keys, nil
}

// describe adds a fingerprint or a user ID to the key it stands behind.
func describe(keys map[string]Key, id, subID string, f []string) {
	k := keys[id]
	if f[0] == "uid" {
		k.UIDHash, k.UID = f[7], f[9]
		keys[id] = k
		return
	}
	if subID == "" {
		k.Fingerprint = f[9]
		keys[id] = k
		return
	}
	s := k.Subkeys[subID]
	s.Fingerprint = f[9]
	k.Subkeys[subID] = s
}

// length returns 0 for a length that is not a number.
func length(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// GpgKey are the keys in a file of the host, or behind a URL.
type GpgKey struct {
	// Src is a path of the host, or a URL, which the host fetches.
	Src string `arg:",required"`
}

// Command implements fact.Fact.
func (k GpgKey) Command() shell.Text {
	src := shell.Word(k.Src)
	if u, err := url.Parse(k.Src); err != nil || u.Scheme == "" {
		return shell.Join(" ", shell.Raw("gpg --with-colons"), src)
	}
	return shell.Join("", shell.Raw("(wget -O - "), src, shell.Raw(" || curl -sSLf "), src, shell.Raw(") | gpg --with-colons"))
}

// Parse implements fact.Fact.
func (GpgKey) Parse(lines []string) (map[string]Key, error) { return Parse(lines) }

// Requires implements fact.Requirer.
func (GpgKey) Requires() string { return "gpg" }

// Zero implements fact.Zeroer.
func (GpgKey) Zero() map[string]Key { return map[string]Key{} }

// GpgKeys are the public keys of the user who asks, or in a keyring.
type GpgKeys struct {
	// Keyring is the path of a keyring on the host; empty is the user's own.
	Keyring string
}

// Command implements fact.Fact.
func (k GpgKeys) Command() shell.Text { return list("--list-keys", k.Keyring) }

// Parse implements fact.Fact.
func (GpgKeys) Parse(lines []string) (map[string]Key, error) { return Parse(lines) }

// Requires implements fact.Requirer.
func (GpgKeys) Requires() string { return "gpg" }

// Zero implements fact.Zeroer.
func (GpgKeys) Zero() map[string]Key { return map[string]Key{} }

// GpgSecretKeys are the secret keys of the user who asks, or in a keyring: what
// they are called, not the keys themselves.
type GpgSecretKeys struct {
	// Keyring is the path of a keyring on the host; empty is the user's own.
	Keyring string
}

// Command implements fact.Fact.
func (k GpgSecretKeys) Command() shell.Text { return list("--list-secret-keys", k.Keyring) }

// Parse implements fact.Fact.
func (GpgSecretKeys) Parse(lines []string) (map[string]Key, error) { return Parse(lines) }

// Requires implements fact.Requirer.
func (GpgSecretKeys) Requires() string { return "gpg" }

// Zero implements fact.Zeroer.
func (GpgSecretKeys) Zero() map[string]Key { return map[string]Key{} }

func list(what, keyring string) shell.Text {
	command := shell.Words("gpg", what, "--with-colons")
	if keyring == "" {
		return command
	}
	return shell.Join(" ", command, shell.Words("--keyring", keyring, "--no-default-keyring"))
}

var (
	_ fact.Fact[map[string]Key] = GpgKey{}
	_ fact.Fact[map[string]Key] = GpgKeys{}
	_ fact.Fact[map[string]Key] = GpgSecretKeys{}
)
