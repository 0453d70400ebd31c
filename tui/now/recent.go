package now

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// recentRow is a thing that happened, or a stream that flows.
type recentRow struct {
	event trace.Event
	flow  *store.Flow // set for a stream; event is its newest message
}

const (
	recentEvery  = 250e6 // how often the rows change: a person cannot read faster
	streamActive = 3e9   // a stream that was silent for longer is over
)

// refreshRecent takes the newest things from the store.
func (m *Model) refreshRecent() {
	if len(m.recent) > 0 && m.c.Now-m.fresh < recentEvery && len(m.recent) <= m.layout.recent {
		return
	}
	m.fresh = m.c.Now
	m.recent = m.recent[:0]
	for _, f := range m.c.Store.Flows() {
		if m.c.Now-f.Last < streamActive {
			m.take(f.Seq, f)
		}
	}
	slices.SortFunc(m.recent, func(a, b recentRow) int { return int(b.event.Seq) - int(a.event.Seq) })
	if most := max(m.layout.recent/2, 1); len(m.recent) > most {
		m.recent = m.recent[:most]
	}
	for seq := range m.c.Store.Recent {
		if len(m.recent) >= m.layout.recent {
			break
		}
		m.take(seq, nil)
	}
	slices.SortFunc(m.recent, func(a, b recentRow) int { return int(b.event.Seq) - int(a.event.Seq) })
}

func (m *Model) take(seq uint64, f *store.Flow) {
	if e, ok := m.c.Store.At(seq); ok {
		m.recent = append(m.recent, recentRow{e, f})
	}
}

func (m *Model) viewRecent() {
	th := m.c.Theme
	l := m.heading("RECENT", -1, th.Quiet)
	if m.c.Paused {
		l.End(th.Held, "standing still "+th.Signs.Held, 1)
	} else if m.c.Live() {
		l.End(th.Quiet, "following "+th.Signs.Down, 1)
	}
	if len(m.recent) == 0 {
		m.frame.Row().Gap(1).Text(th.Quiet, "Nothing yet. Press ").Text(th.Key, "i").Text(th.Quiet, " to send a message.")
		return
	}
	for i := range m.recent[:min(len(m.recent), m.layout.recent)] {
		m.viewRecentRow(&m.recent[i])
	}
}

func (m *Model) viewRecentRow(r *recentRow) {
	th, e := m.c.Theme, &r.event
	l := m.frame.Row().Margin(1)
	l.Gap(1).Clock(th.Quiet, e.Mono, 9).Gap(3)
	switch e.Kind {
	case trace.LogLine, trace.Lint, trace.Config, trace.Process, trace.Fault:
		m.viewRecentLog(l, e)
	case trace.Transition:
		m.recentHead(l, th.Quiet, "state", th.Text, e.Extension.String(), "", "")
		l.Text(th.Stage(e.State), e.State.String())
		if e.Detail != "" {
			l.Gap(2).Text(th.Quiet, e.Detail)
		}
	case trace.Result:
		m.viewRecentResult(l, e)
	default:
		m.viewRecentMessage(l, r)
	}
}

// recentHead draws the columns that all rows have, up to the one that differs.
func (m *Model) recentHead(l *ui.Line, kindStyle theme.Style, kind string, nameStyle theme.Style, name, from, to string) {
	th := m.c.Theme
	l.Cell(kindStyle, kind, 8).Cell(nameStyle, name, 12).Gap(1)
	width := min(m.w-l.Used()-m.w*4/10, 50)
	end := l.Used() + width
	switch {
	case to != "":
		toWidth := min(ui.Width(to), width-4)
		l.Cell(th.Quiet, from, min(ui.Width(from), max(width-4-toWidth, 0))).Gap(1)
		l.Sign(th.Quiet, th.Signs.Arrow).Gap(1).Cell(th.Quiet, to, min(toWidth, max(end-l.Used()-1, 0)))
	default:
		l.Cell(th.Quiet, from, min(ui.Width(from), width-1))
	}
	l.Col(end)
}

func (m *Model) viewRecentLog(l *ui.Line, e *trace.Event) {
	th := m.c.Theme
	st := m.levelText(e.Level)
	where := e.Extension.String()
	if where == "" && e.Kind != trace.LogLine { // a line that no extension says is a program's output
		where = trace.BenchDrawn
	}
	name := e.Level.String()
	if e.Kind == trace.Lint {
		name = ruleWords(e.Rule.String())
	}
	kind := th.Quiet
	if e.Level >= trace.Warn {
		kind = st
	}
	m.recentHead(l, kind, e.Kind.String(), th.Text, name, where, "")
	l.Text(st, e.Detail)
	if e.Kind == trace.LogLine && len(e.Property) > 2 && l.Left() > 4 {
		l.Gap(2).Text(th.Quiet, ui.Fields(clip(e.Property)))
	}
}

// levelText is the style of a sentence of that severity: only one thing on a screen is loud.
func (m *Model) levelText(l trace.Level) theme.Style {
	if l == trace.Error {
		return m.c.Theme.Bad
	}
	return m.c.Theme.Level(l)
}

