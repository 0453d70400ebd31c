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
// whatever else if they fail. It says too that one has failed which ran: its problem is on another screen perhaps.
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
	why, renewed := m.renewed[who]
	switch e.State {
	case trace.Running:
		if strings.HasSuffix(why, " saved") {
			m.say(trace.Info, e.Extension.String()+" was restarted: "+why)
		}
		if m.ran == nil {
			m.ran = map[life]bool{}
		}
		m.ran[who] = true
	case trace.Failed:
		if renewed || m.ran[who] {
			m.say(trace.Error, e.Extension.String()+" failed, "+ui.KeyProblem.Help().Key+" shows it: "+strings.TrimSuffix(e.Detail, "."))
			m.toast.about = e.Extension.String()
		}
		delete(m.ran, who)
	case trace.Ended:
		delete(m.ran, who)
	default:
		return
	}
	delete(m.renewed, who)
}
