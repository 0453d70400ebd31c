package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

const (
	maxReplays = 20 // that are kept
	// leastPatience is how long an answer is waited for at least, before the next message goes; one that took longer before may take
	// twice that.
	leastPatience = int64(3e9)
)

// replay sends what an extension was sent before once more, each when the one before was answered, and compares the answers.
type replay struct {
	graph, name string
	at          int64
	after       string // the change before which they were sent first; "" if there was none
	cut         int    // that are not kept whole
	items       []resent
	next        int // the first that was not sent yet
}

// resent is a message that is sent again.
type resent struct {
	first trace.Event // as it was sent
	id    uint64      // as it is sent now; 0: not yet
	until int64       // an answer is waited for
	done  bool
	same  bool
	said  string // what came of it
}

// resentMsg says what became of a message that was sent again.
type resentMsg struct {
	of  *replay
	id  uint64
	err error
}

// canReplay reports that there is an extension to which messages could be sent again.
func (m *Model) canReplay() bool { return !m.inside && m.canRestart() }

// replay begins to send the last inputs of an extension again: those before its newest reload, whose answers another build gave.
func (m *Model) replay(graph, name string, count int) tea.Cmd {
	n := nodeOf(m.c, item{extension, graph, name})
	switch {
	case !m.c.CanAct():
		return ui.Recorded(m.c)
	case n == nil || n.State != trace.Running:
		return ui.Toast(trace.Warn, name+" does not run, so nothing can be sent again to it.")
	case slices.ContainsFunc(m.replays, func(r *replay) bool { return r.name == name && r.graph == graph && !r.over() }):
		return ui.Note("Messages are being sent again to " + name + " just now.")
	}
	r := &replay{graph: graph, name: name, at: m.c.Now}
	var in []trace.Event
	if ch := m.c.Store.LastChange(n); ch != nil {
		in, r.cut = m.c.Store.Inputs(n, ch.Stop, count)
		r.after = ch.Why
	}
	if len(in) == 0 {
		in, r.cut = m.c.Store.Inputs(n, m.c.Now, count)
		r.after = ""
	}
	if len(in) == 0 {
		return ui.Note("None of the newest messages is a command or data for " + name + " that could be sent again.")
	}
	for i := range in {
		r.items = append(r.items, resent{first: in[i]})
	}
	m.replays = append(m.replays[max(len(m.replays)-maxReplays+1, 0):], r)
	m.fill()
	return tea.Batch(func() tea.Msg { return ui.LiveMsg{} }, m.sendNext(r))
}

func (r *replay) over() bool {
	return !slices.ContainsFunc(r.items, func(i resent) bool { return !i.done })
}

// sendNext sends the next message of a replay; one that cannot be sent is passed over.
func (m *Model) sendNext(r *replay) tea.Cmd {
	for r.next < len(r.items) {
		it := &r.items[r.next]
		r.next++
		again, refused := ui.Rebuild(m.c, &it.first)
		if refused == nil {
			it.until = m.c.Now + leastPatience
			if c := m.c.Store.Command(it.first.ID); c != nil {
				it.until += 2 * c.LatencyNS
			}
			return ui.To(ui.Config, ui.Send(m.c, again, func(id uint64, err error) tea.Msg { return resentMsg{r, id, err} }))
		}
		it.done, it.said = true, "not sent: "+refused.Text
	}
	return m.ended(r)
}

// resent takes what became of a message.
func (m *Model) resent(msg resentMsg) tea.Cmd {
	it := &msg.of.items[msg.of.next-1]
	it.id = msg.id
	if msg.err != nil {
		it.done, it.said = true, "not sent: "+msg.err.Error()
		return m.sendNext(msg.of)
	}
	return m.lookAfter(msg.of)
}

// stepReplays goes on with the replays whose last message was answered.
func (m *Model) stepReplays() tea.Cmd {
	var cmds []tea.Cmd
	for _, r := range m.replays {
		cmds = append(cmds, m.lookAfter(r))
	}
	return tea.Batch(cmds...)
}

// lookAfter looks what came of the message that was sent last.
func (m *Model) lookAfter(r *replay) tea.Cmd {
	if r.next == 0 {
		return nil
	}
	it := &r.items[r.next-1]
	if it.done || it.id == 0 {
		return nil
	}
	now := m.c.Store.Command(it.id)
	switch {
	case it.first.Type != msg.KindCmd:
		it.same, it.said = true, "sent; data has no answer"
	case m.c.Now < it.until && (now == nil || !now.Finished && !now.Lost()):
		return nil
	default:
		it.said = differs(m.answer(it.first.ID), m.answer(it.id), m.c.Theme.Signs.Arrow)
		if it.same = it.said == ""; it.same {
			it.said = same
		}
	}
	it.done = true
	return m.sendNext(r)
}

