package bench

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"time"

	"tenbench/engine/config"
	"tenbench/engine/msg"
	"tenbench/engine/record"
)

// Report writes what somebody needs who looks for a mistake: the run file as it is by now, the config with its secrets masked,
// and the versions. It returns the archive, which lies in the state folder.
func (b *Bench) Report(now time.Time) (file string, err error) {
	runs, err := record.StateDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(filepath.Dir(runs), "reports")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	file = filepath.Join(dir, "tenbench-"+now.UTC().Format("20060102-150405")+".zip")
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	z := zip.NewWriter(f)
	err = errors.Join(b.reportRun(z), b.reportConfig(z), b.reportVersions(z, now))
	return file, errors.Join(err, z.Close(), f.Close())
}

func (b *Bench) reportRun(z *zip.Writer) error {
	path, _ := b.Recording()
	if path == "" {
		return put(z, "run-missing.txt", []byte("this run was not recorded; [record] auto = true records all runs\n"))
	}
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := z.Create(filepath.Base(path))
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

func (b *Bench) reportConfig(z *zip.Writer) error {
	text, name := b.opt.Demo, "config.toml"
	if !b.demo {
		read, err := os.ReadFile(b.config.Path)
		if err != nil {
			return err
		}
		text, name = read, filepath.Base(b.config.Path)
	}
	return put(z, name, maskConfig(text, b.config))
}

func (b *Bench) reportVersions(z *zip.Writer, now time.Time) error {
	return put(z, "versions.txt", fmt.Appendf(nil, "%s\n%s %s/%s, %d processors\n%s\n", b.opt.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), now.UTC().Format(time.RFC3339)))
}

func put(z *zip.Writer, name string, text []byte) error {
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// assignment is a key with its value, in TOML and in JSON.
var assignment = regexp.MustCompile(`("?)([A-Za-z0-9_.-]+)("?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}\]#]+)`)

// maskConfig masks the values whose keys say that they are secrets. A placeholder is none: it says where the secret comes from.
func maskConfig(text []byte, c *config.Config) []byte {
	m := msg.NewMasker(c.Secrets.Names)
	return assignment.ReplaceAllFunc(text, func(found []byte) []byte {
		parts := assignment.FindSubmatch(found)
		key, value := string(parts[2]), string(parts[4])
		if !m.Secret(key) || placeholder.MatchString(value) {
			return found
		}
		return fmt.Appendf(nil, `%s%s%s"%s"`, parts[1], key, parts[3], msg.Masked)
	})
}

// placeholder is a value that is nothing but a name in the environment.
var placeholder = regexp.MustCompile(`^["']\$\{env:[A-Za-z0-9_]+\}["']$`)
