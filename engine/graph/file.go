package graph

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"
)

// maxFile is the size from which a file is taken for a mistake: a thousand nodes with their properties need a tenth of it.
const maxFile = 4 << 20

// ReadFile reads a file that a person wrote. The error is an *Error that says what is the matter with the file and what to do.
func ReadFile(path string) ([]byte, error) {
	fail := func(what, remedy string) ([]byte, error) {
		return nil, &Error{Pos: Pos{File: path}, Msg: what, Remedy: remedy}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail("there is no such file", "check the path")
	case err != nil:
		return fail(plainError(err), "")
	case info.IsDir():
		return fail("this is a folder, not a file", "name a file in it")
	case !info.Mode().IsRegular():
		return fail("this is a device, a pipe or a socket, not a file", "write it into a file") // to open it might take for ever
	case info.Size() > maxFile:
		return fail(tooBig(info.Size()), "is it the right file?")
	}
	f, err := os.Open(path)
	if err != nil {
		return fail(plainError(err), "")
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return fail(plainError(err), "")
	case len(data) > maxFile:
		return fail(tooBig(int64(len(data))), "is it the right file?")
	}
	return CheckText(path, data)
}

// plainError is err without the path, which the Error carries.
func plainError(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return "cannot be read: " + pathErr.Err.Error()
	}
	return err.Error()
}

func tooBig(size int64) string {
	return fmt.Sprintf("the file has %.1f MiB; more than %d MiB are not read", float64(size)/(1<<20), maxFile>>20)
}

var byteOrderMark = []byte("\uFEFF")

// CheckText returns data without a byte order mark. The error says where it is not UTF-8, or that there is nothing in it.
func CheckText(file string, data []byte) ([]byte, error) {
	if len(data) >= 3 && string(data[:3]) == string(byteOrderMark) {
		data = data[3:]
	}
	if !utf8.Valid(data) {
		src := newSource(file, data)
		at := 0
		for {
			r, size := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && size <= 1 {
				break
			}
			at += size
		}
		return nil, &Error{Pos: src.pos(at), Msg: "the file is not UTF-8 text", Value: fmt.Sprintf("%#02x", data[at]),
			Remedy: "save it as UTF-8"}
	}
	for _, c := range data {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return data, nil
		}
	}
	return nil, &Error{Pos: Pos{File: file}, Msg: "the file is empty", Remedy: "a graph needs one node at least, with a name and an addon"}
}
