package main

import (
	"math/big"
	"strings"
	"testing"
)

func TestPythonArguments(t *testing.T) {
	for _, test := range []struct{ words, want string }{
		{"git update=true", `"git", update=True`},
		{"1 -2 1.5 1e3 none=null", `1, -2, 1.5, 1000.0, none=None`},
		{`["a",1,{"b":[]}] x={"k":"v"}`, `["a", 1, {"b": []}], x={"k": "v"}`},
		{`[[1,"a"],{"b":false,"a":"c"}]`, `1, "a", a="c", b=False`},
		{`[[1],[2]]`, `[[1], [2]]`},
		{`http://x/?a=b a-b=c =d e=`, `"http://x/?a=b", "a-b=c", "=d", e=""`},
		{"it's\x01\\\"", `"it's\x01\\\""`},
		{"123456789012345678901234567890", "123456789012345678901234567890"},
	} {
		got, err := pythonArguments(strings.Fields(test.words))
		if err != nil || got != test.want {
			t.Errorf("%s: got %s, %v; want %s", test.words, got, err, test.want)
		}
	}
	if _, err := pythonArguments([]string{"a=1", "a=2"}); err == nil {
		t.Error("an argument can be given twice")
	}
	if got := literal(big.NewInt(5)); got != "5" {
		t.Errorf("a big number is %s", got)
	}
}
