package library

import (
	"fmt"
	"maps"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// A Config holds the settings that files change with `config.SUDO = True`. Most
// are defaults of global arguments. The zero value is what pyinfra has.
type Config struct {
	Sudo         bool
	SudoUser     string
	Shell        string // empty is sh
	Env          map[string]string
	IgnoreErrors bool
	Parallel     int // of each operation; 0 is no limit
	Retry        int
	RetryDelay   *float64 // seconds; nil is 5

	// These count before hosts are connected: in config.py only.
	ConnectTimeout time.Duration // 0 is the connector's own
	TempDir        string        // empty is /tmp
}

func (c Config) clone() Config {
	c.Env = maps.Clone(c.Env)
	return c
}

// configObject is `config` in one session.
type configObject struct {
	object
	Config
	session     *Session
	configuring bool
}

var _ starlark.HasSetField = (*configObject)(nil)

func (*configObject) String() string { return "<Config>" }
func (*configObject) Type() string   { return "Config" }

// A setting is one attribute of config.
type setting struct {
	get func(*Config) any
	set func(*Config, any) string // returns what is wanted instead, or ""
	// early settings are of no use when hosts are connected.
	early bool
}

func boolSetting(field func(*Config) *bool) setting {
	return setting{
		get: func(c *Config) any { return *field(c) },
		set: func(c *Config, v any) string {
			b, ok := v.(bool)
			if !ok {
				return "True or False"
			}
			*field(c) = b
			return ""
		},
	}
}

// textSetting is None where it is empty.
func textSetting(field func(*Config) *string) setting {
	return setting{
		get: func(c *Config) any {
			if *field(c) == "" {
				return nil
			}
			return *field(c)
		},
		set: func(c *Config, v any) string {
			s, ok := v.(string)
			if v != nil && !ok {
				return "a string or None"
			}
			*field(c) = s
			return ""
		},
	}
}

func countSetting(field func(*Config) *int) setting {
	return setting{
		get: func(c *Config) any { return *field(c) },
		set: func(c *Config, v any) string {
			n, ok := v.(int64)
			if !ok || n < 0 || n > 1<<30 {
				return "a whole number that is not negative"
			}
			*field(c) = int(n)
			return ""
		},
	}
}

var settings = map[string]setting{
	"SUDO":          boolSetting(func(c *Config) *bool { return &c.Sudo }),
	"SUDO_USER":     textSetting(func(c *Config) *string { return &c.SudoUser }),
	"IGNORE_ERRORS": boolSetting(func(c *Config) *bool { return &c.IgnoreErrors }),
	"PARALLEL":      countSetting(func(c *Config) *int { return &c.Parallel }),
	"RETRY":         countSetting(func(c *Config) *int { return &c.Retry }),
	"TEMP_DIR":      early(textSetting(func(c *Config) *string { return &c.TempDir })),
	"SHELL": {
		get: func(c *Config) any { return orDefault(c.Shell, "sh") },
		set: func(c *Config, v any) string {
			s, ok := v.(string)
			if !ok || s == "" {
				return "the name of a shell, such as \"bash\""
			}
			c.Shell = s
			return ""
		},
	},
	"RETRY_DELAY": {
		get: func(c *Config) any {
			if c.RetryDelay == nil {
				return 5
			}
			return *c.RetryDelay
		},
		set: func(c *Config, v any) string {
			seconds, ok := number(v)
			if !ok || seconds < 0 {
				return "a number of seconds"
			}
			c.RetryDelay = &seconds
			return ""
		},
	},
	"CONNECT_TIMEOUT": {
		early: true,
		get: func(c *Config) any {
			if c.ConnectTimeout == 0 {
				return 10
			}
			return c.ConnectTimeout.Seconds()
		},
		set: func(c *Config, v any) string {
			seconds, ok := number(v)
			if !ok || seconds <= 0 {
				return "a number of seconds"
			}
			c.ConnectTimeout = time.Duration(seconds * float64(time.Second))
			return ""
		},
	},
	"ENV": {
		get: func(c *Config) any { return c.Env },
		set: func(c *Config, v any) string {
			env, wanted := environment(v)
			if wanted == "" {
				c.Env = env
			}
			return wanted
		},
	},
}

func early(s setting) setting {
	s.early = true
	return s
}

// laterSettings are those of pyinfra that have no meaning here yet.
var laterSettings = map[string]string{
	"FAIL_PERCENT": "", "DIFF": "use --diff", "DEFAULT_TEMP_DIR": "set TEMP_DIR in config.py", "INHERIT_ENV": "",
	"REQUIRE_PYINFRA_VERSION": "", "REQUIRE_PACKAGES": "nothing has to be installed",
	"SU_USER": "use SUDO and SUDO_USER", "USE_SU_LOGIN": "", "SU_SHELL": "", "PRESERVE_SU_ENV": "", "SU_PASSWORD": "",
	"PRESERVE_SUDO_ENV": "name the variables in ENV", "USE_SUDO_LOGIN": "", "USE_SUDO_PASSWORD": sudoPassword, "SUDO_PASSWORD": sudoPassword,
	"DOAS": "", "DOAS_USER": "", "DZDO": "", "DZDO_USER": "",
}

const sudoPassword = "the login user must be allowed to use sudo without a password"

// Attr implements starlark.HasAttrs.
func (c *configObject) Attr(name string) (starlark.Value, error) {
	s, ok := settings[name]
	if !ok {
		return nil, missingAttribute("config", name, c.AttrNames(), laterSettings)
	}
	if name == "ENV" {
		return c.env()
	}
	return FromGo(s.get(&c.Config))
}

// env returns ENV as a dict that nobody can change unseen.
func (c *configObject) env() (starlark.Value, error) {
	env := map[string]string{}
	maps.Copy(env, c.Env)
	v, err := FromGo(env)
	if err == nil {
		v.Freeze()
	}
	return v, err
}

// AttrNames implements starlark.HasAttrs.
func (*configObject) AttrNames() []string { return sortedKeys(settings) }

// SetField implements starlark.HasSetField.
func (c *configObject) SetField(name string, value starlark.Value) error {
	s, ok := settings[name]
	switch {
	case !ok:
		return missingAttribute("config", name, c.AttrNames(), laterSettings)
	case s.early && !c.configuring:
		return builtin.Raise(builtin.AttributeError, "config.%s must be set in config.py: when a deploy runs, hosts are connected already", name)
	}
	plain, err := toGo(nil, value, 0)
	if err != nil {
		plain = value
	}
	if wanted := s.set(&c.Config, plain); wanted != "" {
		return builtin.Raise(builtin.TypeError, "config.%s must be %s, not %s", name, wanted, builtin.TypeName(value))
	}
	return nil
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// environment reads variables; wanted is empty if they are right.
func environment(v any) (env map[string]string, wanted string) {
	if v == nil {
		return nil, ""
	}
	dict, ok := v.(map[string]any)
	if !ok {
		return nil, "a dict of strings"
	}
	env = make(map[string]string, len(dict))
	for k, item := range dict {
		s, ok := item.(string)
		if !ok {
			return nil, fmt.Sprintf("a dict of strings, and the value of %q a str", k)
		}
		env[k] = s
	}
	return env, ""
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
