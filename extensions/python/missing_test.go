package python

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatIsMissingIsInstalledByTheListThatNamesIt(t *testing.T) {
	app := filepath.Join(t.TempDir(), "it's mine")
	pkg := Package{Addon: "a", Dir: filepath.Join(app, "ten_packages/extension/a"), App: app}
	base := filepath.Join(app, "ten_packages/system/base")
	for dir, text := range map[string]string{pkg.Dir: "Web-Sockets>=15\nrequests[socks]\npillow\nnls-python-sdk\n", base: "# aiohttp\naiofiles\n"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "requirements.txt"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	inShell := strings.NewReplacer("'", `'\''`)
	own, system := "-r '"+inShell.Replace(pkg.Dir)+"/requirements.txt'", "-r '"+inShell.Replace(base)+"/requirements.txt'"
	for _, c := range []struct{ what, module, want string }{
		{"named by its own list", "requests", own},
		{"in another spelling", "web_sockets.client", own},
		{"a module called otherwise", "PIL", own},
		{"named by a system package", "aiofiles", system},
		{"named in a remark only", "aiohttp", "aiohttp"},
		{"named by none, called otherwise", "yaml", "pyyaml"},
		{"a part of a name in its list", "nls", own},
		{"a part of a word in its list", "socket", "socket"},
		{"shared by many distributions", "google", "NAME"},
		{"of TEN", "ten_ai_base", ""},
	} {
		got := howToInstall("ModuleNotFoundError: No module named '"+c.module+"'", Interpreter{Path: "/my py"}, pkg)
		_, command, _ := strings.Cut(got, "with: '/my py' -m pip install ")
		if command != c.want {
			t.Errorf("%s: install %q, want %q", c.what, command, c.want)
		}
	}
}
