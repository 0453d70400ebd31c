package lint

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed checker/*.py
var checker embed.FS

//go:embed boot.py
var boot string

// Finding is one thing that an author should look at.
type Finding struct {
	Rule       string `json:"rule"`
	Level      string `json:"level"` // error, warn or info
	File       string `json:"file"`
	Line       int    `json:"line"`   // 0 if it is about the whole file
	Column     int    `json:"column"` // in characters, from 1
	Text       string `json:"text"`   // a sentence without its full stop
	Remedy     string `json:"remedy"`
	Confidence string `json:"confidence"`   // proven or likely
	Repaired   bool   `json:"after_repair"` // found in a file that had to be mended to be read
	Module     string `json:"module"`       // what is not installed, if that is what was found
}

const (
	perFolder = 30 * time.Second // far more than the largest package takes
	maxTold   = 300              // bytes of what a failed interpreter said
)

// Check reads packages with an interpreter: folders with a package each, or single .py files. The findings are in the order of
// their places. The error says that the interpreter could not read them at all.
func Check(ctx context.Context, interpreter string, paths ...string) ([]Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(len(paths))*perFolder)
	defer cancel()
	var out, errs bytes.Buffer
	// Isolated and without site: what is installed beside it must not change how the sources are read.
	cmd := exec.CommandContext(ctx, interpreter, append([]string{"-I", "-S", "-B", "-c", boot}, paths...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = bytes.NewReader(sources()), &out, &errs, time.Second
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("check with %s: %w%s", interpreter, err, told(errs.String()))
	}
	var answer struct {
		Findings []Finding `json:"findings"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return nil, fmt.Errorf("check with %s: %w", interpreter, err)
	}
	return withoutInstalled(ctx, interpreter, answer.Findings), nil
}

// sources are the checker's modules by name, as JSON.
var sources = sync.OnceValue(func() []byte {
	modules := map[string]string{}
	files, err := checker.ReadDir("checker")
	for _, f := range files {
		text, readErr := checker.ReadFile(path.Join("checker", f.Name()))
		err = errors.Join(err, readErr)
		modules[strings.TrimSuffix(f.Name(), ".py")] = string(text)
	}
	data, jsonErr := json.Marshal(modules)
	if err = errors.Join(err, jsonErr); err != nil {
		panic(err) // embedded files can be read
	}
	return data
})

// told is the end of what an interpreter complained of, as the end of a sentence.
func told(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	last := lines[len(lines)-1]
	return ": " + last[:min(len(last), maxTold)]
}
