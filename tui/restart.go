package tui

import (
	"strings"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// restarted is how the reason of a new life begins.
const restarted = "restarted: "

// life tells an extension from those of its name in other graphs.
type life struct{ graph, extension trace.Sym }

// watchRestarts says how extensions came back that nobody at this screen has restarted: after their source was saved, and after
// whatever else if they fail.
func (m *Model) watchRestarts(events []trace.Event) {
	if !m.common.Info.Live {
		return
	}
	for i := range events {
		if e := &events[i]; e.Kind == trace.Transition {
			m.watchRestart(e)
		}
	}
}

func (m *Model) watchRestart(e *trace.Event) {
	who := life{e.Graph, e.Extension}
	if why, ok := strings.CutPrefix(e.Detail, restarted); ok && e.State == trace.Created {
		if m.renewed == nil {
			m.renewed = map[life]string{}
		}
		m.renewed[who] = why
		return
	}
	why, ok := m.renewed[who]
	if !ok || e.State != trace.Running && e.State != trace.Failed && e.State != trace.Ended {
		return
	}
	delete(m.renewed, who)
	switch {
	case e.State == trace.Failed:
		m.say(trace.Error, e.Extension.String()+" failed: "+strings.TrimSuffix(e.Detail, ".")+"; "+ui.KeyProblem.Help().Key+" shows it")
	case e.State == trace.Running && strings.HasSuffix(why, " saved"):
		m.say(trace.Info, e.Extension.String()+" was restarted: "+why)
	}
}
