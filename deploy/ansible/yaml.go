package ansible

import (
	"cygnet/fleet"
)

// yaml reads an inventory of groups, each with hosts, children and vars.
func (r *reader) yaml(path, text string) error {
	doc, err := parseYAML(path, text)
	if err != nil || doc.isNull() {
		return err
	}
	top, err := doc.mapping("an inventory")
	if err != nil {
		return err
	}
	for _, item := range top {
		if item.key == "plugin" {
			return item.at.errorf("an inventory plugin, which is not run here: write what it finds to a file, as ansible-inventory --list --yaml does")
		}
	}
	for _, item := range top {
		if err := r.yamlGroup(item, 0); err != nil {
			return err
		}
	}
	return nil
}

// yamlGroup reads one group.
func (r *reader) yamlGroup(item entry, depth int) error {
	if depth > maxDepth {
		return item.at.errorf("groups are in each other more than %d deep", maxDepth)
	}
	g, err := r.named(item.at, item.key)
	if err != nil || item.value.isNull() {
		return err
	}
	parts, err := item.value.mapping("group " + item.key)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if part.value.isNull() {
			continue
		}
		list, err := part.value.mapping(part.key + " of group " + item.key)
		if err != nil {
			return err
		}
		switch part.key {
		case "hosts":
			err = r.yamlHosts(g, list)
		case "children":
			err = r.yamlChildren(g, list, depth)
		case "vars":
			err = r.yamlVars(g.vars, list)
		default:
			err = part.at.errorf("a group has hosts, children and vars, not %q", part.key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) yamlHosts(g *group, list []entry) error {
	for _, item := range list {
		vars := fleet.Data{}
		if !item.value.isNull() {
			own, err := item.value.mapping("the variables of host " + item.key)
			if err != nil {
				return err
			}
			if err := r.yamlVars(vars, own); err != nil {
				return err
			}
		}
		if err := r.addHosts(item.at, g, item.key, vars); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) yamlChildren(g *group, list []entry, depth int) error {
	for _, item := range list {
		g.children = append(g.children, item.key)
		if err := r.yamlGroup(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) yamlVars(vars fleet.Data, list []entry) error {
	for _, item := range list {
		v, err := item.value.value()
		if err != nil {
			return err
		}
		if err := r.set(item.at, vars, item.key, v); err != nil {
			return err
		}
	}
	return nil
}
