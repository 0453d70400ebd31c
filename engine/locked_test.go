package engine

import (
	"runtime"
	"testing"
)

func TestALockedThreadIsSeen(t *testing.T) {
	if lockWord == 0 && (runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64") {
		t.Error("the runtime's word was not found: each wait takes a microsecond more")
	}
	for how, locked := range map[string]func() bool{"by word": threadLocked, "by trace": lockedByTrace} {
		done := make(chan bool)
		go func() {
			defer close(done)
			if locked() {
				t.Errorf("%s: locked before it was", how)
			}
			runtime.LockOSThread()
			runtime.LockOSThread()
			runtime.UnlockOSThread()
			if !locked() {
				t.Errorf("%s: not locked though it is", how)
			}
			runtime.UnlockOSThread()
			if locked() {
				t.Errorf("%s: locked after it was", how)
			}
		}()
		<-done
	}
}
