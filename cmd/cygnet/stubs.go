package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"cygnet/internal/stubs"
	"cygnet/modules"
)

func newStubs(con console) *cobra.Command {
	return &cobra.Command{
		Use:   "stubs DIR",
		Short: "Write type stubs of all that a deploy can import, for editors",
		Long: `Write .pyi files of all that a deploy can import from pyinfra, or cygnet, to DIR: operations
with the types of their arguments, facts, host, inventory and the rest. An editor or a type
checker that is told of DIR completes and checks deploys.`,
		Example: `  cygnet stubs typings              # where pyright and VS Code look
  MYPYPATH=typings mypy deploy.py`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			n, err := stubs.Write(args[0], modules.All())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(con.out, "Wrote %d files to %s.\n", n, args[0])
			return err
		},
	}
}
