package trace

import (
	"maps"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Where returns the place in the source that the event is about, as folder/file:line; "" if it is unknown.
func (e *Event) Where() string {
	if e.Source != 0 {
		return e.Source.String()
	}
	if e.PC == 0 {
		return ""
	}
	return places.of(e.PC).String()
}

var places placeTable

// placeTable remembers what it found: a program emits from few places. Reading takes no lock.
type placeTable struct {
	known atomic.Pointer[map[uintptr]Sym]
	mu    sync.Mutex
}

func (t *placeTable) of(pc uintptr) Sym {
	if m := t.known.Load(); m != nil {
		if s, ok := (*m)[pc]; ok {
			return s
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	m := map[uintptr]Sym{}
	if old := t.known.Load(); old != nil {
		m = maps.Clone(*old)
	}
	m[pc] = Intern(resolve(pc))
	t.known.Store(&m)
	return m[pc]
}

// resolve finds the file and line of a PC as runtime.Callers returns it.
func resolve(pc uintptr) string {
	f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	if f.File == "" {
		return ""
	}
	return shortPath(f.File) + ":" + strconv.Itoa(f.Line)
}

// shortPath keeps the file and its folder.
func shortPath(path string) string {
	cut := strings.LastIndexByte(path, '/')
	if cut < 0 {
		return path
	}
	return path[strings.LastIndexByte(path[:cut], '/')+1:]
}
