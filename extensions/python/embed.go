package python

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// The runtime, pattern by pattern: a folder embedded by its name lacks the files that begin with _ or a dot.
//
//go:embed runtime/ten_runtime/*.py runtime/ten/*.py
var runtimeFiles embed.FS

// RuntimeDir is the folder that holds ten_runtime and ten, for PYTHONPATH. They are unpacked if they are not there yet.
func RuntimeDir() (string, error) {
	dir, err := unpack(runtimeFiles, "runtime", "runtime")
	if err != nil {
		return "", fmt.Errorf("unpack ten_runtime: %w", err)
	}
	return dir, nil
}

var versionLine = regexp.MustCompile(`(?m)^VERSION(?:: str)? = "([^"]*)"`)

// Version is the version of the embedded ten_runtime, which the one of every process must have.
var Version = sync.OnceValue(func() string {
	text, err := runtimeFiles.ReadFile("runtime/ten_runtime/_version.py")
	if err != nil {
		return ""
	}
	if m := versionLine.FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return ""
})

// unpack writes the files below root into a folder of the user's cache, or of temporaryCache, that is called name and the hash of what they contain, and
// returns that folder. When it returns, all of them are there and whole, also if several processes unpack at once or one was killed
// while it did. The files are read-only; into the folders Python may put what it compiles.
func unpack(files fs.FS, root, name string) (string, error) {
	tree, err := fs.Sub(files, root)
	if err != nil {
		return "", err
	}
	hash, err := hashOf(tree)
	if err != nil {
		return "", err
	}
	var failed error
	for _, cache := range []func() (string, error){userCache, temporaryCache} {
		dir, err := cache()
		if err == nil {
			dir = filepath.Join(dir, name+"-"+hash)
			err = eachFile(tree, func(file string, data []byte) error {
				return place(filepath.Join(dir, filepath.FromSlash(file)), data)
			})
		}
		if err == nil {
			return dir, nil
		}
		failed = errors.Join(failed, err)
	}
	return "", fmt.Errorf("%w; set XDG_CACHE_HOME to a folder that can be written", failed)
}

func userCache() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "tenbench"), err
}

// temporaryCache is where things go for a user who has no cache, or none that can be written, as in many containers. Python runs what
// lies in it, so nobody else may have made it or may write to it.
func temporaryCache() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprint("tenbench-", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || !ownPrivate(info) {
		return "", fmt.Errorf("%s is not a folder of yours that only you can write to", dir)
	}
	return dir, nil
}

// eachFile calls fn with the files of tree, in a fixed order.
func eachFile(tree fs.FS, fn func(file string, data []byte) error) error {
	return fs.WalkDir(tree, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(tree, file)
		return errors.Join(err, fn(file, data))
	})
}

// hashOf tells one tree from another.
func hashOf(tree fs.FS) (string, error) {
	h := sha256.New()
	err := eachFile(tree, func(file string, data []byte) error {
		fmt.Fprintf(h, "%s %d\n", file, len(data))
		h.Write(data)
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}

// place makes a file with these contents, if it is not there. A file appears whole or not at all.
func place(file string, data []byte) error {
	if have, err := os.ReadFile(file); err == nil && bytes.Equal(have, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".unpacking-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o444), f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
