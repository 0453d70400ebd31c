// Package guard keeps one promise that a process cannot keep for itself: after its sudden end the terminal is as it was and no
// child is left.
//
// Start runs the own binary a second time, in a process group of its own, so that ctrl+c passes it by. That child, the guard,
// holds the read end of a pipe on which the bench says what is at stake: the terminal's settings, whether the screen is taken,
// the process groups it started. A clean end says so (Bye) and the guard ends without a word. If the pipe closes without it
// (SIGKILL, a panic in a foreign goroutine, a fatal error of the runtime) the guard gives the terminal back, ends the groups
// with SIGTERM and a second later with SIGKILL, and on Linux also whatever carries the bench's mark in its environment, so that
// setsid does not hide a child.
//
// The text of a crash travels on the same pipe (debug.SetCrashOutput): printed by the dying process it would vanish with the
// alternate screen, so the guard prints it after the screen is back.
//
// The guard touches the terminal only while it belongs to the session the bench ran in, and only if the screen was taken.
// Without a terminal it guards the children alone. Linux and macOS; elsewhere Start returns ErrUnsupported.
package guard
