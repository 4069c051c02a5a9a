package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/modules"
)

// A source answers with the facts of a case.
type source struct {
	registry *modules.Registry
	facts    map[string]any
	// additions are facts that are not in the case (see [Additions]).
	additions []string
}

// Fact implements fact.Source.
func (s source) Fact(r fact.Request) (any, error) {
	data, ok := s.facts[r.Name]
	_, public := s.registry.Fact(r.Name)
	if !ok && (!public || slices.Contains(s.additions, r.Name)) {
		return r.Zero, nil
	}
	if !ok {
		return nil, fmt.Errorf("the case has no fact %s", r.Key)
	}
	data, err := s.find(r, data)
	if err != nil {
		return nil, err
	}
	plain, err := decode(data)
	if err != nil {
		return nil, err
	}
	answer, err := answerOf(plain, r.Zero)
	if err != nil {
		return nil, fmt.Errorf("fact %s: %w", r.Key, err)
	}
	return answer, nil
}

// find takes the answer to a question out of the data of its fact: those of a
// fact that takes arguments are a dict by them.
func (s source) find(r fact.Request, data any) (any, error) {
	text := strings.TrimPrefix(r.Key, r.Name)
	if text == "" {
		return data, nil
	}
	d, ok := s.registry.Fact(r.Name)
	if !ok {
		return nil, fmt.Errorf("fact %s is in no module", r.Name)
	}
	value := reflect.New(d.Type)
	if err := json.Unmarshal([]byte(text), value.Interface()); err != nil {
		return nil, fmt.Errorf("read the arguments of fact %s: %w", r.Key, err)
	}
	if dict, ok := data.(map[string]any); ok {
		for key, answer := range dict {
			if matches(key, value.Elem()) {
				return answer, nil
			}
		}
	}
	// A case may leave out the arguments where the operation gives none.
	if value.Elem().IsZero() {
		return data, nil
	}
	return nil, fmt.Errorf("the case has no fact %s", r.Key)
}
