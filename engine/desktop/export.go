package desktop

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"tenbench/engine/record"
)

// Save writes a file into the folder of exports, which lies beside that of the runs.
func (Desktop) Save(name string, write func(io.Writer) error) (file string, err error) {
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
	return f.Name(), errors.Join(write(f), f.Close())
}
