package python

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// codeWatch tells when the source of a package was saved: a .py file, or a .json file that was there when the watch began. Other
// .json files may be what the package itself writes.
type codeWatch struct {
	settle  func(emptied bool) time.Duration // how long a package is left alone after a change, also if a file is empty now
	changed func(dir, file string)           // file is relative to dir; called by the watch's own goroutine

	notify *fsnotify.Watcher
	done   chan struct{}

	mu    sync.Mutex
	roots map[string]*root // by the real path of the package folder
}

// root is a package folder that is watched.
type root struct {
	dir  string // as it was given
	json map[string]bool
	due  time.Time       // when changed will be told; zero: not at all
	file string          // that changed last
	bare map[string]bool // files that were emptied since it was told
}

// maxFolders bounds what is watched of one package: one with more is no package but a disk.
const maxFolders = 1000

func watchCode(settle func(emptied bool) time.Duration, changed func(dir, file string)) (*codeWatch, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch source files: %w", err)
	}
	w := &codeWatch{settle: settle, changed: changed, notify: notify, done: make(chan struct{}), roots: map[string]*root{}}
	go w.run()
	return w, nil
}

// add watches a package folder from now on; one that is watched already is looked at again.
func (w *codeWatch) add(dir string) error {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.roots[real]
	if r == nil {
		r = &root{dir: dir, bare: map[string]bool{}}
		w.roots[real] = r
	}
	r.json = map[string]bool{}
	return w.addFolders(real, r.json)
}

// addFolders watches a folder and those below it, and notes the .json files in them.
func (w *codeWatch) addFolders(top string, json map[string]bool) error {
	n := 0
	return filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it went away, or may not be read
		case d.IsDir() && path != top && noSource(d.Name()):
			return fs.SkipDir
		case d.IsDir() && n < maxFolders:
			n++
			return w.notify.Add(path)
		case d.IsDir():
			return fs.SkipAll
		case filepath.Ext(path) == ".json":
			json[path] = true
		}
		return nil
	})
}

// noSource are folders in which nobody writes a package's source by hand.
func noSource(name string) bool {
	return strings.HasPrefix(name, ".") || name == "__pycache__" || name == "node_modules" || name == "site-packages"
}

func (w *codeWatch) close() {
	w.notify.Close()
	<-w.done
}

func (w *codeWatch) run() {
	defer close(w.done)
	settle := time.NewTimer(0)
	for {
		select {
		case e, ok := <-w.notify.Events:
			if !ok {
				return
			}
			w.event(e)
		case _, ok := <-w.notify.Errors: // too many at once: what was missed is seen at the next save
			if !ok {
				return
			}
		case now := <-settle.C:
			w.tell(now)
		}
		if next := w.next(); !next.IsZero() {
			settle.Reset(time.Until(next))
		}
	}
}

func (w *codeWatch) event(e fsnotify.Event) {
	if e.Op == fsnotify.Chmod {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for real, r := range w.roots {
		rel, err := filepath.Rel(real, e.Name)
		if err != nil || strings.HasPrefix(rel, "..") {
			continue
		}
		if e.Has(fsnotify.Create) && filepath.Ext(rel) == "" && !noSource(filepath.Base(rel)) {
			_ = w.addFolders(e.Name, r.json) // a file without a suffix is watched for nothing
		}
		if filepath.Ext(rel) == ".py" || r.json[e.Name] {
			r.note(e.Name)
			r.due, r.file = time.Now().Add(w.settle(len(r.bare) > 0)), rel
		}
	}
}

// note notes whether a file is empty now.
func (r *root) note(file string) {
	if info, err := os.Stat(file); err == nil && info.Size() == 0 {
		r.bare[file] = true
		return
	}
	delete(r.bare, file)
}

// tell tells of the folders in which nothing has happened for long enough.
func (w *codeWatch) tell(now time.Time) {
	w.mu.Lock()
	var settled []root
	for _, r := range w.roots {
		if !r.due.IsZero() && !now.Before(r.due) {
			settled = append(settled, *r)
			r.due = time.Time{}
			clear(r.bare)
		}
	}
	w.mu.Unlock()
	for _, r := range settled {
		w.changed(r.dir, filepath.ToSlash(r.file))
	}
}

// next is when the next folder will have settled.
func (w *codeWatch) next() (next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.roots {
		if !r.due.IsZero() && (next.IsZero() || r.due.Before(next)) {
			next = r.due
		}
	}
	return next
}
