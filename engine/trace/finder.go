package trace

// Finder finds events by seqs that ascend, and goes past those between without decoding them. It belongs to one goroutine, holds no
// lock and needs no closing. What is evicted while it stands there may still be found.
type Finder struct {
	log     *Log
	need    *need
	cursors [classes]cursor
	spots   [classes]spots
	worth   int // below 0 it does not pay to look for what the filter needs
}

// Finder returns a finder for seqs of any height.
func (l *Log) Finder() *Finder { return &Finder{log: l} }

// FinderFor is Finder for one who then asks the filter: an event that does not pass, whatever is known of its command, may not be found.
func (l *Log) FinderFor(f *Filter) *Finder { return &Finder{log: l, need: f.need, worth: worthTrying} }

// Looking for what the filter needs is given up where nearly every event has it.
const (
	worthTrying = 64
	worthMiss   = 2 // how many events that have it are outweighed by one that has not
)

// Find makes e the event with that seq, which is above all it was asked for before; false if it is not kept, or not there yet.
func (f *Finder) Find(seq uint64, e *Event) bool {
	s := &f.log.store
	if seq == 0 || seq > s.last.Load() {
		return false
	}
	for i := range f.cursors {
		c := &f.cursors[i]
		if !c.peek(s, class(i), seq, seq) {
			continue
		}
		if f.need != nil && f.worth >= 0 && f.lacks(c, &f.spots[i]) {
			return false
		}
		c.take(e)
		return true
	}
	return false
}

// lacks reports whether the event that was peeked has not what the filter needs.
func (f *Finder) lacks(c *cursor, s *spots) bool {
	if s.in(f.need, c) || f.need.named(c.body) {
		f.worth--
		return false
	}
	f.worth = min(f.worth+worthMiss, worthTrying)
	return true
}

// need is a word without which nothing passes a filter: it is in a name, or in the bytes of detail or property.
type need struct {
	word  folded
	names symTest
}

// needOf returns the one of the words that is likely the rarest; nil if none can be looked for in bytes.
func needOf(words []string) *need {
	var best *need
	for _, text := range words {
		f, ok := fold(text)
		if ok && (best == nil || rarity(f.low) > rarity(best.word.low)) {
			best = &need{word: f, names: symTest{test: contains(text)}}
		}
	}
	return best
}

// named reports whether the word is in one of the names that a word is looked for in.
func (n *need) named(body []byte) bool {
	return n.names.ofAny(namesOf(body))
}

// spots is where a word is in the bytes of a block: to look through many records at once costs less than to look through each.
type spots struct {
	block *block
	next  int // where the word is, behind what was asked for; seen if it is not there
	seen  int // bytes of the block that were looked at
}

// spotsAhead is how far to look at once. After each spot the look begins anew, so that farther is not better.
const spotsAhead = 2 << 10

// in reports whether the word is in the body that was peeked; the bodies asked for ascend.
func (s *spots) in(n *need, c *cursor) bool {
	begin := c.begin()
	if s.block != c.block || s.next < begin || s.seen < c.off {
		data := c.block.data[:c.block.size.Load()]
		data = data[:min(len(data), max(c.off, begin+spotsAhead))]
		s.block, s.next, s.seen = c.block, len(data), len(data)
		if i := n.word.index(view(data[begin:])); i >= 0 {
			s.next = begin + i
		}
	}
	return s.next+len(n.word.lower) <= c.off
}
