package now

import (
	"slices"

	"tenbench/engine/trace"
	"tenbench/tui/store"
)

// flight is a row of the commands in flight: one that is open, or all of one kind that nobody seems to answer or that are held.
type flight struct {
	cmd   *store.Command // of several the newest
	count int
	since int64 // when the oldest of them was sent
}

const (
	calm       = 100e6 // how long a command must be open before it gets a row: those that are answered at once would only flicker
	maxFlights = 4096  // how many open commands are looked at
)

// refreshFlights chooses the rows: what can still be answered, the oldest first, below what is lost. Unanswered commands of one
// kind share a row, so that they do not crowd out the others. What finds no row is counted.
func (m *Model) refreshFlights() {
	m.flights, m.silent = m.flights[:0], 0
	lost, seen := 0, 0
	for c := range m.c.Store.Open {
		if m.c.Now-c.Sent < calm {
			break // they are in the order of sending
		}
		if seen++; seen > maxFlights {
			seen = m.c.Store.OpenCount()
			break
		}
		if c.Silent() {
			m.silent++
		}
		if i := slices.IndexFunc(m.flights, func(f flight) bool { return alike(f.cmd, c) }); i >= 0 {
			m.flights[i] = flight{c, m.flights[i].count + 1, m.flights[i].since}
		} else if c.Lost() && lost < (m.layout.commands+1)/2 {
			m.flights = slices.Insert(m.flights, lost, flight{c, 1, c.Sent})
			lost++
		} else if !c.Lost() && len(m.flights)-lost < m.layout.commands {
			m.flights = append(m.flights, flight{c, 1, c.Sent})
		}
	}
	room := m.layout.commands
	m.flights = m.flights[:min(len(m.flights), room)]
	if m.shownFlights() < seen && len(m.flights) == room && room > 1 {
		m.flights = m.flights[:room-1] // the last row says how many more there are
	}
	m.hidden = seen - m.shownFlights()
}

// shownFlights counts the commands that have a row or share one.
func (m *Model) shownFlights() (n int) {
	for _, f := range m.flights {
		n += f.count
	}
	return n
}

// alike reports that two commands nobody seems to answer, or that are held, differ in nothing but their number.
func alike(a, b *store.Command) bool {
	type kind struct {
		graph, from, to, name trace.Sym
		lost                  bool
		debtor                trace.Debtor
	}
	return (a.Silent() && b.Silent() || a.Waits() && b.Waits()) &&
		kind{a.Graph, a.From, a.To, a.Name, a.Lost(), a.Debtor} == kind{b.Graph, b.From, b.To, b.Name, b.Lost(), b.Debtor}
}
