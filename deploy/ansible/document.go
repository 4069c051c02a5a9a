package ansible

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"cygnet/fact"
)

// Bounds of what one file may hold: aliases can make much of little.
const (
	maxNodes   = 1 << 20
	maxNesting = 1000
)

// A document is a file of YAML. Values are read as Ansible reads them, by YAML
// 1.1: yes, no, on and off are truth values, 0644 is a number of base eight.
type document struct {
	file    string
	anchors map[string]ast.Node
	open    map[string]bool // aliases whose values are being read
	nodes   int
}

// A node is a value in a document.
type node struct {
	doc  *document
	node ast.Node
}

// An entry is a key of a mapping with its value.
type entry struct {
	key   string
	raw   any // the key as a value: a string, int64 or bool
	value node
	at    place
}

// parseYAML parses the first document of a file.
func parseYAML(path, text string) (node, error) {
	d := &document{file: path, anchors: map[string]ast.Node{}, open: map[string]bool{}}
	if nesting(text) > maxNesting {
		return node{}, &Error{File: path, Message: fmt.Sprintf("brackets are nested more than %d deep", maxNesting)}
	}
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		return node{}, d.syntax(err)
	}
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		ast.Walk(d, doc.Body)
		return node{d, doc.Body}, nil
	}
	return node{d, nil}, nil
}

// nesting returns how deep brackets are in each other at most.
func nesting(text string) int {
	depth, most := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '[', '{':
			depth++
			most = max(most, depth)
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return most
}

// Visit implements ast.Visitor: it notes where anchors are.
func (d *document) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok {
		d.anchors[a.Name.GetToken().Value] = a.Value
	}
	return d
}

