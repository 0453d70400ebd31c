package python

import (
	"embed"
	"regexp"
	"sync"
)

//go:embed runtime/ten_runtime/*.py
var runtimeFiles embed.FS

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
