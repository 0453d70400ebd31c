package doctor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a machine as a test needs it: programs by name with what they print, and an environment.
type machine struct {
	programs map[string]string
	env      map[string]string
	cols     int
	rows     int
}

func (m machine) LookPath(p string) (string, error) {
	if _, ok := m.programs[p]; !ok {
		return "", errors.New("not found")
	}
	return "/bin/" + p, nil
}

func (m machine) Output(_ context.Context, p string, _ ...string) (string, error) {
	out := m.programs[filepath.Base(p)]
	if out == "broken" {
		return "", errors.New("exit status 1")
	}
	return out, nil
}

func (m machine) Env(name string) (string, bool) {
	v, ok := m.env[name]
	return v, ok
}

func (m machine) Terminal() (int, int, bool) { return m.cols, m.rows, m.cols > 0 }

func TestFindingsSayWhatIsMissingAndWhatToDo(t *testing.T) {
	good := machine{
		programs: map[string]string{"go": "go version go1.26.8 linux/amd64", "tmux": "tmux 3.3a"},
		env:      map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"},
		cols:     120, rows: 36,
	}
	cases := []struct {
		name    string
		machine machine
		subject string
		level   Level
		says    string
	}{
		{"go is there", good, "go", Fine, "go1.26.8 linux/amd64, at /bin/go"},
		{"no go", machine{}, "go", Note, "install Go 1.26"},
		{"an old go", machine{programs: map[string]string{"go": "go version go1.21.3 linux/amd64"}}, "go", Note, "Go 1.26 or newer"},
		{"a terminal", good, "terminal", Fine, "120x36"},
		{"no terminal", machine{}, "terminal", Note, "tenbench run"},
		{"a small terminal", machine{cols: 50, rows: 10, env: map[string]string{"TERM": "xterm"}}, "terminal", Note, "60x15"},
		{"a dumb terminal", machine{cols: 80, rows: 24, env: map[string]string{"TERM": "dumb"}}, "terminal", Note, "set TERM"},
		{"true colour", good, "colour", Fine, "16 million"},
		{"no colour wanted", machine{env: map[string]string{"NO_COLOR": "1"}}, "colour", Fine, "NO_COLOR"},
		{"few colours", machine{env: map[string]string{"TERM": "linux"}}, "colour", Note, "COLORTERM"},
		{"no tmux", machine{}, "tmux", Fine, "not found"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := find(t, Examine(t.Context(), c.machine, t.TempDir()), c.subject)
			if f.Level != c.level || !strings.Contains(f.Text+" "+f.Remedy, c.says) {
				t.Errorf("got %+v, want level %v and %q", f, c.level, c.says)
			}
			if f.Level != Fine && f.Remedy == "" {
				t.Errorf("%+v says nothing to do", f)
			}
		})
	}
}

func TestStateFolderThatCannotBeMadeIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", filepath.Join(file, "below")} {
		var out strings.Builder
		if !Print(&out, Examine(t.Context(), machine{}, dir)) {
			t.Errorf("state folder %q passed:\n%s", dir, &out)
		}
		if !strings.Contains(out.String(), "WRONG") {
			t.Errorf("no WRONG in:\n%s", &out)
		}
	}
}

func TestStateFolderIsLeftAsItWas(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "tenbench")
	f := find(t, Examine(t.Context(), machine{}, dir), "state")
	if f.Level != Fine || !strings.Contains(f.Text, "0 files") {
		t.Errorf("got %+v", f)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func find(t *testing.T, findings []Finding, subject string) Finding {
	t.Helper()
	for _, f := range findings {
		if f.Subject == subject {
			return f
		}
	}
	t.Fatalf("no finding about %s in %+v", subject, findings)
	return Finding{}
}
