package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// ErrNone says that there is no run file to open yet.
var ErrNone = errors.New("no run file")

const (
	suffix     = ".jsonl.zst"
	timeLayout = "20060102-150405.000"
	maxName    = 40
)

// StateDir returns the user's folder for run files: $XDG_STATE_HOME/tenbench/runs, ~/.local/state/tenbench/runs without it, on
// macOS ~/Library/Application Support/tenbench/runs, on Windows below %LocalAppData%.
func StateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "tenbench", "runs"), nil
	}
	if runtime.GOOS == "windows" {
		dir, err := os.UserCacheDir()
		return filepath.Join(dir, "tenbench", "runs"), err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the state folder: %w; set XDG_STATE_HOME or [record] dir", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "tenbench", "runs"), nil
	}
	return filepath.Join(home, ".local", "state", "tenbench", "runs"), nil
}

// ExportsDir returns the user's folder for what is exported, beside StateDir.
func ExportsDir() (string, error) {
	runs, err := StateDir()
	return filepath.Join(filepath.Dir(runs), "exports"), err
}

// create makes the run file that opt asks for, and returns its folder if it is one of many there.
func create(opt Options, now time.Time) (file *os.File, dir string, err error) {
	if opt.File != "" {
		file, err = replace(opt.File)
		return file, "", err
	}
	dir = opt.Dir
	if dir == "" {
		if dir, err = StateDir(); err != nil {
			return nil, "", err
		}
	}
	if err = os.MkdirAll(dir, 0o700); err == nil {
		file, err = createNew(dir, now.UTC().Format(timeLayout)+"-"+clean(opt.Graph))
	}
	if err != nil {
		return nil, "", fmt.Errorf("create a run file: %w; set [record] dir, or auto = false", err)
	}
	return file, dir, nil
}

// replace opens a file that the user named. It is emptied only when no other bench writes it.
func replace(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create the run file: %w", err)
	}
	if !lock(file) {
		file.Close()
		return nil, fmt.Errorf("record in %s: another tenbench writes it; name another file", path)
	}
	_ = file.Truncate(0) // a pipe or a device has nothing to empty
	return file, nil
}

func createNew(dir, name string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, name+suffix), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	for i := 2; errors.Is(err, fs.ErrExist) && i < 100; i++ {
		file, err = os.OpenFile(filepath.Join(dir, fmt.Sprintf("%s-%d%s", name, i, suffix)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	if err == nil {
		lock(file) // without locks in this file system only age protects the file
	}
	return file, err
}

// clean makes a part of a file's name from a graph's.
func clean(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '-' || r == '_' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z') {
			return r
		}
		return '_'
	}, name)
	if name == "" {
		return "graph"
	}
	return name[:min(len(name), maxName)]
}

// Entry is one run file of a folder.
type Entry struct {
	Path   string
	Size   int64
	Header Header
	Live   bool  // a bench is writing it
	Err    error // why the header cannot be read
}

// List returns the run files of dir ("" is StateDir), newest first.
func List(dir string) ([]Entry, error) {
	files, err := runFiles(dir)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(files))
	for _, f := range slices.Backward(files) {
		e := Entry{Path: f.path, Size: f.size, Live: locked(f.path)}
		e.Header, e.Err = ReadHeader(f.path)
		entries = append(entries, e)
	}
	return entries, nil
}

// Newest returns the newest run file of dir ("" is StateDir); ErrNone if there is none.
func Newest(dir string) (string, error) {
	files, err := runFiles(dir)
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", fmt.Errorf("%w in %s; tenbench records one whenever it runs a graph", ErrNone, orStateDir(dir))
	}
	return files[len(files)-1].path, nil
}

type runFile struct {
	path string
	size int64
}

func orStateDir(dir string) string {
	if dir == "" {
		dir, _ = StateDir()
	}
	return dir
}

// runFiles returns the run files of dir, oldest first: their names begin with their time.
func runFiles(dir string) ([]runFile, error) {
	dir = orStateDir(dir)
	entries, err := os.ReadDir(dir) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the run files: %w", err)
	}
	var files []runFile
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && isRunFile(e.Name()) {
			files = append(files, runFile{filepath.Join(dir, e.Name()), info.Size()})
		}
	}
	return files, nil
}

// isRunFile reports whether Start could have made a file of that name: nothing else is ever removed.
func isRunFile(name string) bool {
	if len(name) < len(timeLayout)+1 || name[len(timeLayout)] != '-' || !strings.HasSuffix(name, suffix) {
		return false
	}
	_, err := time.Parse(timeLayout, name[:len(timeLayout)])
	return err == nil
}

// prune keeps the folder's limits, at the start and whenever the file has grown by a sixteenth of what all may take.
func (r *Recorder) prune() {
	size := r.written.Load()
	if r.dir == "" || r.pruned > 0 && size-r.pruned < r.opt.Max/16 {
		return
	}
	r.pruned = size
	prune(r.dir, r.opt.Keep, r.opt.Max)
}

// prune removes the oldest run files beyond keep and max bytes (0: no limit), but none that is being written. What cannot be
// removed is left to the next time.
func prune(dir string, keep int, limit int64) {
	files, _ := runFiles(dir)
	count, sum := len(files), int64(0)
	for _, f := range files {
		sum += f.size
	}
	for _, f := range files {
		if (keep <= 0 || count <= keep) && (limit <= 0 || sum <= limit) {
			return
		}
		if !locked(f.path) && os.Remove(f.path) == nil {
			count--
			sum -= f.size
		}
	}
}
