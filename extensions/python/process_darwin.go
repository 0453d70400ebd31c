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
	return n
}

// yieldAtOnce does nothing: niceness is all there is.
func yieldAtOnce(int) {}

// reap waits until a process has ended and kills the rest of its group. The instant in between, in which something else might get
// the group's number, cannot be avoided here.
func reap(cmd *exec.Cmd) error {
	err := cmd.Wait()
	killGroup(cmd.Process.Pid)
	return err
}
