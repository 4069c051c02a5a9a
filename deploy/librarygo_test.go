package deploy

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestWaitsEndWithTheRun stops deploys that wait for a command, a clock or a
// pattern without an end.
func TestWaitsEndWithTheRun(t *testing.T) {
	for name, text := range map[string]string{
		"subprocess": "import subprocess\nsubprocess.run('sleep 600 & sleep 600', shell=True)\n",
		"sleep":      "import time\ntime.sleep(600)\n",
	} {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"deploy.py": text})
			program, err := Load("deploy.py", Options{Registry: registry()})
			if err != nil {
				t.Fatal(err)
			}
			inv, host := oneHost(t, nil)
			stop := errors.New("stopped by the test")
			ctx, cancel := context.WithCancelCause(t.Context())
			timer := time.AfterFunc(50*time.Millisecond, func() { cancel(stop) })
			defer timer.Stop()
			err = program.Run(ctx, Environment{Host: host, Inventory: inv, Recorder: &recorder{}})
			if !errors.Is(err, stop) {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}
