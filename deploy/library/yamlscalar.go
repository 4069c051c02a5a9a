package library

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.starlark.net/starlark"
)

// Scalars of YAML 1.1 without quotes, as PyYAML's resolver has them.
var yamlPatterns = sync.OnceValue(func() map[string]*regexp.Regexp {
	patterns := map[string]*regexp.Regexp{}
	for name, text := range map[string]string{
		"bool":      `yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF`,
		"null":      `~|null|Null|NULL|`,
		"int":       `[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+`,
		"float":     `[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)`,
		"timestamp": `[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?`,
	} {
		patterns[name] = regexp.MustCompile(`\A(?:` + text + `)\z`)
	}
	return patterns
})

// yamlScalar makes the value of a scalar without quotes.
func yamlScalar(text string) starlark.Value {
	p := yamlPatterns()
	switch {
	case p["null"].MatchString(text):
		return starlark.None
	case p["bool"].MatchString(text):
		switch strings.ToLower(text) {
		case "yes", "true", "on":
			return starlark.True
		}
		return starlark.False
	case p["int"].MatchString(text):
		return yamlInt(text)
	case p["float"].MatchString(text):
		return yamlFloat(text)
	case p["timestamp"].MatchString(text):
		if v := yamlTime(text); v != nil {
			return v
		}
	}
	return starlark.String(text)
}

func yamlSign(text string) (sign int64, rest string) {
	text = strings.ReplaceAll(text, "_", "")
	switch {
	case strings.HasPrefix(text, "-"):
		return -1, text[1:]
	case strings.HasPrefix(text, "+"):
		return 1, text[1:]
	}
	return 1, text
}

func yamlInt(text string) starlark.Value {
	sign, rest := yamlSign(text)
	n, ok := new(big.Int), true
	switch {
	case rest == "0":
	case strings.HasPrefix(rest, "0b"):
		n, ok = n.SetString(rest[2:], 2)
	case strings.HasPrefix(rest, "0x"):
		n, ok = n.SetString(rest[2:], 16)
	case rest[0] == '0':
		n, ok = n.SetString(rest, 8)
	case strings.Contains(rest, ":"):
		for digits := range strings.SplitSeq(rest, ":") {
			part, good := new(big.Int).SetString(digits, 10)
			if !good {
				return starlark.String(text)
			}
			n.Add(n.Mul(n, big.NewInt(60)), part)
		}
	default:
		n, ok = n.SetString(rest, 10)
	}
	if !ok {
		return starlark.String(text)
	}
	return starlark.MakeBigInt(n.Mul(n, big.NewInt(sign)))
}

func yamlFloat(text string) starlark.Value {
	sign, rest := yamlSign(strings.ToLower(text))
	switch rest {
	case ".inf":
		return starlark.Float(math.Inf(int(sign)))
	case ".nan":
		return starlark.Float(math.NaN())
	}
	total := 0.0
	for part := range strings.SplitSeq(rest, ":") {
		f, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return starlark.String(text)
		}
		total = total*60 + f
	}
	return starlark.Float(float64(sign) * total)
}

// yamlTime makes a date or a datetime; nil if there is no such day. With a zone
// it is in UTC.
func yamlTime(text string) starlark.Value {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return dateOf(t)
	}
	text = strings.Join(strings.Fields(strings.NewReplacer("T", " ", "t", " ").Replace(text)), " ")
	for _, layout := range []string{"2006-1-2 15:04:05", "2006-1-2 15:04:05Z07:00", "2006-1-2 15:04:05 Z07:00", "2006-1-2 15:04:05Z07", "2006-1-2 15:04:05 Z07"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if layout == "2006-1-2 15:04:05" {
			return datetimeOf(t, nil)
		}
		return datetimeOf(t.UTC(), utc)
	}
	return nil
}
