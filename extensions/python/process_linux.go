package python

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"

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

// longestSlice is the longest time slice that the scheduler takes, in nanoseconds.
const longestSlice = 100e6

// yieldAtOnce has the threads of a process, and those that they start, give the processor up when somebody else wakes up: the scheduler
// lets the shorter of two time slices come first, and theirs is the longest from now on. Else he would wait for the end of a slice,
// some milliseconds, however nice the process is. It changes nothing before Linux 6.12.
func yieldAtOnce(pid int) {
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid)) // there are none when it has ended
	for _, t := range threads {
		tid, _ := strconv.Atoi(t.Name())
		attr, err := unix.SchedGetAttr(tid, 0)
		if err != nil || attr.Policy != unix.SCHED_NORMAL {
			continue // its user has scheduled it otherwise
		}
		attr.Runtime = longestSlice
		_ = unix.SchedSetAttr(tid, attr, 0)
	}
}

// reap waits until a process has ended and kills the rest of its group while nothing else can have its number.
func reap(cmd *exec.Cmd) error {
	for unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	killGroup(cmd.Process.Pid)
	return cmd.Wait()
}
