package library

import (
	"go.starlark.net/starlark"

	"cygnet/fleet"
)

// hostObject is a host in one session: that which the deploy runs for, or
// another of the inventory.
type hostObject struct {
	session *Session
	host    *fleet.Host
}

var (
	_ starlark.HasAttrs = (*hostObject)(nil)
)

func (h *hostObject) String() string        { return h.host.Name }
func (*hostObject) Type() string            { return "Host" }
func (*hostObject) Freeze()                 {}
func (*hostObject) Truth() starlark.Bool    { return true }
func (h *hostObject) Hash() (uint32, error) { return starlark.String(h.host.Name).Hash() }

var hostAttributes = attributes[*hostObject]{
	"name":     func(h *hostObject) (starlark.Value, error) { return starlark.String(h.host.Name), nil },
	"data":     func(h *hostObject) (starlark.Value, error) { return &dataObject{session: h.session, host: h.host}, nil },
	"groups":   func(h *hostObject) (starlark.Value, error) { return FromGo(h.host.Groups()) },
	"get_fact": method("get_fact", (*hostObject).getFact),
	"noop":     method("noop", (*hostObject).noop),
	"log":      method("log", (*hostObject).log),

	"when":      method("when", (*hostObject).when),
	"arguments": method("arguments", (*hostObject).arguments),
	"loop":      method("loop", (*hostObject).loop),

	"run_shell_command": method("run_shell_command", (*hostObject).runShellCommand),
	"put_file":          method("put_file", (*hostObject).putFile),
	"get_file":          method("get_file", (*hostObject).getFile),
	"get_temp_filename": method("get_temp_filename", func(h *hostObject, _ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return h.session.tempFilename(b, args, kwargs)
	}),
}

var laterHost = map[string]string{
	"fact":    "write host.get_fact(LinuxName) after `from pyinfra.facts.server import LinuxName`",
	"rsync":   "use files.sync",
	"connect": "", "disconnect": "", "connected": "", "connection": "", "connector_data": "", "host_data": "use host.data",
	"reload_fact": reloadFact, "reload_host_fact": reloadFact, "delete_fact": reloadFact, "create_fact": reloadFact, "deploy_data": "use host.data", "print_prefix": "use host.name", "in_deploy": "", "nested_executing_op_hash": "",
}

const reloadFact = "host.get_fact asks again after every change"

// Attr implements starlark.HasAttrs.
func (h *hostObject) Attr(name string) (starlark.Value, error) {
	return hostAttributes.get(h, "host", name, laterHost)
}

// AttrNames implements starlark.HasAttrs.
func (*hostObject) AttrNames() []string { return hostAttributes.names() }

func (h *hostObject) getFact(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if h != h.session.object {
		return h.session.getFactOf(h.host, thread, args, kwargs)
	}
	return h.session.getFact(thread, args, kwargs)
}

// noop notes why nothing was to be done.
func (h *hostObject) noop(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var description string
	if err := unpack(b, args, kwargs, "description", &description); err != nil {
		return nil, err
	}
	if p := h.session.planning; p != nil {
		p.noop = description
		return starlark.None, nil
	}
	h.session.message("debug", "noop: "+description)
	return starlark.None, nil
}

func (h *hostObject) log(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var message string
	if err := unpack(b, args, kwargs, "message", &message); err != nil {
		return nil, err
	}
	h.session.message("info", message)
	return starlark.None, nil
}