func (m *Model) viewRecentResult(l *ui.Line, e *trace.Event) {
	th := m.c.Theme
	asker := e.From
	if asker == e.Extension {
		asker = e.To
	}
	m.recentHead(l, th.Kind(msg.KindResult), "result", th.Text, e.Name.String(), e.Extension.String(), asker.String())
	st, word, detail := th.OK, e.Status.String(), e.Detail
	switch c := m.c.Store.Command(e.ID); {
	case e.Final && c != nil && c.Cut(): // nobody said that
		st, word, detail = th.Quiet, "cut", strings.TrimPrefix(detail, trace.DetailCut)
	case e.Final && c != nil && c.Forgone() && c.ResultSeq == e.Seq: // nor that: the engine did, for the sender's sake
		st, word = th.Bad, ui.Outcome(c)
	case e.Status == msg.Error:
		st = th.Bad
	}
	l.IDCell(st, e.ID, idWidth(e.ID)+2).Text(st, word)
	if !e.Final {
		l.Text(th.Quiet, " partial")
	}
	if e.LatencyNS > 0 {
		l.Gap(2).Dur(th.Quiet, e.LatencyNS, 7)
	}
	if detail != "" {
		l.Gap(2).Text(th.Quiet, detail)
	}
}

func (m *Model) viewRecentMessage(l *ui.Line, r *recentRow) {
	th, e := m.c.Theme, &r.event
	to := e.To.String()
	if e.To == 0 {
		to = "nobody"
	}
	m.recentHead(l, th.Kind(e.Type), ui.KindName(e.Type), th.Text, e.Name.String(), e.From.String(), to)
	if r.flow == nil {
		m.viewStatus(l, e)
		return
	}
	l.Cell(th.Quiet, ui.Size(e.Bytes), 8)
	if r.flow.Type == msg.KindAudioFrame && len(r.flow.Levels) > 0 {
		m.viewWave(l, r)
	} else {
		l.Cell(th.Text, preview(e), max(min(l.Left()-12, 26), 0))
	}
	l.Gap(2).Count(th.Quiet, r.flow.Rate.At(m.c.Now), 4).Text(th.Quiet, "/s")
}

// The wave of a frame: so many cells, of so many samples each. At 16 kHz that is four milliseconds.
const (
	waveCells   = 16
	waveSamples = 4
)

// viewWave draws the beginning of the newest frame as a wave, as high as the line is, and how loud it is.
func (m *Model) viewWave(l *ui.Line, r *recentRow) {
	th, end := m.c.Theme, l.Used()+min(waveCells, max(l.Left()-18, 0))
	var wave [waveCells]int
	for _, v := range waveOf(r.event.BufHead, wave[:end-l.Used()]) {
		l.Sign(th.Quiet, th.Signs.Levels[1+(v*7+127)/255])
	}
	loud := r.flow.Levels[len(r.flow.Levels)-1].Loud
	l.Col(end).Right(th.Quiet, decibels(loud), 8)
}

// waveOf fills cells with the means of samples, 16-bit little-endian, from 0 for the lowest to 255 for the highest. A frame that is
// too short fills fewer.
func waveOf(head []byte, cells []int) []int {
	cells = cells[:min(len(cells), len(head)/2/waveSamples)]
	low, high := 0, 0
	for i := range cells {
		for k := range waveSamples {
			at := 2 * (i*waveSamples + k)
			cells[i] += int(int16(binary.LittleEndian.Uint16(head[at:])))
		}
		low, high = min(low, cells[i]), max(high, cells[i])
	}
	for i, v := range cells {
		cells[i] = (v - low) * 255 / max(high-low, 1)
	}
	return cells
}

// decibels writes a level of 0 to 255 below full scale.
func decibels(loud uint8) string {
	if loud == 0 {
		return "silent"
	}
	return strconv.Itoa(int(math.Round(20*math.Log10(float64(loud)/255)))) + " dB"
}

// viewStatus says how a command is doing.
func (m *Model) viewStatus(l *ui.Line, e *trace.Event) {
	th := m.c.Theme
	c := m.c.Store.Command(e.ID)
	st, word := th.Quiet, "sent"
	switch {
	case e.To == 0:
		st, word = th.Warn, "no route"
	case c == nil:
	case c.Finished:
		st, word = m.ending(c)
	case c.Silent():
		st, word = th.Bad, "no result"
	case c.Held:
		st, word = th.Held, "held"
	case c.Debtor == trace.DebtorQueue:
		st, word = th.Warn, "queued"
	case c.Debtor == trace.DebtorHandler:
		st, word = th.Warn, "in its handler"
	default:
		st, word = th.Warn, "waits for its answer"
	}
	if e.ID != 0 {
		l.IDCell(st, e.ID, idWidth(e.ID)+2)
	}
	l.Text(st, word)
	if s := preview(e); s != "" {
		l.Gap(2).Text(th.Quiet, s)
	}
}

// ending says how a command ended. One that was answered in the end, however late, was answered.
func (m *Model) ending(c *store.Command) (theme.Style, string) {
	th := m.c.Theme
	switch who, inPlace := c.Answerer(); {
	case c.Cut():
		return th.Quiet, "cut"
	case c.Lost():
		return th.Bad, "lost"
	case c.By == trace.ByTimeout:
		return th.Bad, "timeout"
	case c.Died():
		return th.Bad, "died"
	case c.By == trace.ByStop:
		return th.Bad, "no result"
	case c.Status == msg.Error && inPlace:
		return th.Bad, "error by " + who
	case c.Status == msg.Error && c.Late():
		return th.Bad, "error, late"
	case c.Status == msg.Error:
		return th.Bad, "error"
	case inPlace:
		return th.OK, "answered by " + who
	case c.Late():
		return th.Warn, "answered late"
	}
	return th.OK, "answered"
}

const previewLen = 120

// preview is the beginning of a message's properties.
func preview(e *trace.Event) string {
	p := e.Property
	if len(p) <= 2 {
		return ""
	}
	return string(clip(p))
}

// clip keeps what a line could show of a long text.
func clip(p []byte) []byte { return p[:min(len(p), previewLen)] }
