package desktop

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"tenbench/engine/record"
)

// Files are those that were written for the user. They may be noted by any goroutine.
type Files struct {
	mu    sync.Mutex
	names []string
}

// Summary says where each of them lies, the oldest first.
func (f *Files) Summary(w io.Writer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range f.names {
		fmt.Fprintf(w, "Exported to %s.\n", name)
	}
}

// Note adds a file.
func (f *Files) Note(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names = append(f.names, name)
}

// Save writes a new file into the folder of exports, which lies beside that of the runs, and returns its path. It is called after the
// time and name, or as, if that is not "": with the ending of name if it has none, and in a folder of its own if it names one. A file
// that is there already stays as it is. It is noted if it could be written.
func (d Desktop) Save(name, as string, write func(io.Writer) error) (file string, err error) {
	dir, err := record.ExportsDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	var f *os.File
	if as == "" {
		f, err = createDated(dir, name)
	} else {
		f, err = createNamed(dir, as, filepath.Ext(name))
	}
	if err != nil {
		return "", err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return f.Name(), err
	}
	if d.Written != nil {
		d.Written.Note(f.Name())
	}
	return f.Name(), nil
}

// maxOfASecond is how many files may be called after the same second.
const maxOfASecond = 100

// createDated creates a file that is called after the time.
func createDated(dir, name string) (*os.File, error) {
	now := time.Now().Format("20060102-150405-")
	f, err := create(filepath.Join(dir, now+name))
	for i := 2; errors.Is(err, fs.ErrExist) && i < maxOfASecond; i++ {
		f, err = create(filepath.Join(dir, now+strconv.Itoa(i)+"-"+name))
	}
	return f, err
}

// createNamed creates a file that a person chose the name of.
func createNamed(dir, as, ending string) (*os.File, error) {
	if rest, ok := strings.CutPrefix(as, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, err
		}
		as = filepath.Join(home, rest)
	}
	if filepath.Ext(as) == "" {
		as += ending
	}
	if filepath.Base(as) == as {
		as = filepath.Join(dir, as)
	}
	path, err := filepath.Abs(as)
	if err != nil {
		return nil, err
	}
	f, err := create(path)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("there is a file %s already: choose another name", filepath.Base(path))
	}
	return f, err
}

func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}
