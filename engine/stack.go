package engine

import (
	"bytes"
	"cmp"
	"context"
	"runtime"
	"runtime/pprof"
	"slices"
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

// manyGoroutines are so many that to look through them takes a second, in which the program stands still again and again.
const manyGoroutines = 20_000

// stackOf returns the stack of the worker with that id, outermost call last, or "" if it has ended or would be long to find. It looks
// through all goroutines, so it is for problems, not for every day.
func stackOf(id uint64) string {
	if runtime.NumGoroutine() > manyGoroutines {
		return ""
	}
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

// library are parts of the paths of Python files that are no author's.
var library = []string{"/lib/python3", "/site-packages/", "<frozen", "/ten_runtime/", "/tenbench/runtime-"}

// tracebackPlace is the author's last place in a traceback, else the last: File "path", line 12, in name.
func tracebackPlace(stack string) trace.Sym {
	author, last := "", ""
	for line := range strings.SplitSeq(stack, "\n") {
		rest, ok := strings.CutPrefix(line, "  File \"")
		if !ok {
			continue
		}
		path, rest, _ := strings.Cut(rest, "\", line ")
		number, _, _ := strings.Cut(rest, ",")
		if _, err := strconv.Atoi(number); err != nil {
			continue
		}
		last = path + ":" + number
		if !slices.ContainsFunc(library, func(part string) bool { return strings.Contains(path, part) }) {
			author = last
		}
	}
	return trace.Intern(cmp.Or(author, last))
}
