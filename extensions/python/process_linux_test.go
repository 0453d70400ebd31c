package python

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// What floods is preempted by whoever wakes up: its time slice is the longest, which the scheduler lets come last.
func TestWhatFloodsGivesItsProcessorUp(t *testing.T) {
	if own, err := unix.SchedGetAttr(os.Getpid(), 0); err != nil || own.Policy != unix.SCHED_NORMAL || own.Runtime == 0 {
		t.Skipf("the kernel has no time slices of one's own, or the test is scheduled otherwise: %v", err)
	}
	p, _, _, _ := shell(t, "sleep 600")
	slice := func() uint64 {
		attr, err := unix.SchedGetAttr(p.pid(), 0)
		if err != nil {
			t.Fatal(err)
		}
		return attr.Runtime
	}
	if before := slice(); before >= longestSlice {
		t.Fatalf("it has slices of %d ns from the begin", before)
	}
	p.giveWay()
	if got := slice(); got != longestSlice {
		t.Errorf("it has slices of %d ns, want %d", got, uint64(longestSlice))
	}
}
