package lab

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// hasMarks says that marked works here.
const hasMarks = true

// marked returns the processes that have CYGNET_LAB in their environment with
// a value that starts with the prefix. A full machine name does not match
// those that start with it: the names of one lab are all equally long.
func marked(prefix string) ([]int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return nil, err
	}
	mark := []byte("\x00CYGNET_LAB=" + prefix)
	var pids []int
	for _, file := range files {
		env, err := os.ReadFile(file)
		if err != nil || len(env) == 0 {
			continue // not ours, gone, or a zombie
		}
		if !bytes.Contains(append([]byte{0}, env...), mark) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			return nil, err
		}
		pids = append(pids, pid)
	}
	return pids, nil
}

// killMarked kills the processes that marked finds, until there are none.
func killMarked(prefix string) error {
	none := 0
	for range 500 {
		pids, err := marked(prefix)
		if err != nil {
			return err
		}
		// In the middle of an exec a process shows no environment: look twice.
		if none++; len(pids) > 0 {
			none = 0
		}
		if none == 2 {
			return nil
		}
		for _, pid := range pids {
			err = errors.Join(err, ignoreGone(syscall.Kill(pid, syscall.SIGKILL)))
		}
		if err != nil {
			return err
		}
		time.Sleep(2 * time.Millisecond) // they are gone when the kernel gets to it
	}
	return fmt.Errorf("processes of the lab do not end when killed")
}
