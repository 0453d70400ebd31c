package diagnose

import (
	"strings"
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestTheSummarySaysWhatCutACommandShort(t *testing.T) {
	cut := result(10, 42, trace.ByStop, msg.Error)
	cut.Detail = trace.DetailCut
	f := fold(hello(trace.Sent, 0, 42), cut)
	if text := strings.Join(f.Summary(trace.Snapshot{}), "\n"); !strings.Contains(text, "Commands: 1 sent, 1 cut short by a stop.") {
		t.Errorf("it says\n%s", text)
	}
}
