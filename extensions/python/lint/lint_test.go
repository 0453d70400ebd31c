package lint

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// interpreters are the Pythons of this machine that can run extensions, by version.
func interpreters(t *testing.T) map[string]string {
	t.Helper()
	const tell = "import sys; assert sys.version_info >= (3, 10); print('%d.%d' % sys.version_info[:2], sys.executable)"
	names := []string{"python3", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"}
	if root, err := exec.Command("pyenv", "root").Output(); err == nil { // its own are hidden until one is chosen
		more, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "versions", "3.*", "bin", "python3"))
		names = append(names, more...)
	}
	found := map[string]string{}
	for _, name := range names {
		out, err := exec.Command(name, "-c", tell).Output()
		if version, path, ok := strings.Cut(strings.TrimSpace(string(out)), " "); err == nil && ok {
			found[version] = path
		}
	}
	if len(found) == 0 {
		t.Skip("there is no python3 of 3.10 or newer on this machine")
	}
	return found
}

func check(t *testing.T, interpreter string, paths ...string) []Finding {
	t.Helper()
	found, err := Check(t.Context(), interpreter, paths...)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// eachPython runs a test with every interpreter: what they find is the same.
func eachPython(t *testing.T, test func(t *testing.T, interpreter string)) {
	for version, path := range interpreters(t) {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			test(t, path)
		})
	}
}

// TestRules reads a file with mistakes and one without for each rule, of some rules a whole package. A line says with "# wrong" how
// often the rule speaks there.
func TestRules(t *testing.T) { eachPython(t, testRules) }

func testRules(t *testing.T, interpreter string) {
	cases, err := filepath.Glob("testdata/rules/*.py")
	packages, packagesErr := filepath.Glob("testdata/packages/*")
	if cases = append(cases, packages...); err != nil || packagesErr != nil || len(cases) < 80 {
		t.Fatalf("%d cases, %v, %v", len(cases), err, packagesErr)
	}
	found := check(t, interpreter, cases...)
	for _, path := range cases {
		rule, kind, _ := strings.Cut(filepath.Base(path), ".")
		want := marked(t, path)
		if wrong := strings.HasPrefix(kind, "wrong"); wrong != (len(want) > 0) {
			t.Errorf("%s has %d marks", path, len(want))
		}
		if got := said(found, path, rule); !slices.Equal(got, want) {
			t.Errorf("%s: said at\n%q, want\n%q", path, got, want)
		}
		if other := strings.NewReplacer(".wrong", ".right", ".right", ".wrong").Replace(path); !slices.Contains(cases, other) {
			t.Errorf("%s has no %s", path, other)
		}
	}
	for _, f := range found {
		if f.Text == "" || f.Remedy == "" || strings.HasSuffix(f.Text, ".") {
			t.Errorf("%s: text %q, remedy %q", f.Rule, f.Text, f.Remedy)
		}
	}
}

// said returns the places at which a rule speaks, in a file or below a folder.
func said(found []Finding, path, rule string) (places []string) {
	for _, f := range found {
		if f.Rule == rule && (f.File == path || strings.HasPrefix(f.File, path+string(filepath.Separator))) {
			places = append(places, fmt.Sprintf("%s:%d", f.File, f.Line))
		}
	}
	return places
}

// marked returns the places that a file, or the files below a folder, mark as wrong.
func marked(t *testing.T, path string) (places []string) {
	t.Helper()
	err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".py" {
			return err
		}
		source, err := os.ReadFile(file)
		for i, line := range strings.Split(string(source), "\n") {
			if _, marks, found := strings.Cut(line, "# wrong"); found {
				place := fmt.Sprintf("%s:%d", file, i+1)
				places = append(places, slices.Repeat([]string{place}, strings.Count(marks, "wrong")+1)...)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return places
}

// The page's samples, word for word, and what is wrong with them: rule, level and line. The letters are those of the list of defects.
var samples = map[string][]string{
	"testdata/samples/first.py": {
		"portability info 2",      // A14: the package has another name
		"no-addon error 4",        // A2
		"slow-start info 7",       // A9
		"undefined-name error 21", // A1: Cmd
		"no-dispatch warn 21",     // A4
		"no-error-answer warn 21", // A6
		"portability info 22",     // A12: to_json
		"logs-content info 23",    // A16
		"answers-overtake info 26",
		"endless-chain warn 31",  // A5
		"send-unguarded warn 31", // A3
		"status-unread info 31",  // A7
		"portability info 32",    // A13: return_result
	},
	"testdata/samples/second.py": {
		"portability info 2",
		"no-addon error 4",               // B10
		"no-on-cmd info 4",               // B10
		"queue-unbounded warn 5",         // B9
		"shared-class-state warn 5",      // B5
		"annotation-lacks-none info 6",   // B11
		"get-event-loop info 9",          // B12
		"task-dropped warn 11",           // B6
		"coroutine-not-awaited error 14", // B2
		"syntax-error error 17",          // B1
		"queue-without-producer warn 19", // B7
		"attribute-never-set error 21",   // B3: in line 27 too
		"handler-fails error 26",         // B4
		"catch-all-in-loop warn 26",      // B8
	},
}

func TestThePagesSamples(t *testing.T) {
	eachPython(t, func(t *testing.T, interpreter string) {
		for file, want := range samples {
			if got := brief(check(t, interpreter, file)); !slices.Equal(got, want) {
				t.Errorf("%s:\n%s\nwant\n%s", file, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

func brief(found []Finding) (lines []string) {
	for _, f := range found {
		lines = append(lines, fmt.Sprintf("%s %s %d", f.Rule, f.Level, f.Line))
	}
	return lines
}

// TestTheSamplesInOneFile wants to hear that the second class of a name hides the first.
func TestTheSamplesInOneFile(t *testing.T) {
	var text string
	for _, file := range []string{"testdata/samples/first.py", "testdata/samples/second.py"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text += string(source)
	}
	file := filepath.Join(t.TempDir(), "both.py")
	if err := os.WriteFile(file, []byte(strings.Replace(text, "while True\n", "while True:\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, interpreter := range interpreters(t) {
		if got := brief(check(t, interpreter, file)); !slices.Contains(got, "defined-twice warn 36") {
			t.Errorf("said %q", got)
		}
	}
}

// TestASyntaxErrorHidesTheRest wants that said when the file cannot be mended, and what was found after a mending marked.
func TestASyntaxErrorHidesTheRest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "broken.py")
	if err := os.WriteFile(file, []byte("def f(:\n    return undefined\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	eachPython(t, func(t *testing.T, interpreter string) {
		found := check(t, interpreter, file)
		if len(found) != 1 || found[0].Rule != "syntax-error" || !strings.Contains(found[0].Text, "cannot be seen before") {
			t.Errorf("found %+v", found)
		}
		for _, f := range check(t, interpreter, "testdata/samples/second.py") {
			mended := strings.Contains(f.Text, "found after mending line 17")
			if want := f.Rule != "syntax-error"; mended != want || f.Repaired != want {
				t.Errorf("%s: repaired %v: %s", f.Rule, f.Repaired, f.Text)
			}
		}
	})
}

func TestAnInterpreterThatIsNone(t *testing.T) {
	for _, path := range []string{"testdata/no-such-program", "/bin/false"} {
		if found, err := Check(t.Context(), path, "testdata/samples/first.py"); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: found %d, %v", path, len(found), err)
		}
	}
}
