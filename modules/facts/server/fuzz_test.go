package server

import (
	"strings"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"leda:x:1:1:c:/home/leda:/bin/sh|leda|leda swans|leda pts/0 Tue Mar 3 10:11:12 +0200 2026|hash",
		"/etc/os-release\nNAME=\"a\nVERSION_ID=1.2\n---\n/etc/swan-release\n1.2\n---",
		"21 1 254:1 / /a\\040b rw - ext4 /dev/vda1 rw",
		"a.b = 1 2\nc: d", "loop 1 0 - Live 0x0", "* hard core 1", "x users:((\"a\",pid=99999999999999999999,fd=1))", "\\777 |||| ::::::",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		users, err := Users{}.Parse(lines)
		if err != nil || len(users) > len(lines) {
			t.Errorf("%d users in %d lines, %v", len(users), len(lines), err)
		}
		for _, parse := range []func() error{
			func() error { _, err := LinuxDistribution{}.Parse(lines); return err },
			func() error { _, err := LsbRelease{}.Parse(lines); return err },
			func() error { _, err := Mounts{}.Parse(lines); return err },
			func() error { _, err := Sysctl{}.Parse(lines); return err },
			func() error { _, err := KernelModules{}.Parse(lines); return err },
			func() error { _, err := SecurityLimits{}.Parse(lines); return err },
			func() error { _, err := Selinux{}.Parse(lines); return err },
			func() error { _, err := Groups{}.Parse(lines); return err },
			func() error { _, err := LinuxGui{}.Parse(lines); return err },
			func() error { _, err := Port{}.Parse(lines); return err },
		} {
			if err := parse(); err != nil {
				t.Error(err)
			}
		}
		if _, err := (Date{}).Parse(lines); err == nil && !strings.Contains(text, "-") {
			t.Errorf("%q is a date", text)
		}
	})
}
