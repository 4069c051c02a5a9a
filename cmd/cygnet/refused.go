package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// sameOptions gives pyinfra's shorter names of options their meaning.
func sameOptions(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	switch name {
	case "user", "port", "key", "key-password", "password", "password-prompt":
		name = "ssh-" + name
	case "no-wait":
		name = "free"
	}
	return pflag.NormalizedName(name)
}

// refusedOptions are those of pyinfra that this version does not have: to ignore
// them would run something else than what was asked for.
type refusedOptions []*refusedOption

// A refusedOption is one of them, and why.
type refusedOption struct {
	name, why string
	given     bool
}

const (
	noPassword = "sudo with a password is not supported yet: allow sudo without one (NOPASSWD), or log in as root"
	noSu       = "su is not supported yet: use --sudo and --sudo-user"
	noDzdo     = "dzdo is not supported yet: use --sudo and --sudo-user"
)

func (o *refusedOptions) flags(f *pflag.FlagSet) {
	for _, r := range []refusedOption{
		{name: "use-sudo-password", why: noPassword},
		{name: "same-sudo-password", why: noPassword},
		{name: "use-sudo-login", why: "it is not supported yet: name the variables that commands need in _env"},
		{name: "su-user", why: noSu},
		{name: "dzdo", why: noDzdo},
		{name: "dzdo-user", why: noDzdo},
		{name: "debug", why: "use -vvv, and cygnet show for what has been"},
		{name: "debug-all", why: "use -vvv, and cygnet show for what has been"},
		{name: "debug-facts", why: "use cygnet INVENTORY fact"},
		{name: "debug-operations", why: "use --dry, and --json for all of it"},
	} {
		*o = append(*o, &r)
		flag := f.VarPF(&r, r.name, "", "not supported: "+r.why)
		flag.Hidden = true
		if r.name != "su-user" && r.name != "dzdo-user" {
			flag.NoOptDefVal = "true"
		}
	}
}

// Set implements pflag.Value.
func (r *refusedOption) Set(string) error {
	r.given = true
	return nil
}

// String implements pflag.Value.
func (r *refusedOption) String() string { return "" }

// Type implements pflag.Value.
func (r *refusedOption) Type() string { return "string" }

// check returns the error of the first that was given.
func (o refusedOptions) check() error {
	for _, r := range o {
		if r.given {
			return fmt.Errorf("--%s: %s", r.name, r.why)
		}
	}
	return nil
}

// A percentage is a number from 0 to 100 that may be absent.
type percentage struct{ value *float64 }

// Set implements pflag.Value.
func (p *percentage) Set(text string) error {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v <= 100) {
		return errors.New("a number from 0 to 100 is needed")
	}
	p.value = &v
	return nil
}

// String implements pflag.Value.
func (p *percentage) String() string {
	if p.value == nil {
		return ""
	}
	return strconv.FormatFloat(*p.value, 'g', -1, 64)
}

// Type implements pflag.Value.
func (*percentage) Type() string { return "N" }

// complete settles what the options say together with the environment, and asks
// for the password that is to be asked for.
func (o *runOptions) complete(cmd *cobra.Command, con console) error {
	o.args = maskArgs(os.Args[1:])
	if err := o.refused.check(); err != nil {
		return err
	}
	if o.serial && o.free {
		return errors.New("--serial and --free exclude each other")
	}
	if !cmd.Flags().Changed("yes") {
		o.yes = isYes(os.Getenv("CYGNET_YES")) || isYes(os.Getenv("PYINFRA_YES"))
	}
	if !o.ssh.prompt {
		return nil
	}
	if o.ssh.password != "" {
		return errors.New("--ssh-password-prompt and --ssh-password exclude each other")
	}
	password, err := askPassword(con.file(), con.err, "SSH password: ")
	if err != nil {
		return fmt.Errorf("--ssh-password-prompt: %w", err)
	}
	o.ssh.password = password
	return nil
}

// isYes reads a variable of the environment as pyinfra does.
func isYes(value string) bool {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "1", "true", "t", "yes", "y", "on":
		return true
	}
	return false
}
