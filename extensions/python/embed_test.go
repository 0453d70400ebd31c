package python

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// cacheAt has the user's cache in a folder of the test.
func cacheAt(t *testing.T) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // where the cache is on macOS
}

func TestRuntimeIsUnpackedWhole(t *testing.T) {
	cacheAt(t)
	dir, err := RuntimeDir()
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range []string{"ten_runtime", "ten"} {
		sources, err := filepath.Glob(filepath.Join("runtime", pkg, "*.py"))
		if err != nil || len(sources) < 10 {
			t.Fatalf("%d sources of %s, %v", len(sources), pkg, err)
		}
		for _, source := range sources {
			want, _ := os.ReadFile(source)
			file := filepath.Join(dir, pkg, filepath.Base(source))
			if got, err := os.ReadFile(file); err != nil || string(got) != string(want) {
				t.Errorf("%s is not what it was unpacked from: %v", file, err)
			}
		}
	}
	info, err := os.Stat(filepath.Join(dir, "ten_runtime", "__init__.py"))
	if err != nil || info.Mode().Perm() != 0o444 {
		t.Errorf("mode %v, %v; want read-only", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ten_runtime", "compiled"), nil, 0o644); err != nil {
		t.Errorf("nothing can be written beside the sources: %v", err)
	}
	if again, err := RuntimeDir(); again != dir || err != nil {
		t.Errorf("the second time it is in %s, not in %s: %v", again, dir, err)
	}
}

func TestVersionIsTheRuntimesOwn(t *testing.T) {
	source, err := os.ReadFile("runtime/ten_runtime/_version.py")
	if err != nil || Version() == "" || !strings.Contains(string(source), `"`+Version()+`"`) {
		t.Errorf("version %q is not the one of _version.py: %v", Version(), err)
	}
}

func TestWhatIsMissingOrSpoiltIsUnpackedAgain(t *testing.T) {
	cacheAt(t)
	files := fstest.MapFS{"all/a.py": {Data: []byte("a = 1\n")}, "all/sub/_b.py": {Data: []byte("b = 2\n")}}
	dir, err := unpack(files, "all", "things")
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(dir, "a.py"))
	spoilt := filepath.Join(dir, "sub", "_b.py")
	os.Chmod(spoilt, 0o644)
	os.WriteFile(spoilt, []byte("b = "), 0o644)
	if _, err := unpack(files, "all", "things"); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"a.py": "a = 1\n", "sub/_b.py": "b = 2\n"} {
		if got, _ := os.ReadFile(filepath.Join(dir, file)); string(got) != want {
			t.Errorf("%s is %q, want %q", file, got, want)
		}
	}
	files["all/a.py"] = &fstest.MapFile{Data: []byte("a = 2\n")}
	if other, err := unpack(files, "all", "things"); other == dir || err != nil {
		t.Errorf("other files went to the same folder, %s: %v", other, err)
	}
}

func TestManyUnpackAtOnce(t *testing.T) {
	cacheAt(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			dir, err := RuntimeDir()
			if err == nil {
				_, err = os.Stat(filepath.Join(dir, "ten_runtime", "_version.py"))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	left, _ := filepath.Glob(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "tenbench", "*", "*", ".unpacking-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestWhoHasNoCacheToWriteToGetsAFolderOfTheirOwn(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	for why, cache := range map[string]string{"it cannot be written": "/dev/null", "nobody knows where it is": ""} {
		t.Setenv("XDG_CACHE_HOME", cache)
		t.Setenv("HOME", cache)
		dir, err := RuntimeDir()
		if err != nil || !strings.HasPrefix(dir, temporary) {
			t.Errorf("where %s: %q, %v", why, dir, err)
		}
	}
	own := filepath.Join(temporary, fmt.Sprint("tenbench-", os.Getuid()))
	if info, err := os.Stat(own); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v; want it private", info.Mode(), err)
	}
	os.Chmod(own, 0o777)
	if dir, err := RuntimeDir(); err == nil || !strings.Contains(err.Error(), own) {
		t.Errorf("what others may have written was taken: %q, %v", dir, err)
	}
}
