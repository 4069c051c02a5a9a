package library

import "syscall"

func accessTime(s *syscall.Stat_t) syscall.Timespec { return s.Atimespec }
func modifyTime(s *syscall.Stat_t) syscall.Timespec { return s.Mtimespec }
func changeTime(s *syscall.Stat_t) syscall.Timespec { return s.Ctimespec }
