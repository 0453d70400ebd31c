package desktop

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestEachEditorIsToldThePlaceInItsWay(t *testing.T) {
	for _, c := range []struct {
		words []string
		line  int
		want  []string
	}{
		{[]string{"vi"}, 12, []string{"vi", "+12", "a.py"}},
		{[]string{"nano", "-w"}, 0, []string{"nano", "-w", "+1", "a.py"}},
		{[]string{"/usr/bin/code"}, 3, []string{"/usr/bin/code", "--wait", "--goto", "a.py:3"}},
		{[]string{"hx"}, 3, []string{"hx", "a.py:3"}},
	} {
		if got := editorCommand(c.words, "a.py", c.line); !slices.Equal(got, c.want) {
			t.Errorf("%q at line %d: %q, want %q", c.words, c.line, got, c.want)
		}
	}
}

func TestAnEditorThatIsNotThereIsNamed(t *testing.T) {
	t.Setenv("VISUAL", "")
	t.Setenv("EDITOR", "no-such-editor --fast")
	d := Desktop{Locate: func(file string) (string, error) { return file, nil }}
	if _, err := d.Editor("a.py", 1); err == nil || !strings.Contains(err.Error(), "no-such-editor") || !strings.Contains(err.Error(), "set EDITOR") {
		t.Errorf("got %v", err)
	}
	lost := errors.New("no such source")
	d.Locate = func(string) (string, error) { return "", lost }
	if _, err := d.Editor("a.py", 1); !errors.Is(err, lost) {
		t.Errorf("a source that is not found: %v", err)
	}
}

func TestALongTextIsCopiedIntoAFileOfTheUsersOwn(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	text := strings.Repeat("x", maxClip+1)
	file, err := Desktop{}.Copy(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != text {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// Inside tmux a sequence to the terminal is lost unless the user has allowed it: tmux itself is asked, an old one without what it does
// not know.
func TestInsideTmuxTheTextIsItsNewestBuffer(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no tmux")
	}
	for name, script := range map[string]string{"new": "", "old": `[ "$2" = -w ] && exit 1; `} {
		dir := t.TempDir()
		t.Setenv("PATH", dir+":/usr/bin:/bin")
		t.Setenv("TMUX", "/tmp/tmux-0/default,1,0")
		if err := os.WriteFile(filepath.Join(dir, "tmux"), []byte("#!/bin/sh\n"+script+"cat > "+dir+"/buffer\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if file, err := (Desktop{}).Copy("a message"); file != "" || err != nil {
			t.Errorf("%s: %q, %v", name, file, err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "buffer")); string(got) != "a message" {
			t.Errorf("%s: the buffer is %q, %v", name, got, err)
		}
	}
}

func TestAnExportLiesBesideTheRuns(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	d := Desktop{Written: new(Files)}
	file, err := d.Save("log.jsonl", "", func(w io.Writer) error { _, err := io.WriteString(w, "a line\n"); return err })
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(file); string(got) != "a line\n" || filepath.Base(filepath.Dir(file)) != "exports" || !strings.HasSuffix(file, "log.jsonl") {
		t.Errorf("%s holds %q", file, got)
	}
	full := errors.New("no room")
	if _, err := d.Save("log.jsonl", "", func(io.Writer) error { return full }); !errors.Is(err, full) {
		t.Errorf("a write that failed: %v", err)
	}
	var said strings.Builder
	if d.Written.Summary(&said); said.String() != "Exported to "+file+".\n" {
		t.Errorf("at the end is said %q", said.String())
	}
}

// A person may say how the file is called, and where it lies; nothing that is there is written over, also not within the same second.
func TestAnExportIsCalledAsAsked(t *testing.T) {
	state, home := t.TempDir(), t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("HOME", home)
	exports := filepath.Join(state, "tenbench", "exports")
	nothing := func(io.Writer) error { return nil }
	for as, want := range map[string]string{
		"broken":                            filepath.Join(exports, "broken.jsonl"),
		"broken.txt":                        filepath.Join(exports, "broken.txt"),
		filepath.Join(home, "a", "b.jsonl"): "",
		filepath.Join(home, "b"):            filepath.Join(home, "b.jsonl"),
		"~/c.jsonl":                         filepath.Join(home, "c.jsonl"),
	} {
		file, err := Desktop{}.Save("messages.jsonl", as, nothing)
		if file != want || (err == nil) != (want != "") {
			t.Errorf("as %s: %q, %v, want %q", as, file, err, want)
		}
	}
	if _, err := (Desktop{}).Save("messages.jsonl", "broken", nothing); err == nil || !strings.Contains(err.Error(), "there is a file broken.jsonl already: choose another name") {
		t.Errorf("a name that is taken: %v", err)
	}
	seen := map[string]bool{}
	for range 5 {
		file, err := Desktop{}.Save("messages.jsonl", "", nothing)
		if err != nil || seen[file] {
			t.Errorf("%q again, %v", file, err)
		}
		seen[file] = true
	}
}
