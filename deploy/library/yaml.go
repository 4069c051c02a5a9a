package library

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

var (
	yamlError  = builtin.NewExceptionClass("yaml.YAMLError", builtin.ExceptionClass)
	yamlLoader = hint("yaml.SafeLoader")
)

// yamlModule is PyYAML as deploys use it: what is safe of it. Scalars without
// quotes mean what they mean in YAML 1.1, as there: yes and on are true.
func yamlModule() *definition {
	d := &definition{name: "yaml", what: "name", values: functions(map[string]func(*call) (starlark.Value, error){
		"safe_load": yamlLoad, "load": yamlLoad, "safe_load_all": yamlLoadAll, "load_all": yamlLoadAll, "dump": yamlDump, "safe_dump": yamlDump,
	}), later: map[string]string{
		"full_load": "use yaml.safe_load", "unsafe_load": "use yaml.safe_load", "Loader": "use yaml.SafeLoader", "UnsafeLoader": "use yaml.SafeLoader",
		"add_constructor": "", "add_representer": "", "dump_all": "use yaml.dump", "Dumper": "", "SafeDumper": "", "YAMLObject": "",
	}}
	for _, name := range []string{"SafeLoader", "CSafeLoader", "FullLoader"} {
		d.values[name] = constant(yamlLoader)
	}
	d.values["YAMLError"] = constant(yamlError)
	return d
}

// yamlText reads the argument of a load: a text, bytes or a file.
func yamlText(c *call) (string, error) {
	var stream starlark.Value
	var loader starlark.Value = yamlLoader
	if err := c.unpack("stream", &stream, "Loader?", &loader); err != nil {
		return "", err
	}
	if loader != starlark.Value(yamlLoader) {
		return "", builtin.Raise(builtin.NotImplementedError, "yaml: only SafeLoader is supported")
	}
	if text, _, ok := bytesOf(stream); ok {
		return text, nil
	}
	if file, ok := stream.(starlark.HasAttrs); ok {
		if read, err := file.Attr("read"); err == nil && read != nil {
			v, err := c.call(read)
			if err != nil {
				return "", err
			}
			if text, _, ok := bytesOf(v); ok {
				return text, nil
			}
		}
	}
	return "", builtin.Raise(builtin.AttributeError, "'%s' object has no attribute 'read'", builtin.TypeName(stream))
}

// yamlDocuments reads all documents of a text.
func yamlDocuments(text string) ([]starlark.Value, error) {
	file, err := parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, builtin.Raise(yamlError, "%s", firstLine(err.Error()))
	}
	var documents []starlark.Value
	for _, document := range file.Docs {
		if document == nil || document.Body == nil && len(file.Docs) == 1 && document.Start == nil {
			continue
		}
		r := &yamlReader{anchors: map[string]starlark.Value{}}
		v, err := r.value(document.Body, 0)
		if err != nil {
			return nil, err
		}
		documents = append(documents, v)
	}
	return documents, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func yamlLoad(c *call) (starlark.Value, error) {
	text, err := yamlText(c)
	if err != nil {
		return nil, err
	}
	documents, err := yamlDocuments(text)
	switch {
	case err != nil:
		return nil, err
	case len(documents) > 1:
		return nil, builtin.Raise(yamlError, "expected a single document in the stream, but found another document")
	case len(documents) == 0:
		return starlark.None, nil
	}
	return documents[0], nil
}

func yamlLoadAll(c *call) (starlark.Value, error) {
	text, err := yamlText(c)
	if err != nil {
		return nil, err
	}
	documents, err := yamlDocuments(text)
	if err != nil {
		return nil, err
	}
	return builtin.NewIterator(c.thread, "generator", func() (starlark.Value, error) {
		if len(documents) == 0 {
			return nil, nil
		}
		next := documents[0]
		documents = documents[1:]
		return next, nil
	}), nil
}

// maxYAMLValues bounds what one document holds, with what its aliases repeat.
const maxYAMLValues = 1 << 20

// A yamlReader makes values of one document.
type yamlReader struct {
	anchors map[string]starlark.Value
	count   int
}

func (r *yamlReader) fail(node ast.Node, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if node != nil && node.GetToken() != nil && node.GetToken().Position != nil {
		p := node.GetToken().Position
		text += fmt.Sprintf(", line %d, column %d", p.Line, p.Column)
	}
	return builtin.Raise(yamlError, "%s", text)
}

