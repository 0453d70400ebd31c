package timeline

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// kinds says which messages are drawn. Stages, and how deep queues are, always are.
type kinds uint8

const (
	allKinds kinds = iota
	onlyCommands
	onlyData
	onlyMedia
	kindChoices
)

func (k kinds) next() kinds { return (k + 1) % kindChoices }

func (k kinds) String() string {
	return [kindChoices]string{"all kinds", "only commands", "only data", "only audio and video"}[k]
}

// filter lets through what is drawn.
func (k kinds) filter() string {
	return [kindChoices]string{"", "cmd or result", "data", "audio or video"}[k]
}

// has reports whether messages of a kind are drawn.
func (k kinds) has(kind msg.Kind) bool {
	switch k {
	case onlyCommands:
		return kind == msg.KindCmd || kind == msg.KindResult
	case onlyData:
		return kind == msg.KindData
	case onlyMedia:
		return kind == msg.KindAudioFrame || kind == msg.KindVideoFrame
	}
	return true
}

// shows reports whether an event is drawn: one of a message, or a problem with one, if its kind is; any other always.
func (m *Model) shows(e *trace.Event) bool {
	switch e.Kind {
	case trace.Sent, trace.Delivered, trace.Result, trace.Dropped, trace.Held, trace.Released, trace.Freed:
		return m.kinds.has(e.Type)
	case trace.Lint:
		return m.c.Store.Command(e.ID) == nil || m.kinds.has(msg.KindCmd)
	}
	return true
}

// nothing says that no message was there to be drawn.
func (k kinds) nothing() string {
	if k == allKinds {
		return "Nothing was sent or answered"
	}
	return "Nothing that is shown was sent or answered"
}

// onlyHidden says that the next event that is wanted in a direction is not drawn; "" if there is none either. It is asked when none that
// is drawn follows.
func (m *Model) onlyHidden(dir int, want aim) string {
	if m.kinds == allKinds {
		return ""
	}
	e, ok := m.search(m.jumpsFrom(dir), dir, want.also)
	if !ok {
		return ""
	}
	follow := map[int]string{+1: " follow, such as ", -1: " came before, such as "}[dir]
	t, l := m.c.Theme, m.c.Styled()
	l.Text(t.Text, "Only hidden "+want.word+follow+e.Name.String()+" at "+clock(e.Mono, 1e6)+": ").Text(t.Key, "v").Text(t.Quiet, " shows others.")
	return l.String()
}

// drawKinds says which messages are drawn if that is not all, and since when the lanes know one kind from another.
func (m *Model) drawKinds(l *ui.Line) {
	if m.kinds == allKinds {
		return
	}
	t := m.c.Theme
	l.Gap(3).Text(t.Key, m.kinds.String())
	known := int64(0)
	for _, n := range m.c.Store.Nodes() {
		known = max(known, n.KnownFrom())
	}
	if known > m.win.from {
		l.Text(t.Quiet, " since "+ui.RunTime(known))
	}
}
