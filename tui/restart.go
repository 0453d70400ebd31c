package tui

import (
	"strings"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/store"
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
			m.toast.about = who
		}
		delete(m.ran, who)
	case trace.Ended:
		delete(m.ran, who)
	default:
		return
	}
	delete(m.renewed, who)
}

// failure is the key of the problem that an extension has failed, "" if there is none.
func (m *Model) failure(graph, extension string) string {
	for i := range m.common.Store.Problems() {
		p := &m.common.Store.Problems()[i]
		failed := p.Rule == diagnose.ExtensionFailed || p.Rule == diagnose.HostDead && !p.AboutCommands()
		if failed && !p.Ended && p.Extension == extension && p.Graph == graph {
			return p.Key
		}
	}
	return ""
}

// worseAfter is how long a change must have been for the worse until that is said: by then it is not about to turn again.
const worseAfter = int64(2e9)

// watchOutcomes says on every screen that what an extension does since a change is worse than before, once. That it has failed says more.
func (m *Model) watchOutcomes() {
	if !m.common.Info.Live {
		return
	}
	for _, c := range m.common.Store.Changes() {
		if c.Turn != store.Worse || c.Stop <= m.judged[c.Graph()+"/"+c.Extension()] || c.To == 0 && m.common.Now-c.Since < worseAfter {
			continue
		}
		if m.judged == nil {
			m.judged = map[string]int64{}
		}
		m.judged[c.Graph()+"/"+c.Extension()] = c.Stop
		if m.failure(c.Graph(), c.Extension()) != "" {
			continue
		}
		f := ui.FigureText(&c.Figures[0], m.common.Theme.Signs.Arrow)
		m.say(trace.Warn, c.Extension()+" is worse since "+sinceWhat(c)+": "+f+"; Config lists all reloads")
	}
}

func sinceWhat(c *store.Change) string {
	switch file, saved := strings.CutSuffix(c.Why, " saved"); {
	case c.Cause == store.ByRestart:
		return "it was restarted " + c.Why
	case saved:
		return file + " was saved"
	}
	return c.Why
}
