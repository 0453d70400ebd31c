//go:build unix

package graph

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Nobody may ever write into a pipe: to open it would wait for that.
func TestReadFileWaitsForNoPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(pipe); err == nil || !strings.Contains(err.Error(), "a pipe") {
		t.Errorf("got %v", err)
	}
}
