package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// DefaultPath returns where a user's journal is: in the state folder that the
// system has for such things (XDG_STATE_HOME on Linux and the BSDs).
func DefaultPath() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "cygnet", "journal.db"), nil
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return "", fmt.Errorf("find a place for the journal: %w", err)
		}
		return filepath.Join(dir, "cygnet", "journal.db"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the journal: %w", err)
	}
	return filepath.Join(home, ".local", "state", "cygnet", "journal.db"), nil
}
