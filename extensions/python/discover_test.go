//go:build linux || darwin

package python

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// needPython skips a test where there is no Python to run it with.
func needPython(t *testing.T) Interpreter {
	t.Helper()
	found, err := new(finder).find()
	if err != nil {
		t.Skip(err)
	}
	return found
}

// script writes an executable and returns its path.
func script(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// pretend is a program that says it is a Python of that version, in a version manager's way: under another path than its own.
func pretend(t *testing.T, path, version, real string) string {
	return script(t, path, "printf '"+strings.ReplaceAll(version, ".", `\n`)+`\n`+real+"'\n")
}

func TestWhichInterpreterIsTaken(t *testing.T) {
	dir := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	chosen := pretend(t, at("chosen"), "3.12.1", "/real/chosen")
	pretend(t, at("active", "bin", "python"), "3.11.2", "/real/active")
	pretend(t, at("pkg", ".venv", "bin", "python"), "3.10.0", "/real/pkg")
	pretend(t, at("app", ".venv", "bin", "python"), "3.13.0", "/real/app")
	pretend(t, at("path", "python3"), "3.14.0", "/real/path")
	pretend(t, at("old", "python3"), "3.8.18", "/real/old")
	pretend(t, at("two", "python3"), "2.7.18", "/real/two")
	script(t, at("broken", "python3"), "echo no such version >&2\nexit 3\n")
	script(t, at("shim", "python3"), "echo 'python3: command not found' >&2\necho it exists in these versions: >&2\nexit 127\n")
	script(t, at("odd", "python3"), "echo hello\n")
	cases := []struct{ name, wanted, active, path, dirs, found, refused string }{
		{"the config's", chosen, at("active"), at("path"), "pkg app", "/real/chosen 3.12.1 python.interpreter", ""},
		{"the active environment's", "", at("active"), at("path"), "pkg app", "/real/active 3.11.2 $VIRTUAL_ENV", ""},
		{"the one beside the package", "", "", at("path"), "pkg app", "/real/pkg 3.10.0 .venv in " + at("pkg"), ""},
		{"the one beside the app", "", "", at("path"), "none app", "/real/app 3.13.0 .venv in " + at("app"), ""},
		{"the one on PATH", "", "", at("path"), "none", "/real/path 3.14.0 python3 on PATH", ""},
		{"a name in the config", "python3", "", at("path"), "pkg", "/real/path 3.14.0 python.interpreter", ""},

		{"none", "", "", at("none"), "", "", "no python3 found on PATH, 3.10 or newer needed; install it, or set python.interpreter in config.toml"},
		{"too old", "", "", at("old"), "", "", "python 3.8.18 found at /real/old (python3 on PATH), 3.10 or newer needed; set python.interpreter in config.toml"},
		{"much too old", "", "", at("two"), "", "", "python 2.7.18 found at /real/two (python3 on PATH), 3.10 or newer needed; set python.interpreter in config.toml"},
		{"the config's is not there", at("gone"), "", at("path"), "", "", `python.interpreter is "` + at("gone") + `": stat ` + at("gone") +
			": no such file or directory; set it to a Python 3.10 or newer"},
		{"the config's name is not there", "python9", "", at("path"), "", "", `python.interpreter is "python9": executable file not found in $PATH; set it to a Python 3.10 or newer`},
		{"an environment that was moved", "", at("gone"), at("path"), "", "", at("gone") + "/bin/python ($VIRTUAL_ENV): there is no such program; set python.interpreter in config.toml"},
		{"broken", "", "", at("broken"), "", "", at("broken") + "/python3 (python3 on PATH): it does not run: exit status 3: no such version; set python.interpreter in config.toml"},
		{"a shim for none", "", "", at("shim"), "", "", at("shim") + "/python3 (python3 on PATH): it does not run: exit status 127: python3: command not found; set python.interpreter in config.toml"},
		{"no Python", "", "", at("odd"), "", "", at("odd") + "/python3 (python3 on PATH): it is no Python: expected integer; set python.interpreter in config.toml"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("VIRTUAL_ENV", c.active)
			t.Setenv("PATH", c.path)
			var dirs []string
			for _, d := range strings.Fields(c.dirs) {
				dirs = append(dirs, at(d))
			}
			got, err := (&finder{wanted: c.wanted}).find(dirs...)
			if c.refused != "" {
				if err == nil || err.Error() != c.refused {
					t.Errorf("got  %v\nwant %s", err, c.refused)
				}
				return
			}
			if found := strings.Join([]string{got.Path, got.Version, got.How}, " "); err != nil || found != c.found {
				t.Errorf("got  %s, %v\nwant %s", found, err, c.found)
			}
		})
	}
}

func TestAnInterpreterIsAskedOnceUntilItIsReplaced(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "asked")
	path := script(t, filepath.Join(dir, "python3"), "echo >> "+log+"\nprintf '3\\n11\\n2\\n/real'\n")
	t.Setenv("VIRTUAL_ENV", "")
	f := &finder{wanted: path}
	asked := func() int {
		data, _ := os.ReadFile(log)
		return len(data)
	}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if got, err := f.find(); err != nil || got.Version != "3.11.2" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	wg.Wait()
	if n := asked(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	later := info.ModTime().Add(1e9)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if _, err := f.find(); err != nil || asked() != 2 {
		t.Errorf("%v, asked %d times after it was replaced", err, asked())
	}
}

// TestAVirtualEnvironmentKeepsItsOwnInterpreter uses a real one: its python is a link, and what the link leads to is another.
func TestAVirtualEnvironmentKeepsItsOwnInterpreter(t *testing.T) {
	python := needPython(t)
	t.Setenv("VIRTUAL_ENV", "")
	dir := t.TempDir()
	if out, err := exec.Command(python.Path, "-m", "venv", "--without-pip", filepath.Join(dir, ".venv")).CombinedOutput(); err != nil {
		t.Skipf("python cannot make a virtual environment: %v\n%s", err, out)
	}
	got, err := new(finder).find(dir)
	if err != nil || filepath.Dir(got.Path) != filepath.Join(dir, ".venv", "bin") || got.Version != python.Version {
		t.Errorf("got %+v, %v", got, err)
	}
	if want := got.Path + " -m pip install numpy"; got.Install("numpy") != want {
		t.Errorf("%q, want %q", got.Install("numpy"), want)
	}
}
