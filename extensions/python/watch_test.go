package python

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// hasty is a rule that gives a file no time but to be filled.
func hasty(emptied bool) time.Duration {
	if emptied {
		return time.Hour
	}
	return time.Millisecond
}

func TestCodeWatchLeavesAnEmptiedFileToItsWriter(t *testing.T) {
	dir := t.TempDir()
	save := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save("addon.py", "a = 1")
	save("extension.py", "a = 1")
	told := make(chan string, 16)
	w, err := watchCode(hasty, func(_, file string) { told <- file })
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	if err := w.add(dir); err != nil {
		t.Fatal(err)
	}

	save("extension.py", "")
	wait(t, "the emptied file is seen", func() bool { return len(w.emptied()) == 1 })
	save("addon.py", "a = 2")
	wait(t, "the other file is seen", func() bool { return w.latest() == "addon.py" })
	if next := w.next(); time.Until(next) < time.Minute {
		t.Errorf("another file that was saved has the package looked at in %v, while one is empty", time.Until(next))
	}

	save("extension.py", "a = 2")
	select {
	case file := <-told:
		if file != "extension.py" {
			t.Errorf("told of %s, not of the one that was filled", file)
		}
	case <-time.After(waitFor):
		t.Fatal("nothing was told when the file was filled")
	}
	if left := w.emptied(); len(left) > 0 {
		t.Errorf("%v still count as emptied", left)
	}
}

// emptied are the files that count as emptied.
func (w *codeWatch) emptied() (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.roots {
		for file := range r.bare {
			out = append(out, file)
		}
	}
	return out
}

// latest is the file that changed last.
func (w *codeWatch) latest() (file string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.roots {
		file = r.file
	}
	return file
}
