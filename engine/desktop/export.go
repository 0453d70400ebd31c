package desktop

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

func (f *Files) note(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names = append(f.names, name)
}

// Save writes a file into the folder of exports, which lies beside that of the runs, and notes it if it could be written.
func (d Desktop) Save(name string, write func(io.Writer) error) (file string, err error) {
	runs, err := record.StateDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(filepath.Dir(runs), "exports")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, time.Now().Format("20060102-150405")+"-*-"+name)
	if err != nil {
		return "", err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return f.Name(), err
	}
	if d.Written != nil {
		d.Written.note(f.Name())
	}
	return f.Name(), nil
}
