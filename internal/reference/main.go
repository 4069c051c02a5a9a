// Reference writes docs/operations.md: every operation and fact that a deploy can
// use, with arguments, types, defaults and what they mean. All of it is taken
// off the Go structs that are the operations and facts, and off their comments,
// so that nothing is written twice. Run it in the folder of the repository:
//
//	go run ./internal/reference
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"cygnet/modules"
)

// page is the file that is written, from the folder of the repository.
var page = filepath.Join("docs", "operations.md")

func main() {
	text, missing, err := generate(".", modules.All())
	if err == nil {
		err = os.WriteFile(page, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
	for _, m := range missing {
		fmt.Fprintln(os.Stderr, "reference:", m, "has no comment")
	}
}
