package python

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var missingModule = regexp.MustCompile(`ModuleNotFoundError: No module named '([^'.]+)`)

// distributions are what pip installs, where the module that comes of it is called otherwise.
var distributions = map[string]string{
	"Crypto":    "pycryptodome",
	"PIL":       "pillow",
	"OpenSSL":   "pyopenssl",
	"attr":      "attrs",
	"bs4":       "beautifulsoup4",
	"cv2":       "opencv-python",
	"dateutil":  "python-dateutil",
	"dotenv":    "python-dotenv",
	"grpc":      "grpcio",
	"jwt":       "pyjwt",
	"serial":    "pyserial",
	"sklearn":   "scikit-learn",
	"websocket": "websocket-client",
	"yaml":      "pyyaml",
}

// sharedNames are modules that many distributions have a part of, none of which is called like them.
var sharedNames = map[string]bool{"azure": true, "google": true}

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
	return err + "; " + i.Bring(m[1], pkg)
}

// Bring says how to install a module into this very interpreter: with the list of the package, its app or the app's system packages
// that names it, else by the name of its distribution.
func (i Interpreter) Bring(module string, pkg Package) string {
	distribution := cmp.Or(distributions[module], module)
	list := listOf(distribution, requirements(pkg))
	switch {
	case list != "":
		return "install it with: " + i.Install("-r", list)
	case sharedNames[module]:
		return "install the distribution that has the part of it that is imported, with: " + i.Install("NAME")
	default:
		return "install it with: " + i.Install(distribution)
	}
}

// requirements are the lists of what a package needs: its own, its app's, and those of the system packages of the app, whose modules
// it imports.
func requirements(pkg Package) (lists []string) {
	for _, dir := range []string{pkg.Dir, pkg.App} {
		if list := filepath.Join(dir, "requirements.txt"); dir != "" && exists(list) {
			lists = append(lists, list)
		}
	}
	for _, app := range pkg.apps() {
		systems, _ := filepath.Glob(filepath.Join(app, "ten_packages", "system", "*", "requirements.txt"))
		lists = append(lists, systems...)
	}
	return lists
}

// listOf returns the first list that names a distribution, else the first with one whose name has that for a part, as deepgram-sdk
// has deepgram; "" if none does: to install a list that lacks it would mend nothing.
func listOf(distribution string, lists []string) (likely string) {
	wanted := normal(distribution)
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for line := range strings.Lines(string(text)) {
			name := normal(requirement.FindString(line))
			switch {
			case name == wanted:
				return list
			case likely == "" && strings.Contains("_"+name+"_", "_"+wanted+"_"):
				likely = list
			}
		}
	}
	return likely
}

// requirement is the name a line of requirements.txt begins with.
var requirement = regexp.MustCompile(`^\s*[A-Za-z0-9][A-Za-z0-9._-]*`)

// normal is a distribution's name as pip compares it.
func normal(name string) string {
	return strings.NewReplacer("-", "_", ".", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
}
