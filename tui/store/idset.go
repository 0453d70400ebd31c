package store

// maxIDs bounds an idSet.
const maxIDs = 1 << 14

// idSet is the ids that were added last. The zero idSet is empty.
type idSet struct {
	ids  map[uint64]struct{}
	ring []uint64
	next int
}

func (s *idSet) has(id uint64) bool {
	_, ok := s.ids[id]
	return ok
}

func (s *idSet) add(id uint64) {
	switch {
	case s.has(id):
		return
	case s.ids == nil:
		s.ids = map[uint64]struct{}{}
	}
	if len(s.ring) < maxIDs {
		s.ring = append(s.ring, id)
	} else {
		delete(s.ids, s.ring[s.next])
		s.ring[s.next] = id
		s.next = (s.next + 1) % maxIDs
	}
	s.ids[id] = struct{}{}
}
