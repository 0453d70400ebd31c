package ui

import "tenbench/engine/trace"

// StageWord names a stage of a life: in Created an extension is being made.
func StageWord(s trace.State) string {
	if s == trace.Created {
		return "made"
	}
	return s.String()
}
