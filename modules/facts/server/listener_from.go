package server

import "cygnet/fact"

// FromPlain implements fact.PlainReader.
func (l *Listener) FromPlain(plain any) error {
	*l = Listener{}
	pair, ok := plain.([]any)
	if !ok || len(pair) != 2 {
		return nil
	}
	if err := fact.ReadPlain(&l.Name, pair[0]); err != nil {
		return err
	}
	return fact.ReadPlain(&l.PID, pair[1])
}
