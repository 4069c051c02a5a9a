package ansible

import (
	"errors"
	"maps"
	"strings"

	"cygnet/fleet"
)

// ini reads an inventory of sections: [group] with hosts, [group:children] with
// groups, [group:vars] with variables. Hosts before the first section are in no
// group.
func (r *reader) ini(path, text string) error {
	section, kind := r.group(fleet.All), ""
	n := 0
	for line := range strings.Lines(text) {
		n++
		at := place{path, n}
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		var err error
		switch {
		case isSection(line):
			section, kind, err = r.section(at, line)
		case kind == "children":
			err = r.child(at, section, line)
		case kind == "vars":
			err = r.variable(at, section.vars, line)
		default:
			err = r.hostLine(at, section, line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isSection reports whether a line begins a section; a host may begin with a
// bracket too, as [::1]:22 and [a:c]-web do.
func isSection(line string) bool {
	if line[0] != '[' {
		return false
	}
	inside, rest, closed := strings.Cut(line[1:], "]")
	rest = strings.TrimSpace(rest)
	return !closed || (rest == "" || rest[0] == '#' || rest[0] == ';') && !isAddress(inside)
}

// section begins a section.
func (r *reader) section(at place, line string) (*group, string, error) {
	inside, _, closed := strings.Cut(line[1:], "]")
	if !closed {
		return nil, "", at.errorf("a section is written [group], [group:children] or [group:vars]")
	}
	name, kind, _ := strings.Cut(strings.TrimSpace(inside), ":")
	switch kind {
	case "", "hosts", "children", "vars":
	default:
		return nil, "", at.errorf("[%s]: a section is of hosts, children or vars", inside)
	}
	g, err := r.named(at, name)
	return g, kind, err
}

// named returns the group of a name that a file mentions.
func (r *reader) named(at place, name string) (*group, error) {
	if name == "" || strings.ContainsAny(name, " \t[]{}'\"") {
		return nil, at.errorf("%q cannot be the name of a group", name)
	}
	g := r.group(name)
	if g.place.file == "" {
		g.place = at
	}
	return g, nil
}

// child puts a group into another.
func (r *reader) child(at place, parent *group, line string) error {
	list, err := words(line)
	if err != nil {
		return at.errorf("%v", err)
	}
	if len(list) == 0 {
		return nil
	}
	if len(list) > 1 {
		return at.errorf("a line of children is the name of one group")
	}
	g, err := r.named(at, list[0])
	if err == nil {
		parent.children = append(parent.children, g.name)
	}
	return err
}

// variable reads a line of a section of variables.
func (r *reader) variable(at place, vars fleet.Data, line string) error {
	name, value, ok := strings.Cut(line, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || name == "" {
		return at.errorf("a variable is written name=value")
	}
	return r.set(at, vars, name, literal(value))
}

func (r *reader) set(at place, vars fleet.Data, name string, value any) error {
	if err := r.check(at, name, value); err != nil {
		return err
	}
	vars[name] = value
	return nil
}

// hostLine reads a line with a host and its variables.
func (r *reader) hostLine(at place, g *group, line string) error {
	list, err := words(line)
	if err != nil {
		return at.errorf("%v", err)
	}
	if len(list) == 0 {
		return nil
	}
	vars := fleet.Data{}
	for _, word := range list[1:] {
		name, value, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return at.errorf("after a host come variables as in name=value, not %q", word)
		}
		if err := r.set(at, vars, name, literal(value)); err != nil {
			return err
		}
	}
	return r.addHosts(at, g, list[0], vars)
}

// addHosts adds the hosts of a pattern to a group.
func (r *reader) addHosts(at place, g *group, pattern string, vars fleet.Data) error {
	hosts, port, err := expand(pattern)
	if err != nil {
		return at.errorf("%v", err)
	}
	for _, name := range hosts {
		h := r.member(g, name)
		if port != 0 {
			h.vars["ansible_port"] = port
		}
		maps.Copy(h.vars, vars)
		if err := fleet.New().AddGroup(g.name, nil, fleet.Member{Name: name}); err != nil {
			return at.errorf("%v", err)
		}
	}
	return nil
}

// words splits a line as a shell does, at blanks, with quotes, backslashes and a
// comment at its end.
func words(line string) ([]string, error) {
	var list []string
	var word strings.Builder
	inside := false // of a word
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote == 0 && c == '#':
			i = len(line)
		case c == '\\' && quote != '\'' && i+1 < len(line) && (quote == 0 || line[i+1] == '"' || line[i+1] == '\\'):
			i++
			word.WriteByte(line[i])
			inside = true
		case quote == 0 && (c == '"' || c == '\''):
			quote, inside = c, true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == ' ' || c == '\t'):
			if inside {
				list = append(list, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteByte(c)
			inside = true
		}
	}
	if quote != 0 {
		return nil, errors.New("a quote is not closed")
	}
	if inside {
		list = append(list, word.String())
	}
	return list, nil
}
