package ui

import (
	"os"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
)

// FileEdited comes to a screen when the editor that EditText opened has ended. Read brings the text.
type FileEdited struct {
	file string
	to   ID
}

// TextEdited brings a text back from the person's editor.
type TextEdited struct{ Text string }

// EditText returns the command that opens a text in the person's editor, in a file of its own that ends in suffix. The screen gets
// a FileEdited.
func EditText(to ID, text, suffix string) tea.Cmd {
	return func() tea.Msg {
		file, err := writeTemp(text, suffix)
		if err != nil {
			return ToastMsg{Level: trace.Error, Text: "no file for the editor: " + err.Error()}
		}
		return EditMsg{File: file, Line: 1, Then: AddressedMsg{to, FileEdited{file, to}}}
	}
}

// writeTemp writes a new file that only its owner reads.
func writeTemp(text, suffix string) (string, error) {
	f, err := os.CreateTemp("", "tenbench-*"+suffix)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return f.Name(), err
}

// Read returns the command that brings the text to the screen, as a TextEdited, and removes the file.
func (m FileEdited) Read() tea.Cmd {
	return func() tea.Msg {
		text, err := os.ReadFile(m.file)
		if err != nil {
			return ToastMsg{Level: trace.Error, Text: "what was edited cannot be read: " + err.Error()}
		}
		_ = os.Remove(m.file) // what is left in the temporary folder goes with it
		return AddressedMsg{m.to, TextEdited{string(text)}}
	}
}
