package ansible

import (
	"maps"
	"slices"
	"strings"

	"cygnet/fleet"
)

// names are the data that variables of Ansible become, the strongest first of
// those that become the same.
var names = []struct{ variable, data string }{
	{"ansible_host", "ssh_hostname"},
	{"ansible_ssh_host", "ssh_hostname"},
	{"ansible_port", "ssh_port"},
	{"ansible_ssh_port", "ssh_port"},
	{"ansible_user", "ssh_user"},
	{"ansible_ssh_user", "ssh_user"},
	{"ansible_ssh_private_key_file", "ssh_key"},
	{"ansible_private_key_file", "ssh_key"},
	{"ansible_password", "ssh_password"},
	{"ansible_ssh_password", "ssh_password"},
	{"ansible_ssh_pass", "ssh_password"},
	{"ansible_become", "_sudo"},
	{"ansible_become_user", "_sudo_user"},
}

// unread are variables that change how a host is reached, or how commands run,
// and have no meaning here.
var unread = []string{
	"ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_executable", "ansible_shell_executable", "ansible_become_flags",
}

// translate returns variables as data.
func translate(vars fleet.Data) fleet.Data {
	data := maps.Clone(vars)
	for _, n := range slices.Backward(names) {
		v, ok := vars[n.variable]
		if !ok || v == nil {
			continue
		}
		if n.data == "_sudo" {
			v = truth(v)
		}
		data[n.data] = v
		if n.data == "ssh_password" { // one copy of a secret is enough
			delete(data, n.variable)
		}
	}
	// By its longer name everybody knows that it is a secret.
	if v, ok := data["ansible_become_pass"]; ok {
		data["ansible_become_password"] = v
		delete(data, "ansible_become_pass")
	}
	return data
}

// truth reads a truth value as Ansible does.
func truth(v any) any {
	switch v := v.(type) {
	case string:
		switch strings.ToLower(v) {
		case "yes", "on", "true", "1", "y", "t":
			return true
		case "no", "off", "false", "0", "n", "f", "":
			return false
		}
	case int64:
		return v != 0
	}
	return v
}

// check refuses a variable that cannot be right, and warns of one that has no
// meaning here.
func (r *reader) check(p place, name string, value any) error {
	text, isText := value.(string)
	template := isText && (strings.Contains(text, "{{") || strings.Contains(text, "{%"))
	for _, n := range names {
		if n.variable == name && template {
			return p.errorf("%s is a template, which is not evaluated here: write its value", name)
		}
	}
	switch {
	case name == "ansible_connection" && template:
		return p.errorf("%s is a template, which is not evaluated here: write its value", name)
	case name == "ansible_become_method" && value != "sudo":
		return p.errorf("%s: only sudo is supported here", name)
	case slices.Contains(unread, name):
		r.warn(p, "%s is not read here", name)
	case template:
		r.warn(p, "%s is a template, which is not evaluated here: it stays text", name)
	}
	return nil
}
