package library

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

var binasciiError = builtin.NewExceptionClass("binascii.Error", builtin.ValueError)

func base64Module() *definition {
	encode := func(f func([]byte) string) func(*call) (starlark.Value, error) {
		return func(c *call) (starlark.Value, error) {
			var v starlark.Value
			if err := c.unpack("s", &v); err != nil {
				return nil, err
			}
			data, err := needBytes(v)
			if err != nil {
				return nil, err
			}
			return starlark.Bytes(f([]byte(data))), nil
		}
	}
	decode := func(f func(string) ([]byte, error)) func(*call) (starlark.Value, error) {
		return func(c *call) (starlark.Value, error) {
			var v starlark.Value
			validate := false
			if err := c.unpack("s", &v, "validate?", &validate); err != nil {
				return nil, err
			}
			text, _, ok := bytesOf(v)
			if !ok {
				return nil, builtin.Raise(builtin.TypeError, "argument should be a bytes-like object or ASCII string, not '%s'", builtin.TypeName(v))
			}
			data, err := f(text)
			if err != nil {
				return nil, err
			}
			return starlark.Bytes(data), nil
		}
	}
	standard := decode(func(s string) ([]byte, error) { return lenient64(s, "+/") })
	return &definition{name: "base64", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"b64encode": encode(base64.StdEncoding.EncodeToString), "standard_b64encode": encode(base64.StdEncoding.EncodeToString),
		"urlsafe_b64encode": encode(base64.URLEncoding.EncodeToString), "b32encode": encode(base32.StdEncoding.EncodeToString),
		"b16encode": encode(func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }),
		"b64decode": standard, "standard_b64decode": standard,
		"urlsafe_b64decode": decode(func(s string) ([]byte, error) {
			return lenient64(strings.NewReplacer("-", "+", "_", "/").Replace(s), "+/")
		}),
		"b32decode": decode(func(s string) ([]byte, error) {
			data, err := base32.StdEncoding.DecodeString(s)
			if err != nil {
				return nil, builtin.Raise(binasciiError, "Incorrect padding")
			}
			return data, nil
		}),
		"b16decode": decode(func(s string) ([]byte, error) {
			data, err := hex.DecodeString(s)
			if err != nil || s != strings.ToUpper(s) {
				return nil, builtin.Raise(binasciiError, "Non-base16 digit found")
			}
			return data, nil
		}),
	}), later: map[string]string{"encodebytes": "", "decodebytes": "", "b85encode": "", "b85decode": "", "a85encode": ""}}
}

// lenient64 decodes as Python does: what is not of the alphabet is passed over,
// and so is what comes after the padding.
func lenient64(text, extra string) ([]byte, error) {
	var b strings.Builder
	padding := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '=' && b.Len()%4 >= 2:
			padding++
		case c == '=':
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', strings.IndexByte(extra, c) >= 0:
			if padding > 0 && padding+b.Len()%4 >= 4 {
				break
			}
			padding = 0
			b.WriteByte(c)
		}
	}
	switch rest := b.Len() % 4; {
	case rest == 1:
		return nil, builtin.Raise(binasciiError, "Invalid base64-encoded string: number of data characters (%d) cannot be 1 more than a multiple of 4", b.Len())
	case rest > 0 && rest+padding < 4:
		return nil, builtin.Raise(binasciiError, "Incorrect padding")
	}
	data, err := base64.RawStdEncoding.DecodeString(b.String())
	if err != nil {
		return nil, builtin.Raise(binasciiError, "%s", err)
	}
	return data, nil
}
