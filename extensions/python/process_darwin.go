package python

import "os/exec"

// reap waits until a process has ended and kills the rest of its group. The instant in between, in which something else might get
// the group's number, cannot be avoided here.
func reap(cmd *exec.Cmd) error {
	err := cmd.Wait()
	killGroup(cmd.Process.Pid)
	return err
}
