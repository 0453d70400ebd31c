package engine

import (
	"bytes"
	"context"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"

	"tenbench/engine/trace"
)

// workerLabel is the static label of each worker goroutine. A label per callback would cost 350 ns each.
const workerLabel = "tenbench_worker"

var workerIDs atomic.Uint64

func labelWorker(id uint64) {
	ctx := pprof.WithLabels(context.Background(), pprof.Labels(workerLabel, strconv.FormatUint(id, 10)))
	pprof.SetGoroutineLabels(ctx)
}

// stackOf returns the stack of the worker with that id, outermost call last, or "" if it has ended. It looks through all
// goroutines, so it is for problems, not for every day.
func stackOf(id uint64) string {
	var buf bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&buf, 1); err != nil {
		return ""
	}
	want := `"` + workerLabel + `":"` + strconv.FormatUint(id, 10) + `"`
	for block := range strings.SplitSeq(buf.String(), "\n\n") {
		if strings.Contains(block, want) {
			return tidyStack(block)
		}
	}
	return ""
}

// tidyStack keeps the frames of a profile block: function, file:line.
func tidyStack(block string) string {
	var out []string
	for line := range strings.SplitSeq(block, "\n") {
		frame, ok := strings.CutPrefix(line, "#\t")
		if !ok {
			continue
		}
		fields := strings.Fields(frame)
		if len(fields) < 3 {
			continue
		}
		fn, _, _ := strings.Cut(fields[1], "+0x")
		out = append(out, fn+"\n\t"+fields[2])
	}
	return strings.Join(out, "\n")
}

// panicPlace is the author's line in a panic's stack: the first frame below the panic that is neither the runtime's nor ours. In a
// traceback of Python's it is the last.
func panicPlace(stack string) trace.Sym {
	_, below, found := strings.Cut(stack, "\npanic(")
	if !found {
		return tracebackPlace(stack)
	}
	lines := strings.Split(below, "\n")
	for i := 2; i+1 < len(lines); i += 2 {
		if strings.HasPrefix(lines[i], "runtime.") || strings.HasPrefix(lines[i], "panic(") {
			continue
		}
		place, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		return trace.Intern(place)
	}
	return 0
}

// tracebackPlace is the last place in a traceback: File "path", line 12, in name.
func tracebackPlace(stack string) trace.Sym {
	at := strings.LastIndex(stack, "  File \"")
	if at < 0 {
		return 0
	}
	path, rest, _ := strings.Cut(stack[at+len("  File \""):], "\", line ")
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end <= 0 {
		return 0
	}
	return trace.Intern(path + ":" + rest[:end])
}
