package python

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

// minMinor is the oldest minor version of Python 3 that can run extensions.
const minMinor = 10

// Interpreter is a Python that can run extensions.
type Interpreter struct {
	Path    string // what it calls itself, never the shim of a version manager
	Version string // 3.11.7
	How     string // how it was found: $VIRTUAL_ENV
}

// Install is the command, for a shell, that installs a package from PyPI into this very interpreter, or with -r what a list names.
func (i Interpreter) Install(args ...string) string {
	command := quoted(i.Path) + " -m pip install"
	for _, arg := range args {
		command += " " + quoted(arg)
	}
	return command
}

// plain is what a shell takes for one word as it stands.
var plain = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// quoted is a word for a shell.
func quoted(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// remedy ends every sentence about an interpreter that will not do.
const remedy = "set python.interpreter in config.toml"

// Find returns the interpreter for a package whose own folder, or one beside it, is among dirs: wanted, a path or a name on PATH, else
// $VIRTUAL_ENV, else a .venv in one of the folders, else python3. The error says how to mend what is wrong.
func Find(wanted string, dirs ...string) (Interpreter, error) {
	return (&finder{wanted: wanted}).find(dirs...)
}

// finder finds interpreters. Each program is asked once who it is, and again when it was replaced by another.
type finder struct {
	wanted string // [python] interpreter: a path, or a name on PATH

	mu    sync.Mutex
	asked map[program]*answer
}

// program tells one state of a program file from another.
type program struct {
	path string
	mod  time.Time
}

// answer is what a program said of itself; it is known when done is closed.
type answer struct {
	done    chan struct{}
	path    string
	version [3]int
	err     error
}

// candidate is a program that should be an interpreter, and why it was chosen.
type candidate struct{ path, how string }

// find returns the interpreter for a package: [python] interpreter, else $VIRTUAL_ENV, else a .venv in one of the folders, in
// their order, else python3. The one that comes first is meant: if it will not do, the error says so, and no other is taken.
func (f *finder) find(dirs ...string) (Interpreter, error) {
	c, err := f.choose(dirs...)
	if err != nil {
		return Interpreter{}, err
	}
	a, err := f.ask(c.path)
	switch {
	case err != nil:
		return Interpreter{}, fmt.Errorf("%s (%s): %w; %s", c.path, c.how, err, remedy)
	case a.version[0] != 3 || a.version[1] < minMinor:
		return Interpreter{}, fmt.Errorf("python %s found at %s (%s), 3.%d or newer needed; %s", a, a.path, c.how, minMinor, remedy)
	}
	return Interpreter{Path: a.path, Version: a.String(), How: c.how}, nil
}

// String is the version: 3.11.7.
func (a *answer) String() string {
	return fmt.Sprintf("%d.%d.%d", a.version[0], a.version[1], a.version[2])
}

// choose finds the program without starting anything.
func (f *finder) choose(dirs ...string) (candidate, error) {
	if f.wanted != "" {
		path, err := exec.LookPath(f.wanted)
		if err != nil {
			return candidate{}, fmt.Errorf("python.interpreter is %q: %w; set it to a Python 3.%d or newer", f.wanted, bare(err), minMinor)
		}
		return candidate{path, "python.interpreter"}, nil
	}
	if env := os.Getenv("VIRTUAL_ENV"); env != "" {
		return candidate{inEnvironment(env), "$VIRTUAL_ENV"}, nil
	}
	for _, dir := range dirs {
		if dir == "" {
			continue
		}
		if path := inEnvironment(filepath.Join(dir, ".venv")); exists(path) {
			return candidate{path, ".venv in " + dir}, nil
		}
	}
	path, err := exec.LookPath("python3")
	if err != nil {
		return candidate{}, fmt.Errorf("no python3 found on PATH, 3.%d or newer needed; install it, or %s", minMinor, remedy)
	}
	return candidate{path, "python3 on PATH"}, nil
}

// bare is an error of exec.LookPath without the name it repeats.
func bare(err error) error {
	var e *exec.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// inEnvironment is the interpreter of a virtual environment.
func inEnvironment(dir string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(dir, "Scripts", "python.exe")
	}
	return filepath.Join(dir, "bin", "python")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// ask returns what a program says of itself. Callers that come while it is being asked share the answer.
func (f *finder) ask(path string) (*answer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, errors.New("there is no such program")
	}
	key := program{path, info.ModTime()}
	f.mu.Lock()
	a, known := f.asked[key]
	if !known {
		if f.asked == nil {
			f.asked = map[program]*answer{}
		}
		a = &answer{done: make(chan struct{})}
		f.asked[key] = a
	}
	f.mu.Unlock()
	if !known {
		a.from(path)
		close(a.done)
	}
	<-a.done
	return a, a.err
}

const (
	// who runs on every Python there is, also where it is too old for extensions.
	who      = `import sys; sys.stdout.write("%d\n%d\n%d\n%s" % (sys.version_info[:3] + (sys.executable,)))`
	patience = 20 * time.Second // a cold disk and a version manager's shim
)

func (a *answer) from(path string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience) // its callers wait for it, for no longer
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "-E", "-S", "-c", who)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, time.Second
	if err := cmd.Run(); err != nil {
		a.err = fmt.Errorf("it does not run: %w%s", err, complaint(errs.String(), cmd.ProcessState.ExitCode()))
		return
	}
	v := &a.version
	text := strings.ReplaceAll(out.String(), "\n", " ")
	if n, err := fmt.Sscanf(text, "%d %d %d", &v[0], &v[1], &v[2]); n < 3 {
		a.err = fmt.Errorf("it is no Python: %w", err)
		return
	}
	a.path = path
	if lines := strings.SplitN(out.String(), "\n", 4); filepath.IsAbs(lines[3]) {
		a.path = lines[3]
	}
}

// notFound is the status of a shell, and of a version manager's shim, that does not find the program; advice may follow the reason.
const notFound = 127

// complaint is what a program that failed with a status says most about it, as the end of a sentence.
func complaint(text string, status int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	line := lines[len(lines)-1]
	if status == notFound {
		line = lines[0]
	}
	if line = strings.TrimSpace(line); line != "" {
		return ": " + line
	}
	return ""
}
