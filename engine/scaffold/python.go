package scaffold

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

// standard are the modules of Python's standard library: tests run with the folder above the package in front of them.
var standard = strings.Fields("abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 " +
	"calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib " +
	"contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email " +
	"encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath " +
	"getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect " +
	"io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap " +
	"modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os " +
	"ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats " +
	"pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy " +
	"sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 " +
	"sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig " +
	"syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib " +
	"trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave " +
	"weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo")

// keywords are the words of Python's own that pass for a name otherwise.
var keywords = strings.Fields("and as assert async await break class continue def del elif else except finally for from global if import in is " +
	"lambda nonlocal not or pass raise return try while with yield match case")

// others are modules that tests and the package itself import.
var others = []string{"ten", "ten_runtime", "ten_packages", "ten_ai_base", "tests", "pytest", "conftest", "libten_runtime_python"}

// pythonFiles are the files of a package and their templates, and which of them are programs.
var pythonFiles = []struct {
	file, template string
	program        bool
}{
	{file: "manifest.json", template: "manifest.json.tmpl"},
	{file: "property.json", template: "property.json.tmpl"},
	{file: "__init__.py", template: "init.py.tmpl"},
	{file: "addon.py", template: "addon.py.tmpl"},
	{file: "extension.py", template: "extension.py.tmpl"},
	{file: "tests/__init__.py"},
	{file: "tests/conftest.py", template: "tests/conftest.py.tmpl"},
	{file: "tests/test_basic.py", template: "tests/test_basic.py.tmpl"},
	{file: "tests/bin/start", template: "tests/bin/start.tmpl", program: true},
}

// Python writes a Python package of that name, in the layout of TEN, and returns the files it made, relative to dir. In the folder of
// an app it goes where the app has its extensions, elsewhere into dir.
func Python(dir, name string) ([]string, error) {
	if err := checkPythonName(name); err != nil {
		return nil, err
	}
	folder := name
	if isApp(dir) {
		folder = filepath.Join("ten_packages", "extension", name)
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, folder)), 0o755); err != nil {
		return nil, err
	}
	if err := os.Mkdir(filepath.Join(dir, folder), 0o755); errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is already there; choose another name", folder)
	} else if err != nil {
		return nil, err
	}
	made, err := writePackage(dir, folder, name)
	if err != nil {
		os.RemoveAll(filepath.Join(dir, folder))
		return nil, err
	}
	return made, nil
}

func checkPythonName(name string) error {
	switch {
	case !validName.MatchString(name):
		return fmt.Errorf("%q is no name for a package: use small letters, digits and _, beginning with a letter", name)
	case slices.Contains(keywords, name):
		return fmt.Errorf("%q is a word of Python's own; choose another name", name)
	case slices.Contains(standard, name), slices.Contains(others, name):
		return fmt.Errorf("%q would hide a module of that name; choose another, such as %s_python", name, name)
	}
	return nil
}

func isApp(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	var manifest struct {
		Type string `json:"type"`
	}
	return err == nil && json.Unmarshal(data, &manifest) == nil && manifest.Type == "app"
}

func writePackage(dir, folder, name string) ([]string, error) {
	var made []string
	for _, f := range pythonFiles {
		text, err := pythonText(f.template, name)
		if err != nil {
			return nil, err
		}
		file := filepath.Join(folder, filepath.FromSlash(f.file))
		mode := fs.FileMode(0o644)
		if f.program {
			mode = 0o755
		}
		err = os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755)
		if err = errors.Join(err, os.WriteFile(filepath.Join(dir, file), text, mode)); err != nil {
			return nil, err
		}
		made = append(made, file)
	}
	return made, nil
}

// pythonText is a file's text; one without a template is empty.
func pythonText(file, name string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	t, err := template.ParseFS(templates, "templates/python/"+file)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct{ Name, Class string }{name, className(name)})
	return out.Bytes(), err
}

// className is a name as Python's classes are written: MyVoice.
func className(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
