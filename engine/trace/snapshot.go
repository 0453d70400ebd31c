package trace

import (
	"encoding/json"
	"fmt"
)

// Counts counts the open paths by debtor, into s.Count and as its result.
func (s *Snapshot) Counts() map[string]int {
	s.Count = make(map[string]int)
	for i := range s.Paths {
		s.Count[s.Paths[i].Debtor]++
	}
	return s.Count
}

// Snapshot decodes the state that a snapshot event carries.
func (e *Event) Snapshot() (Snapshot, error) {
	s := Snapshot{Mono: e.Mono}
	if e.Kind != SnapshotTaken {
		return s, fmt.Errorf("event %d is %s, not a snapshot", e.Seq, e.Kind)
	}
	if err := json.Unmarshal(e.Property, &s); err != nil {
		return s, fmt.Errorf("snapshot in event %d: %w", e.Seq, err)
	}
	return s, nil
}
