package python

import (
	"testing"

	"golang.org/x/sys/unix"
)

// What floods is preempted by whoever wakes up.
func TestWhatFloodsGivesItsProcessorUp(t *testing.T) {
	p, _, _, _ := shell(t, "sleep 600")
	policy := func() uint32 {
		attr, err := unix.SchedGetAttr(p.pid(), 0)
		if err != nil {
			t.Fatal(err)
		}
		return attr.Policy
	}
	if before := policy(); before != unix.SCHED_NORMAL {
		t.Skipf("the test itself has the policy %d", before)
	}
	p.giveWay()
	if got := policy(); got != unix.SCHED_IDLE {
		t.Errorf("its policy is %d, want %d", got, unix.SCHED_IDLE)
	}
}
