package python

import (
	"os/exec"

	"golang.org/x/sys/unix"
)

// reap waits until a process has ended and kills the rest of its group while nothing else can have its number.
func reap(cmd *exec.Cmd) error {
	for unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	killGroup(cmd.Process.Pid)
	return cmd.Wait()
}
