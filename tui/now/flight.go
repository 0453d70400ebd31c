package now

import (
	"slices"

	"tenbench/engine/trace"
	"tenbench/tui/store"
)

// flight is a row of the commands in flight: one that is open, or all of one kind that are lost.
type flight struct {
	cmd   *store.Command // of several the newest
	count int
}

const (
	calm       = 100e6 // how long a command must be open before it gets a row: those that are answered at once would only flicker
	maxFlights = 4096  // how many open commands are looked at
)

// refreshFlights chooses the rows: what can still be answered, the oldest first, below what is lost. Lost commands of one kind
// share a row, so that they do not crowd out the others.
func (m *Model) refreshFlights() {
	m.flights = m.flights[:0]
	lost, seen := 0, 0 // rows
	for c := range m.c.Store.Open {
		if seen++; m.c.Now-c.Sent < calm || seen > maxFlights {
			break // they are in the order of sending
		}
		if !c.Lost() {
			if len(m.flights)-lost < m.layout.commands {
				m.flights = append(m.flights, flight{c, 1})
			}
			continue
		}
		if i := slices.IndexFunc(m.flights[:lost], func(f flight) bool { return alike(f.cmd, c) }); i >= 0 {
			m.flights[i] = flight{c, m.flights[i].count + 1}
		} else if lost < (m.layout.commands+1)/2 {
			m.flights = slices.Insert(m.flights, lost, flight{c, 1})
			lost++
		}
	}
	m.flights = m.flights[:min(len(m.flights), m.layout.commands)]
}

// alike reports that two commands differ in nothing but their number.
func alike(a, b *store.Command) bool {
	type kind struct{ graph, from, to, name trace.Sym }
	return kind{a.Graph, a.From, a.To, a.Name} == kind{b.Graph, b.From, b.To, b.Name}
}
