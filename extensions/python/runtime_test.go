package python

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// interpreters are the Pythons of 3.10 and newer on this machine, by their real path.
func interpreters(t *testing.T) map[string]string {
	t.Helper()
	const tell = "import sys; assert sys.version_info >= (3, 10); print('%d.%d' % sys.version_info[:2], sys.executable)"
	found := map[string]string{}
	names := []string{"python3", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"}
	if root, err := exec.Command("pyenv", "root").Output(); err == nil { // its own are hidden until one is chosen
		more, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "versions", "3.*", "bin", "python3"))
		names = append(names, more...)
	}
	for _, name := range names {
		out, err := exec.Command(name, "-c", tell).Output()
		if version, path, ok := strings.Cut(strings.TrimSpace(string(out)), " "); err == nil && ok {
			found[version] = path
		}
	}
	return found
}

// TestRuntimeOnEveryPython runs the runtime's own tests on every Python that it is for and that is here.
func TestRuntimeOnEveryPython(t *testing.T) {
	all := interpreters(t)
	if len(all) == 0 {
		t.Skip("there is no python3 of 3.10 or newer on this machine")
	}
	for version, path := range all {
		t.Run(version, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, path, "-B", "-m", "unittest", "discover", "-s", "tests", "-t", ".")
			cmd.Dir = "runtime"
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
