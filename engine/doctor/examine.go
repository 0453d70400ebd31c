package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// What the bench needs at least.
const (
	minCols, minRows = 60, 15
	goMinor          = 26 // of go 1
)

func examineGo(ctx context.Context, m Machine) Finding {
	const subject = "go"
	text, path, err := version(ctx, m, "go", "version")
	if err != nil {
		return Finding{subject, Note, "not found; a bench that is built runs without it",
			fmt.Sprintf("to build it or to write extensions in Go, install Go 1.%d or newer and put it on PATH", goMinor)}
	}
	if minor, ok := minorOf(text, `go1\.(\d+)`); ok && minor < goMinor {
		return Finding{subject, Note, fmt.Sprintf("%s, at %s", text, path),
			fmt.Sprintf("Go 1.%d or newer is needed to build; unless GOTOOLCHAIN=local is set, go fetches it by itself", goMinor)}
	}
	return Finding{Subject: subject, Text: fmt.Sprintf("%s, at %s", strings.TrimPrefix(text, "go version "), path)}
}

func examineTerminal(m Machine) Finding {
	const subject = "terminal"
	cols, rows, ok := m.Terminal()
	term, _ := m.Env("TERM")
	switch {
	case !ok:
		return Finding{subject, Note, "none: standard input and output are not both a terminal", "here `tenbench run` works; the workbench needs a terminal"}
	case term == "" || term == "dumb":
		return Finding{subject, Note, fmt.Sprintf("TERM=%q cannot move the cursor", term), "set TERM, for example to xterm-256color"}
	case cols < minCols || rows < minRows:
		return Finding{subject, Note, fmt.Sprintf("%dx%d, TERM=%s", cols, rows, term),
			fmt.Sprintf("make it %dx%d or larger; 120x36 shows everything", minCols, minRows)}
	}
	return Finding{Subject: subject, Text: fmt.Sprintf("%dx%d, TERM=%s", cols, rows, term)}
}

func examineColour(m Machine) Finding {
	const subject = "colour"
	if v, ok := m.Env("NO_COLOR"); ok && v != "" {
		return Finding{Subject: subject, Text: "none, because NO_COLOR is set; signs and words say it all"}
	}
	if v, _ := m.Env("COLORTERM"); v == "truecolor" || v == "24bit" {
		return Finding{Subject: subject, Text: "16 million, COLORTERM=" + v}
	}
	if term, _ := m.Env("TERM"); strings.Contains(term, "256color") || strings.Contains(term, "direct") {
		return Finding{Subject: subject, Text: "256 or more, by TERM=" + term}
	}
	return Finding{subject, Note, "16 or fewer, as far as TERM and COLORTERM say", "if the terminal has more, set COLORTERM=truecolor"}
}

func examineTmux(ctx context.Context, m Machine) Finding {
	const subject = "tmux"
	text, path, err := version(ctx, m, "tmux", "-V")
	if err != nil {
		return Finding{Subject: subject, Text: "not found; only taking pictures of the screens needs it"}
	}
	return Finding{Subject: subject, Text: fmt.Sprintf("%s, at %s", text, path)}
}

// examineState makes the folder, as a run would, and tries to write into it.
func examineState(dir string) Finding {
	const subject = "state"
	remedy := "runs are recorded there: make it writable, or set [record] dir or auto = false"
	if dir == "" {
		return Finding{subject, Wrong, "no state folder is known: neither XDG_STATE_HOME nor HOME is set", "set HOME or [record] dir"}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Finding{subject, Wrong, err.Error(), remedy}
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return Finding{subject, Wrong, err.Error(), remedy}
	}
	probe.Close()
	os.Remove(probe.Name())
	files, bytes := contents(dir)
	return Finding{Subject: subject, Text: fmt.Sprintf("%s is writable and holds %d files, %.1f MB", dir, files, float64(bytes)/1e6)}
}

func contents(dir string) (files int, bytes int64) {
	_ = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // what cannot be read is not counted
		}
		if info, err := d.Info(); err == nil {
			files++
			bytes += info.Size()
		}
		return nil
	})
	return files, bytes
}

func minorOf(text, pattern string) (int, bool) {
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		return 0, false
	}
	minor, err := strconv.Atoi(found[1])
	return minor, err == nil
}
