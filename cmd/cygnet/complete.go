package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cygnet/deploy"
	"cygnet/modules"
	"cygnet/op/argument"
)

// What a shell completes, for the scripts that `cygnet completion SHELL` writes.

// globalNames are the global arguments that are worth completing: those that a
// command line can give a value.
var globalNames = []string{
	"name", "_sudo", "_sudo_user", "_env", "_chdir", "_shell_executable", "_timeout", "_success_exit_codes",
	"_ignore_errors", "_continue_on_error", "_parallel", "_run_once", "_serial", "_retries", "_retry_delay",
}

// completion has command lines completed by what can stand there.
func completion(root *cobra.Command) error {
	root.ValidArgsFunction = completeRun
	for _, cmd := range root.Commands() {
		if cmd.Name() != formFact {
			continue
		}
		cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				args = slices.Insert(slices.Clone(args), 1, formFact)
			}
			return completeRun(cmd, args, word)
		}
		if err := completeOptions(cmd); err != nil {
			return err
		}
	}
	return completeOptions(root)
}

// completeRun completes an inventory and what is to be done with its hosts.
func completeRun(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	switch {
	case len(args) == 0:
		return []string{"py"}, cobra.ShellCompDirectiveFilterFileExt
	case len(args) == 1:
		return startingWith(word, formWords(word)), cobra.ShellCompDirectiveDefault
	case args[1] == formFact:
		return completeFact(args[2:], word)
	case args[1] == formExec || args[1] == formInventory:
		return nil, cobra.ShellCompDirectiveDefault
	case strings.HasSuffix(args[1], ".py"):
		return []string{"py"}, cobra.ShellCompDirectiveFilterFileExt
	}
	if d, ok := modules.All().Operation(strings.Replace(args[1], ":", ".", 1)); ok {
		return completeArguments(argument.Of(d.Type), word)
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// completeOptions has the values of options completed.
func completeOptions(cmd *cobra.Command) error {
	for name, values := range map[string]cobra.CompletionFunc{
		"limit":   completeHosts,
		"exclude": completeHosts,
		"output": func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
			return startingWith(word, []string{"auto", "screen", "plain", "json", "quiet"}), cobra.ShellCompDirectiveNoFileComp
		},
	} {
		if err := cmd.RegisterFlagCompletionFunc(name, values); err != nil {
			return err
		}
	}
	return nil
}

// formWords are the words that can follow an inventory: deploy files that begin
// with word, operations, and the names of the other forms.
func formWords(word string) []string {
	words := []string{formExec, formFact, formInventory}
	for _, m := range modules.All().Modules() {
		for _, d := range m.Operations {
			words = append(words, d.Name)
		}
	}
	if files, err := filepath.Glob(escapeGlob(word) + "*.py"); err == nil {
		words = append(words, files...)
	}
	return words
}

// escapeGlob makes a pattern that matches nothing but the text.
func escapeGlob(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(text)
}

// completeFact completes a fact, or an argument of the one before.
func completeFact(before []string, word string) ([]string, cobra.ShellCompDirective) {
	registry := modules.All()
	var words []string
	for _, m := range registry.Modules() {
		for _, d := range m.Facts {
			words = append(words, d.Name)
		}
	}
	facts := startingWith(word, words)
	for _, name := range slices.Backward(before) {
		d, ok := registry.Fact(name)
		if !ok {
			continue
		}
		arguments, directive := completeArguments(argument.Of(d.Type), word)
		if len(facts) > 0 {
			directive = cobra.ShellCompDirectiveDefault // names of facts end the word
		}
		return slices.Concat(arguments, facts), directive | cobra.ShellCompDirectiveNoFileComp
	}
	return facts, cobra.ShellCompDirectiveNoFileComp
}

// completeArguments completes the name of an argument; its value follows.
func completeArguments(params []argument.Parameter, word string) ([]string, cobra.ShellCompDirective) {
	if strings.Contains(word, "=") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var words []string
	for _, p := range params {
		words = append(words, p.Name+"=")
	}
	for _, name := range globalNames {
		words = append(words, name+"=")
	}
	return startingWith(word, words), cobra.ShellCompDirectiveNoSpace
}

// completeHosts completes groups and hosts of the inventory that the line names.
// It reads the file, and says nothing if that cannot be done.
func completeHosts(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	inventory, err := deploy.LoadInventory(ctx, args[0], deploy.Options{Registry: modules.All()})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	words := inventory.Groups()
	for _, h := range inventory.Hosts() {
		words = append(words, h.Name)
	}
	return startingWith(word, words), cobra.ShellCompDirectiveNoFileComp
}

func startingWith(prefix string, words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.HasPrefix(w, prefix) })
}
