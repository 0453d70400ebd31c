// Package hush keeps libraries from asking the terminal for its colours before main begins.
//
// Bubble Tea asks in an init function, and waits up to five seconds for terminals that never answer: also where no workbench is
// opened, as in `tenbench version`. It does not ask where CI is set; so this package sets CI, and End takes it back. Packages are
// initialised in the order of their paths as far as their imports allow: this one imports nothing but syscall and is ready
// before package time is, which Bubble Tea needs.
package hush

import "syscall"

const variable = "CI"

// before is what stood in the variable.
var before, had = set()

func set() (string, bool) {
	v, ok := syscall.Getenv(variable)
	if v == "" {
		_ = syscall.Setenv(variable, "1") // if that fails, the question is asked
	}
	return v, ok
}

// End makes the environment what it was.
func End() {
	if had {
		_ = syscall.Setenv(variable, before)
	} else {
		_ = syscall.Unsetenv(variable)
	}
}
