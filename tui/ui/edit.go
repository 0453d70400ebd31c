package ui

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
)

// EditMsg asks the root to open a file in the person's editor, and to take the screen back when the editor has ended.
type EditMsg struct {
	File string
	Line int
	Then tea.Msg // what is sent when the editor ended well; may be nil
}

// Edit returns the command that opens a place, written file:line, in the person's editor.
func Edit(place string) tea.Cmd {
	file, line := Place(place)
	return func() tea.Msg { return EditMsg{File: file, Line: line} }
}

// ShortPlace is a place as it is shown: file:line with the file's folder alone, as those of Go code are anyway.
func ShortPlace(place string) string {
	i := strings.LastIndexByte(place, '/')
	if i < 0 {
		return place
	}
	return place[strings.LastIndexByte(place[:i], '/')+1:]
}

// Place splits file:line; a line of 0 is none.
func Place(place string) (file string, line int) {
	i := strings.LastIndexByte(place, ':')
	if i < 0 {
		return place, 0
	}
	n, err := strconv.Atoi(place[i+1:])
	if err != nil || n < 0 {
		return place, 0
	}
	return place[:i], n
}

// Copy returns the command that puts text on the clipboard and says so; what is what it is, as in "the message".
func Copy(c *Common, text, what string) tea.Cmd {
	desk := c.Desktop
	if desk == nil {
		return nil
	}
	return func() tea.Msg {
		file, err := desk.Copy(text)
		switch {
		case err != nil:
			return ToastMsg{Level: trace.Error, Text: "Could not copy " + what + ": " + err.Error()}
		case file != "":
			return ToastMsg{Level: trace.Warn, Text: "Too long for a clipboard: wrote " + what + " to " + file}
		}
		return ToastMsg{Level: trace.Info, Text: "Copied " + what + "."}
	}
}
