package ui

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// ErrorText is what a result says besides its properties: its detail. An ERROR of TEN's extensions says it in its property detail, which
// the tree below shows, so that one is left out unless a line of the tree has no room for it.
func ErrorText(e *trace.Event, room int) string {
	text := property(e, "detail")
	if e.Status != msg.Error || text == "" || e.Detail != "" && e.Detail != text {
		return e.Detail
	}
	if Width(text) <= room {
		return ""
	}
	return text
}

// property is a text among the properties of an event, "" if it is none.
func property(e *trace.Event, name string) string {
	v, err := msg.ParseJSON(e.Property)
	if err != nil || v.Object() == nil {
		return ""
	}
	p, _ := v.Object().Lookup(name)
	text, _ := p.Str()
	return text
}
