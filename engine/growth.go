package engine

import (
	"fmt"
	"math"
	"sync"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// What goes wrong slowly: messages that go round, mailboxes that only grow, audio that does not keep time.

// manyHops is after how many handlers, each moved by the message before, a message is taken to go round. In a graph with so many
// extensions that a message may come through as many different ones it takes more: see goesRound.
const manyHops = 64

// nextHop is the hops of what d's handler sends.
func (d *Delivery) nextHop() uint16 {
	if d.ID == 0 {
		return 0
	}
	return oneMore(d.hops)
}

// oneMore counts a handler.
func oneMore(hops uint16) uint16 {
	if hops == math.MaxUint16 {
		return hops
	}
	return hops + 1
}

// goesRound reports, at one station of a chain, that a message has come through so many handlers that it must have been where it is.
func (e *Engine) goesRound(hops uint16) bool {
	return hops >= manyHops && int(hops) == max(manyHops, 2*len(e.nodes.Load().order))
}

// going names what goes round.
type going struct {
	kind msg.Kind
	name trace.Sym
}

// lintCycle reports a message that comes to n after very many handlers: once for each life of n and of the sender, as the next message
// that is sent into the round goes round as well.
func (n *Node) lintCycle(l *letter) {
	what := going{l.m.Kind(), l.name}
	if l.from.toldRound(what, false) || n.toldRound(what, true) {
		return
	}
	to := n.name
	if l.from == n {
		to = "itself"
	}
	n.lint(trace.Event{Rule: ruleMessageCycle, Level: trace.Warn, ID: l.id, Name: l.name, Type: what.kind, From: l.from.sym, To: n.sym, Count: uint64(l.hops),
		Detail: fmt.Sprintf("%s sends %s %s to %s, and it goes round (the %dth message in a row that a handler sent because of the one before): "+
			"let the handlers send it on only while something is left to do.", l.from.name, what.kind, l.name, to, l.hops)})
}

// toldRound reports whether it has been said of n that this goes round, and with note notes that it is being said.
func (n *Node) toldRound(what going, note bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	told := n.rounds[what]
	if note && !told {
		if n.rounds == nil {
			n.rounds = map[going]bool{}
		}
		n.rounds[what] = true
	}
	return told
}

const (
	sampleEvery = int64(time.Second)
	growingRow  = 10 // samples in a row that a mailbox grew
	growingMin  = 50 // messages that must wait in it then
	paceRow     = 5  // samples in a row with audio
	paceSlack   = 0.1
	stoodStill  = 5 * sampleEvery / 2 // between two samples: the whole program was suspended, or had no processor
)

// growth is what the watch knows of a node from its samples.
type growth struct {
	queue  int // in the last sample
	row    int // samples in a row in which it grew
	told   bool
	pacing map[trace.Sym]*pacing
}

// pacing is the audio of one name over the last samples.
type pacing struct {
	since int64 // when the first of the row was taken
	at    int64 // nanoseconds of audio by then
	row   int
	last  int64 // nanoseconds of audio in the last sample
	seen  int64 // when that was
	told  bool
}

// step takes a sample and reports how much audio came in how much time, once that is enough to tell. The first and the last second are
// not whole, so they do not count.
func (p *pacing) step(total, now int64) (played, passed time.Duration, ok bool) {
	came := total > p.last && now-p.seen < stoodStill
	p.last, p.seen = total, now
	if !came {
		p.row, p.told = 0, false
		return 0, 0, false
	}
	if p.row++; p.row == 1 {
		p.since, p.at = now, total
	}
	return time.Duration(total - p.at), time.Duration(now - p.since), p.row > paceRow && !p.told
}

// sample looks at what grows; once a second.
func (w *watch) sample(n *Node, now int64) {
	g := w.growth[n]
	if g == nil {
		g = &growth{pacing: map[trace.Sym]*pacing{}}
		w.growth[n] = g
	}
	w.queue(n, g)
	for name, total := range n.pace.totals() {
		w.audio(n, g, name, total, now)
	}
}

func (w *watch) queue(n *Node, g *growth) {
	n.mu.Lock()
	n.gather()
	live := n.box.live
	n.mu.Unlock()
	if live > g.queue {
		g.row++
	} else {
		g.row = 0
	}
	g.told = g.told && live > 0
	g.queue = live
	if g.row >= growingRow && live >= growingMin && !g.told {
		g.told = true
		n.lint(trace.Event{Rule: ruleQueueGrowing, Level: trace.Warn, Count: uint64(live),
			Detail: fmt.Sprintf("The mailbox of %s has grown for %d s and holds %d messages: it gets more than it handles.", n.name, g.row, live)})
	}
}

// audio compares the audio of one name with the time that passed.
func (w *watch) audio(n *Node, g *growth, name trace.Sym, total, now int64) {
	p := g.pacing[name]
	if p == nil {
		p = &pacing{seen: now}
		g.pacing[name] = p
	}
	played, passed, ok := p.step(total, now)
	if !ok {
		return
	}
	if off := played.Seconds()/passed.Seconds() - 1; math.Abs(off) > paceSlack {
		p.told = true
		n.lint(trace.Event{Rule: ruleMediaPace, Level: trace.Info, Name: name, Type: msg.KindAudioFrame, From: n.sym,
			Detail: fmt.Sprintf("%s sent %s of audio_frame %s within %s.", n.name, played.Round(10*time.Millisecond), name, passed.Round(10*time.Millisecond))})
	}
}

// pace is how much audio a node has sent, by name.
type pace struct {
	mu   sync.Mutex
	sent map[trace.Sym]int64 // nanoseconds
}

func (p *pace) add(name trace.Sym, f *msg.AudioFrame) {
	if f.SampleRate <= 0 || f.SamplesPerChannel <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent == nil {
		p.sent = map[trace.Sym]int64{}
	}
	p.sent[name] += int64(f.SamplesPerChannel) * int64(time.Second) / int64(f.SampleRate)
}

func (p *pace) totals() map[trace.Sym]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sent) == 0 {
		return nil
	}
	out := make(map[trace.Sym]int64, len(p.sent))
	for name, ns := range p.sent {
		out[name] = ns
	}
	return out
}
