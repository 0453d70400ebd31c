package tui

import "tenbench/tui/ui"

// The types that main and the screens share live where the screens can reach them.
type (
	// Source is what the screens read: the trace of a live app or of a recording.
	Source = ui.Source
	// Controller is what the workbench can do to a live app. It is nil for a recording.
	Controller = ui.Controller
	// Desktop is what main lends the screens of the world outside.
	Desktop = ui.Desktop
	// Info is what the frame says of the run besides the trace.
	Info = ui.Info
	// SavedInject is one [[inject]] of config.toml.
	SavedInject = ui.SavedInject
)
