//go:build unix && !solaris && !aix

package record

import (
	"os"
	"syscall"
	"time"
)

// lock marks a run file as being written, and reports false if another process does that. The kernel takes the mark off when
// the process ends, however it ends. Who asks locked holds the file for a moment, hence the attempts.
func lock(f *os.File) bool {
	for range 5 {
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != syscall.EWOULDBLOCK {
			return true
		}
		time.Sleep(2 * time.Millisecond)
	}
	return false
}

// locked reports whether a run file is being written, or cannot be asked.
func locked(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}
