package engine

import (
	"sync"
	"testing"
)

// With very many goroutines a stack would take seconds to find, in which nothing else goes on.
func TestNoStackIsSoughtAmongVeryManyGoroutines(t *testing.T) {
	release := make(chan struct{})
	var all sync.WaitGroup
	begun := make(chan struct{})
	all.Go(func() {
		labelWorker(1 << 60)
		close(begun)
		<-release
	})
	<-begun
	if stackOf(1<<60) == "" {
		t.Error("no stack of a worker among few")
	}
	for range manyGoroutines {
		all.Go(func() { <-release })
	}
	if s := stackOf(1 << 60); s != "" {
		t.Errorf("a stack of a worker among very many: %s", s)
	}
	close(release)
	all.Wait()
}

func TestTracebackPlace(t *testing.T) {
	for _, c := range []struct{ name, stack, want string }{
		{"the last frame", "Traceback (most recent call last):\n  File \"/p/addon.py\", line 3, in <module>\n    import x\n  File \"/p/a b.py\", line 12, in f\n    x()\nValueError: no\n", "/p/a b.py:12"},
		{"a library's frame", "  File \"/p/e.py\", line 9, in on_cmd\n    json.loads(x)\n  File \"/usr/lib/python3.12/json/decoder.py\", line 355, in raw_decode\n    raise", "/p/e.py:9"},
		{"nothing but a library", "  File \"<frozen importlib>\", line 7, in load\n", "<frozen importlib>:7"},
		{"a syntax error", "Traceback (most recent call last):\n  File \"/p/e.py\", line 6\n    class class X\nSyntaxError: invalid syntax\n", "/p/e.py:6"},
		{"nothing", "ValueError", ""},
		{"cut off", "  File \"/p/e.py\", li", ""},
	} {
		if got := panicPlace(c.stack).String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
