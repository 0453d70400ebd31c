//go:build !linux && !darwin

package python

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return nil }

func termGroup(int) {}

func killGroup(int) {}

func lowerGroup(int, int) {}

func niceness(int) int { return 0 }

func yieldAtOnce(int) {}

func kill(int) {}

func reap(cmd *exec.Cmd) error { return cmd.Wait() }

// ownPrivate: the temporary folder is the user's own here.
func ownPrivate(os.FileInfo) bool { return true }

func signalled(*os.ProcessState) string { return "" }

var errUnsupported = errors.New("Python extensions need Linux or macOS")

func connect() (net.Conn, *os.File, error) { return nil, nil, errUnsupported }
