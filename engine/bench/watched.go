package bench

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"

	"tenbench/engine"
	"tenbench/engine/trace"
)

// watched is what a Program has for a screen: an app above those of the program, which shows all of theirs, and the program's output,
// which cannot have the terminal. It is empty without a screen.
type watched struct {
	app   *engine.App
	lines *trace.Writer
	out   *os.File

	tailMu sync.Mutex
	tail   []byte
}

// watch begins; opt are the options of the program's apps.
func (w *watched) watch(opt engine.Options) (err error) {
	if w.out, err = os.CreateTemp("", "tenbench-output-*.txt"); err != nil {
		return fmt.Errorf("keep the program's output: %w", err)
	}
	opt.LongRunning = true
	w.app, w.lines = engine.NewApp(opt, noAddon), opt.Log.Writer("program")
	return nil
}

// noAddon is what the app above the program's has.
func noAddon(name string) (engine.Addon, error) {
	return engine.Addon{}, fmt.Errorf("no addon %q: those of a program are its own", name)
}

// unwatch ends it and returns the last state.
func (w *watched) unwatch() (final trace.Snapshot) {
	if w.app == nil {
		return final
	}
	final = w.app.Snapshot()
	w.app.Close()
	w.lines.Close()
	w.out.Close()
	return final
}

// App has all that the program's apps have.
func (w *watched) App() *engine.App { return w.app }

// Line takes a line that the program has printed into the log.
func (w *watched) Line(level trace.Level, text string) {
	w.lines.Emit(&trace.Event{Kind: trace.LogLine, Level: level, Detail: text})
}

// Write keeps the program's output in the file.
func (w *watched) Write(b []byte) (int, error) {
	w.tailMu.Lock()
	w.tail = append(w.tail, b...)
	w.tail = w.tail[max(0, len(w.tail)-maxTail):]
	w.tailMu.Unlock()
	return w.out.Write(b)
}

const (
	maxTail   = 8 << 10 // bytes of the end of the output
	tailLines = 20
)

// Output writes the last lines that the program has printed, and where all of them are. Without any it takes the file away.
func (w *watched) Output(to io.Writer) {
	w.tailMu.Lock()
	defer w.tailMu.Unlock()
	lines := bytes.SplitAfter(w.tail, []byte("\n"))
	if len(w.tail) == 0 {
		os.Remove(w.out.Name())
		return
	}
	for _, line := range lines[max(0, len(lines)-tailLines):] {
		to.Write(line)
	}
	if w.tail[len(w.tail)-1] != '\n' {
		fmt.Fprintln(to)
	}
	fmt.Fprintf(to, "All of its output is in %s.\n", w.out.Name())
}
