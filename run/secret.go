package run

import (
	"cygnet/op"
	"cygnet/shell"
)

// leastGuessed is the length, in bytes, of the shortest value that is masked for
// its name alone: "true" is no secret, whatever it is called.
const leastGuessed = 6

// hide masks the secrets of a call in whatever is told from now on: those of its
// plan, and values of its environment whose names say that they are secret.
func (e *engine) hide(env map[string]string, plan op.Plan) {
	for name, value := range env {
		if shell.SecretName(name) && len(value) >= leastGuessed {
			e.secrets.Add(shell.NewSecret(value))
		}
	}
	for _, command := range plan.Commands {
		if sh, ok := command.(op.Shell); ok && sh.Text.HasSecret() {
			e.secrets.Add(sh.Text.Secrets()...)
		}
	}
}

// mask hides secrets in what an error says; what it is stays as it was.
func (e *engine) mask(err error) error {
	if err == nil {
		return nil
	}
	if o, ok := err.(*OperationError); ok {
		return &OperationError{Call: o.Call, Err: e.mask(o.Err)}
	}
	said := err.Error()
	if masked := e.secrets.Mask(said); masked != said {
		return &maskedError{masked, err}
	}
	return err
}

// maskedError is an error with another text.
type maskedError struct {
	text string
	err  error
}

func (e *maskedError) Error() string { return e.text }
func (e *maskedError) Unwrap() error { return e.err }
