package library

import (
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func enumModule() *definition {
	return &definition{name: "enum", what: "name", values: map[string]func(*Session) starlark.Value{
		"Enum":    constant(builtin.EnumClass),
		"IntEnum": constant(builtin.IntEnumClass),
		"StrEnum": constant(builtin.StrEnumClass),
		"Flag":    constant(builtin.FlagClass),
		"IntFlag": constant(builtin.IntFlagClass),
		"auto":    constant(builtin.AutoClass),
		"unique":  constant(starlark.NewBuiltin("unique", uniqueEnum)),
	}, later: map[string]string{
		"EnumMeta": "", "EnumType": "", "ReprEnum": "", "verify": "use unique", "member": "", "nonmember": "", "property": "use the builtin property",
		"CONTINUOUS": "", "NAMED_FLAGS": "", "UNIQUE": "use unique", "FlagBoundary": "", "global_enum": "",
	}}
}

// uniqueEnum is @unique.
func uniqueEnum(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var class *builtin.Class
	if err := unpack(b, args, kwargs, "enumeration", &class); err != nil {
		return nil, err
	}
	if aliases := class.Aliases(); len(aliases) > 0 {
		return nil, builtin.Raise(builtin.ValueError, "duplicate values found in %s: %s", class, strings.Join(aliases, ", "))
	}
	return class, nil
}