func (d *document) syntax(err error) error {
	if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil && e.GetToken().Position != nil {
		return &Error{File: d.file, Line: e.GetToken().Position.Line, Message: "not YAML: " + e.GetMessage()}
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return &Error{File: d.file, Message: "not YAML: " + text}
}

// at returns where a node is.
func (n node) at() place {
	p := place{file: n.doc.file}
	if n.node != nil {
		if t := n.node.GetToken(); t != nil && t.Position != nil {
			p.line = t.Position.Line
		}
	}
	return p
}

// with returns another node of the same document.
func (n node) with(x ast.Node) node { return node{n.doc, x} }

// plain returns the node behind anchors and tags that change nothing.
func (n node) plain() (node, error) {
	for {
		switch x := n.node.(type) {
		case *ast.AnchorNode:
			n = n.with(x.Value)
		case *ast.TagNode:
			switch tag := x.Start.Value; tag {
			case "!vault", "!vault-encrypted":
				return n, n.at().errorf("%s", vault)
			case "!unsafe", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq":
				if tag == "!!str" && x.Value != nil {
					if _, ok := x.Value.(ast.ScalarNode); ok {
						return n, nil
					}
				}
				n = n.with(x.Value)
			default:
				return n, n.at().errorf("the tag %s has no meaning here", tag)
			}
		default:
			return n, nil
		}
	}
}

// follow calls f with the value of an alias, or with the node itself.
func (n node) follow(f func(node) error) error {
	n, err := n.plain()
	if err != nil {
		return err
	}
	if n.doc.nodes++; n.doc.nodes > maxNodes {
		return n.at().errorf("holds more than %d values", maxNodes)
	}
	alias, ok := n.node.(*ast.AliasNode)
	if !ok {
		return f(n)
	}
	name := alias.Value.GetToken().Value
	target, ok := n.doc.anchors[name]
	if !ok {
		return n.at().errorf("*%s: there is no &%s before it", name, name)
	}
	if n.doc.open[name] {
		return n.at().errorf("*%s is in itself", name)
	}
	n.doc.open[name] = true
	defer delete(n.doc.open, name)
	return n.with(target).follow(f)
}

// isNull reports whether there is nothing.
func (n node) isNull() bool {
	_, null := n.node.(*ast.NullNode)
	return n.node == nil || null
}

// mapping returns the entries of a mapping; what names it in errors.
func (n node) mapping(what string) (entries []entry, err error) {
	err = n.follow(func(n node) error {
		list, ok := pairs(n.node)
		if !ok {
			return n.at().errorf("%s must be a mapping, as in name: value", what)
		}
		for _, p := range list {
			if p.Key.Type() == ast.MergeKeyType {
				merged, err := n.with(p.Value).merged(what)
				if err != nil {
					return err
				}
				entries = weaker(entries, merged)
				continue
			}
			at := n.with(p).at()
			if t := p.Key.GetToken(); t != nil && t.Position != nil {
				at.line = t.Position.Line
			}
			key, err := n.with(p.Key).value()
			if err != nil {
				return err
			}
			text, isText := key.(string)
			if !isText {
				text = p.Key.GetToken().Value // names are strings
			}
			if !isKey(key) {
				key = text
			}
			entries = stronger(entries, entry{text, key, n.with(p.Value), at})
		}
		return nil
	})
	return entries, err
}

// merged returns the entries that a merge key takes in: those of a mapping, or
// of a list of mappings.
func (n node) merged(what string) (entries []entry, err error) {
	err = n.follow(func(n node) error {
		list, ok := n.node.(*ast.SequenceNode)
		if !ok {
			entries, err = n.mapping(what)
			return err
		}
		for _, item := range list.Values {
			more, err := n.with(item).mapping(what)
			if err != nil {
				return err
			}
			entries = weaker(entries, more)
		}
		return nil
	})
	return entries, err
}

// weaker adds the entries whose keys are not there yet.
func weaker(entries, more []entry) []entry {
	known := map[string]bool{}
	for _, e := range entries {
		known[e.key] = true
	}
	for _, e := range more {
		if !known[e.key] {
			entries = append(entries, e)
		}
	}
	return entries
}

// stronger adds an entry in the place of one that a merge key has brought.
func stronger(entries []entry, e entry) []entry {
	for i := range entries {
		if entries[i].key == e.key {
			entries[i] = e
			return entries
		}
	}
	return append(entries, e)
}

func pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// value returns a node as data: nil, bool, int64, *big.Int, float64, string,
// []any or [fact.Dict].
func (n node) value() (v any, err error) {
	err = n.follow(func(n node) error {
		switch x := n.node.(type) {
		case nil, *ast.NullNode:
			v = nil
		case *ast.BoolNode:
			v = x.Value
		case *ast.IntegerNode:
			v, err = n.integer(x)
		case *ast.FloatNode:
			v = x.Value
		case *ast.InfinityNode:
			v = x.Value
		case *ast.NanNode:
			v = x.GetValue()
		case *ast.StringNode:
			v = scalar(x)
		case *ast.LiteralNode:
			v = x.Value.Value
		case *ast.TagNode: // !!str of a scalar
			v = x.Value.GetToken().Value
		case *ast.SequenceNode:
			v, err = n.list(x)
		case *ast.MappingNode, *ast.MappingValueNode:
			v, err = n.dict()
		default:
			err = n.at().errorf("a value of this kind cannot be read here")
		}
		return err
	})
	return v, err
}

func (n node) integer(x *ast.IntegerNode) (any, error) {
	switch i := x.Value.(type) {
	case int64:
		return i, nil
	case uint64:
		if i <= 1<<63-1 {
			return int64(i), nil
		}
		return new(big.Int).SetUint64(i), nil
	}
	return nil, n.at().errorf("%s is no number that can be read here", x.GetToken().Value)
}

// scalar reads a string; one without quotes may be a truth value of YAML 1.1, or
// a number that is larger than the parser takes.
func scalar(x *ast.StringNode) any {
	if t := x.Token.Type; t == token.SingleQuoteType || t == token.DoubleQuoteType {
		return x.Value
	}
	switch x.Value {
	case "yes", "Yes", "YES", "on", "On", "ON":
		return true
	case "no", "No", "NO", "off", "Off", "OFF":
		return false
	}
	if n, ok := new(big.Int).SetString(x.Value, 10); ok && len(x.Value) > 18 {
		return n
	}
	return x.Value
}

func (n node) list(x *ast.SequenceNode) (any, error) {
	list := make([]any, 0, len(x.Values))
	for _, item := range x.Values {
		v, err := n.with(item).value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (n node) dict() (any, error) {
	entries, err := n.mapping("it")
	if err != nil {
		return nil, err
	}
	d := make(fact.Dict, 0, len(entries))
	for _, e := range entries {
		v, err := e.value.value()
		if err != nil {
			return nil, err
		}
		d = append(d, fact.Item{Key: e.raw, Value: v})
	}
	return d, nil
}
