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
	// Program is a program that takes the terminal while it runs.
	Program = ui.Program
	// Sources looks into the sources of handlers.
	Sources = ui.Sources
	// Memory keeps short lists of lines from one launch to the next.
	Memory = ui.Memory
	// Info is what the frame says of the run besides the trace.
	Info = ui.Info
	// SavedInject is one [[inject]] of config.toml.
	SavedInject = ui.SavedInject
	// Settings is the config as it runs.
	Settings = ui.Settings
	// Setting is one value in it.
	Setting = ui.Setting
	// Origin is where it comes from.
	Origin = ui.Origin
	// Reload is what came of a saved config file.
	Reload = ui.Reload
	// Gatekeeper is what the workbench can do with messages on their way. The Controller of a live app is one too.
	Gatekeeper = ui.Gatekeeper
	// DeclaredMessage is a message that an extension takes, by its manifest.
	DeclaredMessage = ui.DeclaredMessage
	// DeclaredProperty is one property of it.
	DeclaredProperty = ui.DeclaredProperty
)
