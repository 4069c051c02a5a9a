package library

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
)

// stateObject is `state`: what deploys use of it.
type stateObject struct {
	object
	session *Session
}

var _ starlark.HasAttrs = (*stateObject)(nil)

func (*stateObject) String() string { return "<State>" }
func (*stateObject) Type() string   { return "State" }

var stateAttributes = attributes[*stateObject]{
	"config":    func(o *stateObject) (starlark.Value, error) { return o.session.config, nil },
	"inventory": func(o *stateObject) (starlark.Value, error) { return o.session.inventoryOrNone(), nil },
	"get_temp_filename": method("get_temp_filename", func(o *stateObject, _ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return o.session.tempFilename(b, args, kwargs)
	}),
}

var laterState = map[string]string{
	"add_callback_handler": "read the run's report: --output json, or `cygnet show`",
	"limit":                "iterate over inventory, which has the hosts of the run",
	"limit_hosts":          "iterate over inventory, which has the hosts of the run",
	"preserve_loop_order":  "write a plain for loop: operations keep its order",
	"deploy_kwargs":        "pass arguments to the function", "deploy_data": "use host.data", "deploy_name": "",
	"cwd": "use os.getcwd()", "active_hosts": "", "activated_hosts": "", "failed_hosts": "", "pool": "", "op_meta": "", "results": "",
	"get_op_order": "", "get_op_meta": "", "get_results_for_host": "", "is_host_in_limit": "", "should_raise_failed_hosts": "",
	"print_output": "use -v", "print_input": "use -v", "parallel_facts": "", "fail_hosts": "", "activate_host": "", "host_facts": "",
}

// Attr implements starlark.HasAttrs.
func (o *stateObject) Attr(name string) (starlark.Value, error) {
	return stateAttributes.get(o, "state", name, laterState)
}

// AttrNames implements starlark.HasAttrs.
func (*stateObject) AttrNames() []string { return stateAttributes.names() }

// tempFilename names a temporary file of the host: the same one for the same key.
func (s *Session) tempFilename(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var key starlark.Value = starlark.None
	hash := true
	if err := unpack(b, args, kwargs, "hash_key?", &key, "hash_filename?", &hash); err != nil {
		return nil, err
	}
	seed := rand.Text()
	if key != starlark.None {
		seed = builtin.Str(key)
	}
	if !hash {
		return nil, builtin.Raise(builtin.NotImplementedError, "%s() with hash_filename=False is not supported: other users of the host could guess the name", b.Name())
	}
	if s.planning != nil && s.planning.host.TempFile != nil {
		return starlark.String(s.planning.host.TempFile(seed)), nil
	}
	if filer, ok := s.recorder.(op.TempFiler); ok {
		return starlark.String(filer.TempFile(seed)), nil
	}
	return nil, builtin.Raise(builtin.RuntimeError, "%s(): there are temporary files only while a deploy runs for a host", b.Name())
}

func apiUtilModule() *definition {
	return &definition{name: "pyinfra.api.util", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"make_hash": func(c *call) (starlark.Value, error) {
			var v starlark.Value
			if err := c.unpack("obj", &v); err != nil {
				return nil, err
			}
			text, err := makeHash(v, 0)
			return starlark.String(text), err
		},
	}), later: map[string]string{
		"get_file_sha1": "use hashlib", "get_template": "use files.template", "memoize": "", "try_int": "", "get_path_permissions_mode": "",
		"sha1_hash": "use make_hash", "get_call_location": "", "print_host_combined_output": "", "log_host_command_error": "",
	}}
}

// makeHash is pyinfra's hash of nested values, by which deploys name files.
func makeHash(v starlark.Value, depth int) (string, error) {
	if depth > maxDepth {
		return "", builtin.Raise(builtin.RecursionError, "make_hash() takes nothing nested more than %d deep", maxDepth)
	}
	text := ""
	switch v := v.(type) {
	case starlark.Int, starlark.Bool, starlark.String:
		text = builtin.Str(v)
	case starlark.NoneType:
		text = "_PYINFRA_CONSTANT"
	case *starlark.List, starlark.Tuple, *starlark.Set:
		for item := range starlark.Elements(v.(starlark.Iterable)) {
			part, err := makeHash(item, depth+1)
			if err != nil {
				return "", err
			}
			text += part
		}
	case *starlark.Dict:
		for _, item := range v.Items() {
			part, err := makeHash(item[1], depth+1)
			if err != nil {
				return "", err
			}
			text += builtin.Str(item[0]) + part
		}
	case *hostObject:
		text = v.host.Name
	case starlark.Callable:
		text = v.Name()
	default:
		text = builtin.Repr(v)
	}
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:]), nil
}
