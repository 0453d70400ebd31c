package record

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tenbench/engine/trace"
)

// fill puts run files of that size into a folder, oldest first, and returns their paths.
func fill(t *testing.T, dir string, size int, names ...string) (paths []string) {
	t.Helper()
	for _, n := range names {
		path := filepath.Join(dir, n)
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

const (
	monday    = "20260105-100000.000-demo.jsonl.zst"
	tuesday   = "20260106-100000.000-other.jsonl.zst"
	wednesday = "20260107-100000.000-demo.jsonl.zst"
	foreign   = "20260101-notes.jsonl.zst"
)

func TestOldestRunFilesGoFirst(t *testing.T) {
	for name, tc := range map[string]struct {
		keep int
		max  int64
		want []string
	}{
		"no limits":                     {0, 0, []string{foreign, monday, tuesday, wednesday}},
		"room enough":                   {3, 3000, []string{foreign, monday, tuesday, wednesday}},
		"one too many":                  {2, 0, []string{foreign, tuesday, wednesday}},
		"a byte too much":               {0, 2999, []string{foreign, tuesday, wednesday}},
		"number and bytes":              {2, 1500, []string{foreign, wednesday}},
		"a single one beyond all bytes": {0, 10, []string{foreign}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fill(t, dir, 1000, foreign, monday, tuesday, wednesday)
			prune(dir, tc.keep, tc.max)
			if got := left(t, dir); !slices.Equal(got, tc.want) {
				t.Errorf("left %q, want %q", got, tc.want)
			}
		})
	}
}

func TestLiveRunFileIsNeverRemoved(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(fill(t, dir, 1000, monday, tuesday, wednesday)[0])
	if err != nil {
		t.Fatal(err)
	}
	if !lock(f) {
		t.Fatal("a file that nobody writes cannot be locked")
	}
	prune(dir, 1, 1)
	if got := left(t, dir); !slices.Equal(got, []string{monday}) {
		t.Errorf("left %q while %s is being written", got, monday)
	}
	f.Close()
	prune(dir, 1, 0)
	fill(t, dir, 1000, tuesday)
	prune(dir, 1, 0)
	if got := left(t, dir); !slices.Equal(got, []string{tuesday}) {
		t.Errorf("left %q after the writer ended", got)
	}
}

func TestRecorderKeepsTheFolderWithinItsLimits(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 1000, monday, tuesday, wednesday)
	log := trace.New(trace.Options{})
	defer log.Close()
	r := start(t, log, Options{Dir: dir, Keep: 2, Graph: "../voice demo"})
	want := []string{wednesday, filepath.Base(r.Path())}
	if got := left(t, dir); !slices.Equal(got, want) {
		t.Errorf("left %q, want %q", got, want)
	}
	if name := filepath.Base(r.Path()); !isRunFile(name) || name[len(timeLayout):] != "-___voice_demo.jsonl.zst" {
		t.Errorf("the file is called %s", name)
	}
}

func TestRecorderMakesRoomAsItGrows(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 300<<10, monday)
	log := trace.New(trace.Options{})
	defer log.Close()
	r := start(t, log, Options{Dir: dir, Max: 400 << 10}) // its own quarter is 100 KiB
	emit(log, 1, 8_000)
	r.Close()
	if got := left(t, dir); !slices.Contains(got, monday) {
		t.Fatalf("left %q though there was room", got)
	}
	fill(t, dir, 350<<10, monday)
	r = start(t, log, Options{Dir: dir, Max: 400 << 10})
	emit(log, 1, 8_000)
	r.Close()
	if got := left(t, dir); slices.Contains(got, monday) {
		t.Errorf("left %q, more than max", got)
	}
}

func TestTwoRunsOfOneMomentHaveTwoFiles(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	for range 3 {
		f, _, err := create(Options{Dir: dir, Graph: "g"}, now)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	if got := left(t, dir); len(got) != 3 || !isRunFile(got[0]) || !isRunFile(got[1]) {
		t.Errorf("files %q", got)
	}
}

func TestListAndNewest(t *testing.T) {
	dir := t.TempDir()
	if _, err := Newest(filepath.Join(dir, "none")); !errors.Is(err, ErrNone) {
		t.Errorf("newest of no folder: %v", err)
	}
	fill(t, dir, 10, monday, foreign)
	log := trace.New(trace.Options{})
	defer log.Close()
	r := start(t, log, Options{Dir: dir, Graph: "demo", Version: "3"})
	newest, err := Newest(dir)
	if err != nil || newest != r.Path() {
		t.Errorf("newest %s, %v; want %s", newest, err, r.Path())
	}
	entries, err := List(dir)
	if err != nil || len(entries) != 2 {
		t.Fatalf("entries %+v, %v", entries, err)
	}
	if e := entries[0]; e.Path != r.Path() || !e.Live || e.Err != nil || e.Header.Tenbench != "3" || e.Size != r.Written() {
		t.Errorf("the live one: %+v", e)
	}
	if e := entries[1]; filepath.Base(e.Path) != monday || e.Live || !errors.Is(e.Err, ErrNotRunFile) {
		t.Errorf("the broken one: %+v", e)
	}
}

func TestNamedFileIsReplacedButNotFromUnderAnotherBench(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.jsonl.zst")
	log := trace.New(trace.Options{})
	defer log.Close()
	r := start(t, log, Options{File: path, Graph: "one"})
	if _, err := Start(log, Options{File: path}); err == nil {
		t.Error("two recorders write one file")
	}
	r.Close()
	start(t, log, Options{File: path, Graph: "two"}).Close()
	if h, err := ReadHeader(path); err != nil || h.Graph != "two" {
		t.Errorf("header %+v, %v", h, err)
	}
}

func TestStateDir(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/state")
	if dir, err := StateDir(); err != nil || dir != filepath.Join("/state", "tenbench", "runs") {
		t.Errorf("with XDG_STATE_HOME: %s, %v", dir, err)
	}
	t.Setenv("XDG_STATE_HOME", "relative") // the standard says to ignore it
	t.Setenv("HOME", "/home/ada")
	if dir, err := StateDir(); err != nil || !filepath.IsAbs(dir) {
		t.Errorf("without: %s, %v", dir, err)
	}
}
