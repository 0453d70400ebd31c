package config

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	retryEvery = 250 * time.Millisecond // how often a folder that is not there is looked for again
	fillWithin = 500 * time.Millisecond // how long an emptied file waits, at least, for what its writer has in hand
)

// Settle is how long a file that has changed must be left alone before it counts: as long as debounce. One that was emptied is most
// often one that is just being written over, so it has half a second at least.
func Settle(debounce time.Duration, emptied bool) time.Duration {
	if emptied {
		return max(debounce, fillWithin)
	}
	return debounce
}

// Settle is like the function Settle, with the debounce of r.
func (r ReloadSection) Settle(emptied bool) time.Duration { return Settle(r.Debounce, emptied) }

// Watch calls changed when one of the files has changed and then was left alone for as long as Settle says: written, replaced by
// another, reached by another symbolic link, gone or back again. It returns when ctx ends, or at once with an error if the system
// cannot watch. changed is called by Watch's own goroutine, so changes meanwhile wait and are not lost.
//
// The folders are watched, because editors replace files, and beside them those that links lead to. A change in a folder that
// touches none of the files costs one look at them and nothing else.
func Watch(ctx context.Context, files []string, debounce time.Duration, changed func()) error {
	return watchSince(ctx, prints(files), debounce, changed)
}

// Watch is like the function Watch, of the files that c was read from; it also tells of what happened to them since.
func (c *Config) Watch(ctx context.Context, changed func()) error {
	return watchSince(ctx, c.seen, c.Reload.Debounce, changed)
}

func watchSince(ctx context.Context, seen map[string]print, debounce time.Duration, changed func()) error {
	w, err := newWatch(seen, debounce)
	if err != nil {
		return err
	}
	defer w.notify.Close()
	w.run(ctx, changed)
	return nil
}

type watch struct {
	notify   *fsnotify.Watcher
	files    map[string]print // as they were last seen
	watched  map[string]bool  // folders
	debounce time.Duration
	settle   *time.Timer // runs while changes may still go on
}

// print tells one state of a file from another; the zero print is no file.
type print struct {
	info os.FileInfo
	real string // where links lead to
}

func (p print) same(q print) bool {
	if p.info == nil || q.info == nil {
		return p.info == nil && q.info == nil
	}
	return p.real == q.real && os.SameFile(p.info, q.info) && p.info.Size() == q.info.Size() && p.info.ModTime().Equal(q.info.ModTime())
}

func look(path string) print {
	info, err := os.Stat(path)
	if err != nil {
		return print{}
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return print{}
	}
	return print{info, real}
}

// prints looks at files as they are now.
func prints(files []string) map[string]print {
	out := make(map[string]print, len(files))
	for _, file := range files {
		out[filepath.Clean(file)] = look(file)
	}
	return out
}

func newWatch(seen map[string]print, debounce time.Duration) (*watch, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch files: %w", err)
	}
	w := &watch{notify: notify, files: maps.Clone(seen), watched: map[string]bool{}, debounce: debounce, settle: time.NewTimer(0)}
	w.settle.Stop()
	w.addFolders()
	w.see(false) // what happened before the watches were set, no event tells
	return w, nil
}

// addFolders watches what is not watched yet of the files' folders. It reports whether there was something to add, and whether
// all are watched now.
func (w *watch) addFolders() (added, complete bool) {
	complete = true
	add := func(dir string) {
		fresh, ok := w.addFolder(dir)
		added, complete = added || fresh, complete && ok
	}
	for file := range w.files {
		add(filepath.Dir(file))
		for at := file; filepath.Dir(at) != at; at = filepath.Dir(at) {
			if info, err := os.Lstat(at); err == nil && info.Mode()&os.ModeSymlink != 0 {
				add(filepath.Dir(at))
			}
		}
		if real, err := filepath.EvalSymlinks(file); err == nil {
			add(filepath.Dir(real))
		}
	}
	return added, complete
}

// addFolder watches a folder under its real name: the system knows one watch for all names of a folder.
func (w *watch) addFolder(dir string) (fresh, ok bool) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false, false
	}
	if w.watched[real] {
		return false, true
	}
	w.watched[real] = w.notify.Add(real) == nil
	return w.watched[real], w.watched[real]
}

func (w *watch) run(ctx context.Context, changed func()) {
	retry := time.NewTicker(retryEvery)
	defer retry.Stop()
	for {
		added, complete := w.addFolders()
		if added {
			w.see(false)
		}
		var again <-chan time.Time
		if !complete {
			again = retry.C
		}
		select {
		case <-ctx.Done():
			return
		case e, ok := <-w.notify.Events:
			if !ok {
				return
			}
			w.event(e)
		case _, ok := <-w.notify.Errors: // too many at once, at worst
			if !ok {
				return
			}
			w.see(false)
		case <-again:
		case <-w.settle.C:
			if !w.see(false) {
				changed()
			}
		}
	}
}

func (w *watch) event(e fsnotify.Event) {
	name := filepath.Clean(e.Name)
	if w.watched[name] && e.Has(fsnotify.Remove|fsnotify.Rename) {
		_ = w.notify.Remove(name) // the folder itself went; addFolders looks for it
		delete(w.watched, name)
	}
	w.see(e.Op != fsnotify.Chmod && w.ours(name))
}

// ours reports whether an event's name is that of one of the files. The clock of a file system may be too coarse to tell two
// writes apart; the event does.
func (w *watch) ours(name string) bool {
	for file, was := range w.files {
		dir, err := filepath.EvalSymlinks(filepath.Dir(file))
		if was.real == name || err == nil && filepath.Join(dir, filepath.Base(file)) == name {
			return true
		}
	}
	return false
}

// see looks at the files and, if one is not as it was or sure says so, waits for them to settle.
func (w *watch) see(sure bool) (different bool) {
	different = sure
	emptied := false
	for file, was := range w.files {
		now := look(file)
		if !now.same(was) {
			w.files[file] = now
			different = true
		}
		if now.info != nil && now.info.Size() == 0 {
			emptied = true
		}
	}
	if different {
		w.settle.Reset(Settle(w.debounce, emptied))
	}
	return different
}
