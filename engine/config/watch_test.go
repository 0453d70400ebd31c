package config

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// patience is how long a test waits for what must come; reaching it is a failure.
const patience = time.Minute

// watching runs Watch on files and counts its calls.
type watching struct {
	t     *testing.T
	calls chan struct{}
}

func startWatch(t *testing.T, debounce time.Duration, files ...string) *watching {
	t.Helper()
	w := &watching{t: t, calls: make(chan struct{}, 1000)}
	ctx, cancel := context.WithCancel(context.Background())
	inner, err := newWatch(prints(files), debounce)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		inner.run(ctx, func() { w.calls <- struct{}{} })
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		inner.notify.Close()
	})
	return w
}

func (w *watching) expect(what string) {
	w.t.Helper()
	select {
	case <-w.calls:
	case <-time.After(patience):
		w.t.Fatalf("nothing was told of: %s", what)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const short = 20 * time.Millisecond

func TestWatchTellsOfEachWayAFileChanges(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.toml")
	write(t, path, "a = 1")
	w := startWatch(t, short, path)

	write(t, path, "a = 2")
	w.expect("written over, with the same size")

	write(t, filepath.Join(dir, "new"), "a = 3")
	must(t, os.Rename(filepath.Join(dir, "new"), path))
	w.expect("replaced")

	must(t, os.Remove(path))
	w.expect("gone")

	write(t, path, "a = 4")
	w.expect("back")
}

func TestWatchGivesAnEmptiedFileTimeToBeFilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	write(t, path, "a = 1")
	w := startWatch(t, time.Millisecond, path)
	start := time.Now()
	write(t, path, "")
	w.expect("a file that stays empty")
	if told := time.Since(start); told < fillWithin {
		t.Errorf("told of an empty file after %v", told)
	}
	write(t, path, "a = 2")
	w.expect("what was written into it")
}

func TestWatchSeesSwappedLinks(t *testing.T) {
	dir := t.TempDir()
	version := func(n int) string {
		name := fmt.Sprintf("..v%d", n)
		must(t, os.Mkdir(filepath.Join(dir, name), 0o755))
		write(t, filepath.Join(dir, name, "config.toml"), "a = 1")
		return name
	}
	must(t, os.Symlink(version(1), filepath.Join(dir, "..data")))
	must(t, os.Symlink(filepath.Join("..data", "config.toml"), filepath.Join(dir, "config.toml")))
	byFile := startWatch(t, short, filepath.Join(dir, "config.toml"))
	byFolder := startWatch(t, short, filepath.Join(dir, "..data", "config.toml"))

	for n := 2; n < 5; n++ {
		must(t, os.Symlink(version(n), filepath.Join(dir, "..tmp")))
		must(t, os.Rename(filepath.Join(dir, "..tmp"), filepath.Join(dir, "..data")))
		must(t, os.RemoveAll(filepath.Join(dir, fmt.Sprintf("..v%d", n-1))))
		byFile.expect("the swap, by the file's link")
		byFolder.expect("the swap, by the folder's link")
	}
	write(t, filepath.Join(dir, "..v4", "config.toml"), "a = 2")
	byFile.expect("a write behind the link")
}

func TestWatchFindsAFolderThatComesBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "app")
	path := filepath.Join(dir, "property.json")
	w := startWatch(t, short, path)
	for range 2 {
		must(t, os.Mkdir(dir, 0o755))
		write(t, path, "{}")
		w.expect("the folder and the file in it")
		must(t, os.RemoveAll(dir))
		w.expect("gone with its folder")
	}
}

func TestWatchWaitsUntilAFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	write(t, path, "")
	const debounce = 300 * time.Millisecond
	w := startWatch(t, debounce, path)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	defer f.Close()
	var last time.Time
	slowest := time.Duration(0)
	for i := range 40 {
		if i > 0 {
			slowest = max(slowest, time.Since(last))
		}
		last = time.Now()
		_, err := f.WriteString("x")
		must(t, err)
		slowest = max(slowest, time.Since(last))
		<-time.After(debounce / 30) // the pace of a slow writer
	}
	w.expect("the whole file")
	if slowest > debounce/2 {
		t.Skip("the machine is too busy to write evenly")
	}
	if waited := time.Since(last); waited < debounce {
		t.Errorf("told %v after the last write", waited)
	}
	if len(w.calls) > 0 {
		t.Errorf("told %d times more", len(w.calls))
	}
}

func TestWatchIsSilentAboutOtherFiles(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	path := filepath.Join(dir, "config.toml")
	write(t, path, "a = 1")
	w, err := newWatch(prints([]string{path}), time.Hour)
	must(t, err)
	defer w.notify.Close()
	tells := func(name string, op fsnotify.Op) bool {
		w.event(fsnotify.Event{Name: filepath.Join(dir, name), Op: op})
		return w.settle.Stop()
	}
	if tells("config.toml~", fsnotify.Create) || tells("config.toml~", fsnotify.Write) || tells("config.toml", fsnotify.Chmod) {
		t.Error("told of what does not matter")
	}
	if !tells("config.toml", fsnotify.Write) {
		t.Error("silent about the file itself")
	}
	write(t, path, "a = 22")
	if !tells("..data", fsnotify.Create) {
		t.Error("silent about a file that another change made different")
	}
	if tells("..data", fsnotify.Create) {
		t.Error("told of the same change twice")
	}
}

func TestAConfigTellsOfWhatHappenedSinceItWasLoaded(t *testing.T) {
	folder(t, map[string]string{"config.toml": oneNode})
	c := mustLoad(t, "config.toml", nil)
	write(t, "config.toml", oneNode+"# more\n")
	broken, err := Load("config.toml", map[string]any{"graph": "none"})
	if err == nil {
		t.Fatal("no error")
	}
	for i, c := range []*Config{c, broken} {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		told := false
		if i == 1 {
			write(t, "config.toml", oneNode)
		}
		must(t, c.Watch(ctx, func() { told = true; cancel() }))
		if cancel(); !told {
			t.Errorf("config %d: nothing was told", i)
		}
	}
}

func TestWatchReturnsWhenItsContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Watch(ctx, []string{filepath.Join(t.TempDir(), "x")}, short, func() {}); err != nil {
		t.Fatal(err)
	}
}
