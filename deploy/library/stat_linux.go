package library

import "syscall"

func accessTime(s *syscall.Stat_t) syscall.Timespec { return s.Atim }
func modifyTime(s *syscall.Stat_t) syscall.Timespec { return s.Mtim }
func changeTime(s *syscall.Stat_t) syscall.Timespec { return s.Ctim }
