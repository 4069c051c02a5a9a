package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cygnet/modules"
	"cygnet/op/argument"
)

// The words that may follow INVENTORY, besides deploy files and operations.
const (
	formExec      = "exec"
	formFact      = "fact"
	formInventory = "debug-inventory"
)

// dispatch does what the word after INVENTORY says.
func (o *runOptions) dispatch(cmd *cobra.Command, con console, args []string) error {
	if err := o.complete(cmd, con); err != nil {
		return err
	}
	ctx, inventory := cmd.Context(), args[0]
	if len(args) < 2 {
		if o.all {
			return o.runFacts(ctx, con, inventory, nil)
		}
		return fmt.Errorf("say what to do with %s: cygnet %s DEPLOY.py (cygnet --help tells more)", inventory, inventory)
	}
	form, rest := args[1], args[2:]
	if form != formFact && o.all {
		return errors.New("--all is for facts: cygnet INVENTORY fact --all")
	}
	switch {
	case form == formExec:
		return o.runExec(ctx, con, inventory, rest)
	case form == formFact:
		return o.runFacts(ctx, con, inventory, rest)
	case form == formInventory:
		return o.debugInventory(ctx, con, inventory, rest)
	case isDeployFile(form):
		for _, name := range rest {
			if !isDeployFile(name) {
				return fmt.Errorf("%s: a deploy file must end in .py, as %s does", name, form)
			}
		}
		return runFleet(ctx, con, *o, inventory, args[1:]...)
	case operationName.MatchString(form):
		return o.runOperation(ctx, con, inventory, form, rest)
	}
	return unknownForm(form)
}

// isDeployFile reports whether a word names a file rather than an operation: it
// ends like one, or there is one of that name.
func isDeployFile(word string) bool {
	if strings.HasSuffix(word, ".py") || strings.ContainsRune(word, os.PathSeparator) {
		return true
	}
	_, err := os.Stat(word)
	return err == nil
}

// unknownForm says what could have been written instead.
func unknownForm(word string) error {
	names := []string{formExec, formFact, formInventory}
	for _, m := range modules.All().Modules() {
		for _, d := range m.Operations {
			names = append(names, d.Name)
		}
	}
	if near := argument.Nearest(word, names); near != "" {
		return fmt.Errorf("%q is neither a deploy file nor an operation, did you mean %q?", word, near)
	}
	return fmt.Errorf("%q is neither a deploy file (x.py) nor an operation (module.name): cygnet --help tells what can be done", word)
}
