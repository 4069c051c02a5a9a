package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"cygnet/deploy"
	"cygnet/fleet"
	"cygnet/shell"
)

// sshOptions override the hosts' data about how to log in.
type sshOptions struct {
	user, key, keyPassword, password string
	port                             int
	prompt                           bool // ask for the password
}

func (o *sshOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.user, "ssh-user", "", "log in as this `USER`")
	f.IntVar(&o.port, "ssh-port", 0, "log in at this `PORT`")
	f.StringVar(&o.key, "ssh-key", "", "log in with the private key in `FILE`")
	f.StringVar(&o.keyPassword, "ssh-key-password", "", "`PASSWORD` of that key")
	f.StringVar(&o.password, "ssh-password", "", "log in with this `PASSWORD`")
	f.BoolVar(&o.prompt, "ssh-password-prompt", false, "ask for the password to log in with")
}

// data returns what was given, as host data.
func (o *sshOptions) data() fleet.Data {
	data := fleet.Data{}
	for key, value := range map[string]string{
		"ssh_user": o.user, "ssh_key": o.key, "ssh_key_password": o.keyPassword, "ssh_password": o.password,
	} {
		if value != "" {
			data[key] = value
		}
	}
	if o.port != 0 {
		data["ssh_port"] = int64(o.port)
	}
	return data
}

// overrides returns the host data that the command line gives.
func (o *runOptions) overrides() (fleet.Data, error) {
	data := o.ssh.data()
	for _, pair := range o.data {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("--data %s: write KEY=VALUE", pair)
		}
		data[key] = deploy.ParseValue(value)
	}
	return data, nil
}

// configure applies the command line to what config.py says.
func (o *runOptions) configure(c *deploy.Config) {
	if o.shell != "" {
		c.Shell = o.shell
	}
	if o.sudo {
		c.Sudo, c.SudoUser = true, o.sudoUser
	}
	if o.retry > 0 {
		c.Retry = o.retry
		c.RetryDelay = &o.retryDelay
	}
}

// maskArgs returns a command line without its secrets.
func maskArgs(args []string) []string {
	masked := slices.Clone(args)
	for i, arg := range masked {
		name, _, hasValue := strings.Cut(arg, "=")
		switch {
		case !shell.SecretName(name):
		case hasValue:
			masked[i] = name + "=" + shell.Mask
		case strings.HasPrefix(arg, "--") && i+1 < len(masked):
			masked[i+1] = shell.Mask
		}
	}
	return masked
}

// file returns standard input as a file, to ask questions on; nil if it is none.
func (c console) file() *os.File {
	f, ok := c.in.(*os.File)
	if !ok {
		return nil
	}
	return f
}
