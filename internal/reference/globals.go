package main

// A global is an argument that every operation takes.
type global struct {
	name     string
	hint     string // its type
	field    string // of op.Arguments
	standard string // its default
	text     string
}

// globals are the global arguments, in the order of the page. What a deploy does
// not say is taken from the host's data under the same name, then from config.
var globals = []global{
	{"name", "str", "Name", "None", "Labels the operation in what is shown; without it, the operation's own name and arguments do."},
	{"_sudo", "bool", "As", "False", "Runs as another user by sudo, which must ask for no password."},
	{"_sudo_user", "str", "As", `"root"`, "The user to be with `_sudo`."},
	{"_env", "dict[str, str]", "Env", "None", "Environment variables, beside those of the config."},
	{"_chdir", "str", "Dir", "None", "The folder to run in; None is where a login begins, which is the user's home, or for `@local` the folder in which cygnet was started."},
	{"_shell_executable", "str", "Executable", `"sh"`, "The shell that runs the commands."},
	{"_timeout", "int | float", "Timeout", "None", "Seconds after which a command, and all that it started, is ended; the operation has failed then."},
	{"_success_exit_codes", "list[int]", "SuccessExitCodes", "[0]", "The exit statuses that mean success."},
	{"_ignore_errors", "bool", "IgnoreErrors", "False", "The host goes on with the next operation when this one has failed."},
	{"_continue_on_error", "bool", "ContinueOnError", "False", "With `_ignore_errors`: the operation's other commands run too after one that failed."},
	{"_if", "function | list[function]", "If", "None", "Runs the operation only if all of the functions return True when its turn has come."},
	{"_parallel", "int", "Parallel", "0", "At most so many hosts at a time; 0 sets no limit for this operation."},
	{"_run_once", "bool", "RunOnce", "False", "Runs on one host only."},
	{"_serial", "bool", "Serial", "False", "One host after another."},
	{"_retries", "int", "Retries", "0", "How often to try again after a failure."},
	{"_retry_delay", "int | float", "RetryDelay", "5", "Seconds before the first retry; later ones wait longer."},
	{"_retry_until", "function", "RetryUntil", "None", "Is given a dict about each attempt that did not fail; True means that it is tried again."},
}
