package doctor

import (
	"os"

	"golang.org/x/sys/windows"
)

// Terminal returns the size of the console that in and out both are; ok is false if one of them is none.
func Terminal(in, out *os.File) (cols, rows int, ok bool) {
	var mode uint32
	if windows.GetConsoleMode(windows.Handle(in.Fd()), &mode) != nil {
		return 0, 0, false
	}
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(windows.Handle(out.Fd()), &info) != nil {
		return 0, 0, false
	}
	return int(info.Window.Right-info.Window.Left) + 1, int(info.Window.Bottom-info.Window.Top) + 1, true
}
