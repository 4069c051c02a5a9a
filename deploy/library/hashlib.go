package library

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"hash"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
}

func hashlibModule() *definition {
	table := map[string]func(*call) (starlark.Value, error){"new": hashNew}
	for name := range hashes {
		table[name] = func(c *call) (starlark.Value, error) {
			var data starlark.Value = starlark.Bytes("")
			security := true
			if err := c.unpack("string?", &data, "usedforsecurity?", &security); err != nil {
				return nil, err
			}
			return newDigest(name, data)
		}
	}
	d := &definition{name: "hashlib", what: "function", values: functions(table),
		later: map[string]string{"blake2b": "", "blake2s": "", "sha3_256": "", "sha3_512": "", "pbkdf2_hmac": "", "scrypt": "", "file_digest": "", "algorithms_available": ""}}
	d.values["algorithms_guaranteed"] = func(*Session) starlark.Value { return tupleOf(sortedKeys(hashes)) }
	return d
}

func hashNew(c *call) (starlark.Value, error) {
	var name string
	var data starlark.Value = starlark.Bytes("")
	security := true
	if err := c.unpack("name", &name, "string?", &data, "usedforsecurity?", &security); err != nil {
		return nil, err
	}
	return newDigest(strings.ToLower(name), data)
}

func newDigest(name string, data starlark.Value) (starlark.Value, error) {
	make := hashes[name]
	if make == nil {
		return nil, builtin.Raise(builtin.ValueError, "unsupported hash type %s", name)
	}
	d := &digest{name: name, make: make}
	return d, d.add(data)
}

// A digest is a hash that is being computed.
type digest struct {
	object
	name string
	make func() hash.Hash
	data []byte
}

var _ starlark.HasAttrs = (*digest)(nil)

func (d *digest) String() string { return "<" + d.name + " hash object>" }
func (*digest) Type() string     { return "HASH" }

func (d *digest) add(v starlark.Value) error {
	if _, ok := v.(starlark.String); ok {
		return builtin.Raise(builtin.TypeError, "Strings must be encoded before hashing")
	}
	data, err := needBytes(v)
	if err != nil {
		return builtin.Raise(builtin.TypeError, "object supporting the buffer API required")
	}
	if len(d.data)+len(data) > 4*maxOpened {
		return builtin.Raise(builtin.MemoryError, "more than %d MiB are hashed", 4*maxOpened>>20)
	}
	d.data = append(d.data, data...)
	return nil
}

func (d *digest) sum() []byte {
	h := d.make()
	h.Write(d.data) // never fails
	return h.Sum(nil)
}

var digestAttributes = attributes[*digest]{
	"name":        attribute(func(d *digest) starlark.String { return starlark.String(d.name) }),
	"digest_size": attribute(func(d *digest) starlark.Int { return starlark.MakeInt(d.make().Size()) }),
	"block_size":  attribute(func(d *digest) starlark.Int { return starlark.MakeInt(d.make().BlockSize()) }),
	"digest":      bound("digest", func(d *digest, c *call) (starlark.Value, error) { return starlark.Bytes(d.sum()), c.unpack() }),
	"hexdigest": bound("hexdigest", func(d *digest, c *call) (starlark.Value, error) {
		return starlark.String(hex.EncodeToString(d.sum())), c.unpack()
	}),
	"copy": bound("copy", func(d *digest, c *call) (starlark.Value, error) {
		return &digest{name: d.name, make: d.make, data: append([]byte(nil), d.data...)}, c.unpack()
	}),
	"update": bound("update", func(d *digest, c *call) (starlark.Value, error) {
		var data starlark.Value
		if err := c.unpack("data", &data); err != nil {
			return nil, err
		}
		return starlark.None, d.add(data)
	}),
}

// Attr implements starlark.HasAttrs.
func (d *digest) Attr(name string) (starlark.Value, error) {
	return digestAttributes.get(d, "hash object", name, nil)
}

// AttrNames implements starlark.HasAttrs.
func (*digest) AttrNames() []string { return digestAttributes.names() }

func hmacModule() *definition {
	return &definition{name: "hmac", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"new": hmacNew, "compare_digest": compareDigest,
	}), later: map[string]string{"digest": "use hmac.new", "HMAC": "use hmac.new"}}
}

func hmacNew(c *call) (starlark.Value, error) {
	var key, mode starlark.Value
	var msg starlark.Value = starlark.Bytes("")
	if err := c.unpack("key", &key, "msg?", &msg, "digestmod", &mode); err != nil {
		return nil, err
	}
	name, ok := starlark.AsString(mode)
	if f, isFunction := mode.(*starlark.Builtin); isFunction {
		name, ok = f.Name(), true
	}
	make := hashes[name]
	if !ok || make == nil {
		return nil, builtin.Raise(builtin.ValueError, "unsupported hash type %s", builtin.Str(mode))
	}
	secret, err := needBytes(key)
	if err != nil {
		return nil, err
	}
	if msg == starlark.None {
		msg = starlark.Bytes("")
	}
	d := &digest{name: "hmac-" + name, make: func() hash.Hash { return hmac.New(make, []byte(secret)) }}
	return d, d.add(msg)
}

func compareDigest(c *call) (starlark.Value, error) {
	var a, b starlark.Value
	if err := c.unpack("a", &a, "b", &b); err != nil {
		return nil, err
	}
	x, xBytes, ok := bytesOf(a)
	y, yBytes, ok2 := bytesOf(b)
	if !ok || !ok2 || xBytes != yBytes {
		return nil, builtin.Raise(builtin.TypeError, "unsupported operand types(s) or combination of types: '%s' and '%s'", builtin.TypeName(a), builtin.TypeName(b))
	}
	return starlark.Bool(subtle.ConstantTimeCompare([]byte(x), []byte(y)) == 1), nil
}