// ended says how a replay went.
func (m *Model) ended(r *replay) tea.Cmd {
	m.fill()
	for i := range r.items {
		if it := &r.items[i]; !it.same {
			return ui.Toast(trace.Warn, r.name+": "+r.summary()+". "+it.first.Name.String()+" "+it.said)
		}
	}
	return ui.Toast(trace.Info, r.name+": "+r.summary()+".")
}

// summary counts the answers.
func (r *replay) summary() string {
	same, asked := 0, 0
	for i := range r.items {
		if it := &r.items[i]; it.first.Type == msg.KindCmd {
			asked++
			if it.done && it.same {
				same++
			}
		}
	}
	text := ui.Grouped(len(r.items)) + " sent again"
	switch {
	case !r.over():
		text = ui.Grouped(r.next) + " of " + text
	case asked == 0:
	case same == asked:
		text = ui.Plural(asked, "answer") + " as before, " + text
	default:
		text = ui.Grouped(asked-same) + " of " + ui.Plural(asked, "answer") + " differ, " + text
	}
	if r.cut > 0 {
		text += ", " + ui.Grouped(r.cut) + " not kept whole"
	}
	return text
}

// same is said of an answer that is as before.
const same = "same"

// answer is how a command was answered.
type answer struct {
	given    bool
	status   msg.Status
	property []byte
}

func (m *Model) answer(id uint64) (a answer) {
	c := m.c.Store.Command(id)
	if c == nil || !c.Replied() {
		return a
	}
	e, _ := m.c.Store.At(c.ResultSeq)
	return answer{true, c.Status, e.Property}
}

// differs says how an answer is unlike the one before, "" if it is not: by the status, else by the first of the properties.
func differs(was, is answer, arrow string) string {
	arrow = " " + arrow + " "
	switch {
	case !was.given && !is.given:
		return ""
	case !was.given:
		return "had no answer before, now " + is.status.String()
	case !is.given:
		return "has no answer now, before " + was.status.String()
	case was.status != is.status:
		return "differs: status " + was.status.String() + arrow + is.status.String()
	}
	all := unlikeLeaves(leaves(was.property), leaves(is.property), arrow)
	switch len(all) {
	case 0:
		return ""
	case 1:
		return "differs: " + all[0]
	}
	return "differs: " + all[0] + " and " + strconv.Itoa(len(all)-1) + " more"
}

// unlikeLeaves names the values that are not the same, in the order of the first, then what only the second has.
func unlikeLeaves(was, is []leaf, arrow string) (all []string) {
	const nothing = "nothing"
	now := map[string]string{}
	for _, l := range is {
		now[l.path] = l.value
	}
	for _, l := range was {
		if v := cmp.Or(now[l.path], nothing); v != l.value {
			all = append(all, l.path+" "+l.value+arrow+v)
		}
		delete(now, l.path)
	}
	for _, l := range is {
		if v, only := now[l.path]; only {
			all = append(all, l.path+" "+nothing+arrow+v)
		}
	}
	return all
}

// replayRows are a replay and its messages.
func replayRows(r *replay) []row {
	head := row{tone: good, key: "replay", value: r.name + ": " + r.summary(), at: r.at}
	if r.after != "" {
		head.said = "They were sent to " + r.name + " before this, too: " + r.after + "."
	}
	if !r.over() {
		head.tone = waiting
	}
	out := []row{head}
	for i := range r.items {
		it := &r.items[i]
		line := row{tone: outcome, figure: strings.TrimSpace(it.first.Name.String() + " " + ui.Fields(it.first.Property)), word: it.said, at: r.at}
		switch {
		case it.done && !it.same && it.id == 0: // it could not be sent
			line.turn, out[0].tone = store.Worse, wrong
		case it.done && !it.same:
			line.differs, out[0].differs = true, true
		case !it.done && i < r.next:
			line.word = "waits for its answer"
		case !it.done:
			line.word = "waits"
		}
		line.value = line.figure + "  " + line.word
		line.said = it.first.Name.String() + " #" + strconv.FormatUint(it.first.ID, 10) + " again as #" + strconv.FormatUint(it.id, 10) + ": " + line.word
		out = append(out, line)
	}
	return out
}

// replayed is the newest replay to the selected extension, as rows; none if there is none.
func (m *Model) replayed() []row {
	for _, r := range slices.Backward(m.replays) {
		if r.name == m.at.name && r.graph == m.at.graph {
			return replayRows(r)
		}
	}
	return nil
}
