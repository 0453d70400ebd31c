package timeline

import (
	"tenbench/engine/msg"
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
