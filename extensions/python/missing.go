package python

import (
	"path/filepath"
	"regexp"
	"strings"
)

var missingModule = regexp.MustCompile(`ModuleNotFoundError: No module named '([^'.]+)`)

// howToInstall is an error of a package's code; if a module is missing, with the command that installs it for this very interpreter.
// What TEN itself would install is no matter of pip.
func howToInstall(err string, i Interpreter, pkg Package) string {
	m := missingModule.FindStringSubmatch(err)
	switch {
	case m == nil || i.Path == "":
		return err
	case strings.HasPrefix(m[1], "ten_"):
		return err + "; it is a package of TEN, which belongs into ten_packages/system of the app"
	}
	for _, dir := range []string{pkg.Dir, pkg.App} {
		if list := filepath.Join(dir, "requirements.txt"); dir != "" && exists(list) {
			return err + "; install it with: " + i.Install("-r "+list)
		}
	}
	return err + "; install it with: " + i.Install(m[1])
}
