package python

import (
	"os/exec"

	"golang.org/x/sys/unix"
)

// niceness is that of a process, 0 if it cannot be told.
func niceness(pid int) int {
	n, err := unix.Getpriority(unix.PRIO_PROCESS, pid)
	if err != nil {
		return 0
	}
	return 20 - n // the system call counts like this, so that no answer looks like an error
}

// reap waits until a process has ended and kills the rest of its group while nothing else can have its number.
func reap(cmd *exec.Cmd) error {
	for unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	killGroup(cmd.Process.Pid)
	return cmd.Wait()
}