func (r *yamlReader) value(node ast.Node, depth int) (starlark.Value, error) {
	if r.count++; r.count > maxYAMLValues || depth > maxDepth {
		return nil, r.fail(node, "the document holds too much, or is nested too deep")
	}
	switch node := node.(type) {
	case nil:
		return starlark.None, nil
	case *ast.MappingNode:
		return r.mapping(node.Values, depth)
	case *ast.MappingValueNode:
		return r.mapping([]*ast.MappingValueNode{node}, depth)
	case *ast.SequenceNode:
		items := make([]starlark.Value, len(node.Values))
		for i, item := range node.Values {
			v, err := r.value(item, depth+1)
			if err != nil {
				return nil, err
			}
			items[i] = v
		}
		return starlark.NewList(items), nil
	case *ast.AnchorNode:
		v, err := r.value(node.Value, depth+1)
		if err == nil {
			r.anchors[node.Name.GetToken().Value] = v
		}
		return v, err
	case *ast.AliasNode:
		name := node.Value.GetToken().Value
		v := r.anchors[name]
		if v == nil {
			return nil, r.fail(node, "found undefined alias '%s'", name)
		}
		return v, nil
	case *ast.TagNode:
		return r.tagged(node, depth)
	case *ast.LiteralNode:
		return starlark.String(node.Value.Value), nil
	case *ast.StringNode:
		if t := node.GetToken().Type; t == token.SingleQuoteType || t == token.DoubleQuoteType {
			return starlark.String(node.Value), nil
		}
		return yamlScalar(node.Value), nil
	case *ast.NullNode:
		if t := node.GetToken(); t == nil || t.Type != token.NullType {
			return starlark.None, nil
		}
		return yamlScalar(strings.TrimSpace(node.GetToken().Value)), nil
	}
	if t := node.GetToken(); t != nil {
		return yamlScalar(strings.TrimSpace(t.Value)), nil
	}
	return nil, r.fail(node, "could not read a %s", node.Type())
}

// mapping makes a dict; keys that are merged in do not take the place of others.
func (r *yamlReader) mapping(values []*ast.MappingValueNode, depth int) (starlark.Value, error) {
	dict := starlark.NewDict(len(values))
	var merged []starlark.Value
	for _, pair := range values {
		if pair.Key.IsMergeKey() {
			v, err := r.value(pair.Value, depth+1)
			if err != nil {
				return nil, err
			}
			merged = append(merged, v)
			continue
		}
		var keyNode ast.Node = pair.Key
		if explicit, ok := keyNode.(*ast.MappingKeyNode); ok {
			keyNode = explicit.Value
		}
		key, err := r.value(keyNode, depth+1)
		if err != nil {
			return nil, err
		}
		v, err := r.value(pair.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if err := dict.SetKey(key, v); err != nil {
			return nil, r.fail(pair, "found unhashable key")
		}
	}
	if len(merged) == 0 {
		return dict, nil
	}
	return r.merge(dict, merged)
}

// merge puts what "<<" names before a mapping's own keys, as PyYAML does.
func (r *yamlReader) merge(own *starlark.Dict, merged []starlark.Value) (starlark.Value, error) {
	dict := starlark.NewDict(own.Len())
	var add func(v starlark.Value, over bool) error
	add = func(v starlark.Value, over bool) error {
		switch v := v.(type) {
		case *starlark.Dict:
			for _, item := range v.Items() {
				if _, known, err := dict.Get(item[0]); err != nil || known && !over {
					continue
				}
				if err := dict.SetKey(item[0], item[1]); err != nil {
					return err
				}
			}
			return nil
		case *starlark.List:
			for i := range v.Len() {
				if err := add(v.Index(i), false); err != nil {
					return err
				}
			}
			return nil
		}
		return builtin.Raise(yamlError, "expected a mapping or list of mappings for merging, but found %s", builtin.TypeName(v))
	}
	for _, v := range merged {
		if err := add(v, false); err != nil {
			return nil, err
		}
	}
	return dict, add(own, true)
}

// tagged makes a value of a node with a tag of YAML's own.
func (r *yamlReader) tagged(node *ast.TagNode, depth int) (starlark.Value, error) {
	text := ""
	if node.Value != nil && node.Value.GetToken() != nil {
		text = node.Value.GetToken().Value
	}
	switch tag := node.Start.Value; tag {
	case "!!str", "!":
		if s, ok := node.Value.(*ast.StringNode); ok {
			return starlark.String(s.Value), nil
		}
		return starlark.String(text), nil
	case "!!int", "!!float", "!!bool", "!!null":
		v := yamlScalar(text)
		if n, isInt := v.(starlark.Int); isInt && tag == "!!float" {
			return n.Float(), nil
		}
		return v, nil
	case "!!map", "!!seq":
		return r.value(node.Value, depth+1)
	case "!!set":
		v, err := r.value(node.Value, depth+1)
		dict, ok := v.(*starlark.Dict)
		if err != nil || !ok {
			return nil, errors.Join(err, r.fail(node, "expected a mapping node"))
		}
		set := starlark.NewSet(dict.Len())
		for _, key := range dict.Keys() {
			if err := set.Insert(key); err != nil {
				return nil, err
			}
		}
		return set, nil
	default:
		return nil, r.fail(node, "could not determine a constructor for the tag '%s'", tag)
	}
}
