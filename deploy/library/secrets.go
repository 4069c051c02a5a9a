package library

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"math/big"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// secretsModule gives what nobody can guess. Every host that runs the deploy
// gets values of its own.
func secretsModule() *definition {
	token := func(form func([]byte) starlark.Value) func(*call) (starlark.Value, error) {
		return func(c *call) (starlark.Value, error) {
			var size starlark.Value = starlark.None
			if err := c.unpack("nbytes?", &size); err != nil {
				return nil, err
			}
			n := 32
			if size != starlark.None {
				var err error
				if n, err = starlark.AsInt32(size); err != nil {
					return nil, builtin.Raise(builtin.TypeError, "nbytes must be an int or None, not %s", builtin.TypeName(size))
				}
			}
			v, err := randomBytes(n)
			if err != nil {
				return nil, err
			}
			return form([]byte(v.(starlark.Bytes))), nil
		}
	}
	return &definition{name: "secrets", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"token_bytes":    token(func(b []byte) starlark.Value { return starlark.Bytes(b) }),
		"token_hex":      token(func(b []byte) starlark.Value { return starlark.String(hex.EncodeToString(b)) }),
		"token_urlsafe":  token(func(b []byte) starlark.Value { return starlark.String(base64.RawURLEncoding.EncodeToString(b)) }),
		"choice":         secretsChoice,
		"randbelow":      secretsBelow,
		"compare_digest": compareDigest,
	}), later: map[string]string{"randbits": "", "SystemRandom": "use secrets.choice"}}
}

// below is a number from 0 to before n, which nobody can guess.
func randomBelow(n *big.Int) (*big.Int, error) {
	i, err := rand.Int(rand.Reader, n)
	if err != nil {
		return nil, builtin.Raise(builtin.OSError, "no random numbers: %w", err)
	}
	return i, nil
}

func secretsChoice(c *call) (starlark.Value, error) {
	var seq starlark.Value
	if err := c.unpack("seq", &seq); err != nil {
		return nil, err
	}
	items, err := builtin.Collect(seq)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, builtin.Raise(builtin.IndexError, "Cannot choose from an empty sequence")
	}
	i, err := randomBelow(big.NewInt(int64(len(items))))
	if err != nil {
		return nil, err
	}
	return items[i.Int64()], nil
}

func secretsBelow(c *call) (starlark.Value, error) {
	var n starlark.Int
	if err := c.unpack("exclusive_upper_bound", &n); err != nil {
		return nil, err
	}
	if n.Sign() <= 0 {
		return nil, builtin.Raise(builtin.ValueError, "Upper bound must be positive.")
	}
	i, err := randomBelow(n.BigInt())
	if err != nil {
		return nil, err
	}
	return starlark.MakeBigInt(i), nil
}
