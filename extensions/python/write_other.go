//go:build !unix

package python

import "errors"

// tryWrite leaves writing to the writer goroutine.
func tryWrite(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }
