package bench

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tenbench/engine/record"
)

// Memory keeps short lists of lines in the user's state folder, one file a list, from one launch to the next. The zero Memory
// remembers nothing.
type Memory struct{ dir string }

// NewMemory returns the memory of the user who runs the program; one without a state folder has none.
func NewMemory() Memory {
	runs, err := record.StateDir()
	if err != nil {
		return Memory{}
	}
	return Memory{dir: filepath.Dir(runs)}
}

// maxMemory bounds what is read of a list.
const maxMemory = 1 << 20

// Recall returns the lines of a list; none if it cannot be read.
func (m Memory) Recall(list string) []string {
	if m.dir == "" {
		return nil
	}
	text, err := os.ReadFile(m.file(list))
	if err != nil || len(text) == 0 || len(text) > maxMemory {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// Remember replaces a list, all of it or nothing. A line must not hold a line end.
func (m Memory) Remember(list string, lines []string) error {
	if m.dir == "" {
		return errors.New("there is no state folder; set XDG_STATE_HOME")
	}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return err
	}
	text := ""
	if len(lines) > 0 {
		text = strings.Join(lines, "\n") + "\n"
	}
	return replaceFile(m.file(list), []byte(text))
}

func (m Memory) file(list string) string { return filepath.Join(m.dir, list) }

// replaceFile writes a file that only its owner reads, so that a reader sees the old or the new text, never half of one.
func replaceFile(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error says already that nothing was kept
	}
	return err
}

// Locate finds the source file that an event names by the end of its path: as it is, below the working folder, or below one of
// roots. The nearest to a root wins.
func Locate(place string, roots ...string) (string, error) {
	if filepath.IsAbs(place) {
		return place, nil
	}
	for _, root := range append([]string{"."}, roots...) {
		if name := filepath.Join(root, place); isFile(name) {
			return filepath.Abs(name)
		}
	}
	for _, root := range append([]string{"."}, roots...) {
		if name := below(root, place); name != "" {
			return filepath.Abs(name)
		}
	}
	return "", &fs.PathError{Op: "find", Path: place, Err: errors.New("no such source below the working folder; start tenbench where the sources are")}
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// Bounds of a search for a source.
const (
	maxDepth   = 8
	maxEntries = 50_000
)

// below searches the folders under root, one level after the other.
func below(root, place string) string {
	level, seen := []string{root}, 0
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		var next []string
		for _, dir := range level {
			entries, err := os.ReadDir(dir)
			if seen += len(entries); err != nil || seen > maxEntries {
				continue
			}
			for _, e := range entries {
				if !e.IsDir() || strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules" {
					continue
				}
				sub := filepath.Join(dir, e.Name())
				if name := filepath.Join(sub, place); isFile(name) {
					return name
				}
				next = append(next, sub)
			}
		}
		level = next
	}
	return ""
}
