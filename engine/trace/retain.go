package trace

import (
	"encoding/binary"
	"sort"
	"sync"
	"sync/atomic"
)

// blockLen is a size class of Go's allocator, and what is evicted at once.
const blockLen = 32 << 10

// recordMax is the largest head of a record in a block: difference of Seq, difference of Mono, length of the body.
const recordMax = 3 * binary.MaxVarintLen64

// block is a stretch of one class. Its bytes are never written again once they are published, so that readers need no lock
// and events may alias them. It holds no pointer for the garbage collector to follow.
type block struct {
	first uint64 // Seq of the first event
	base  int64  // Mono of the first event
	nth   uint64 // events of the class before this block
	data  []byte

	// Of the one who fills the block.
	fill   int
	seq    uint64 // of the last event
	mono   int64
	events uint64
	heads  int64
	shown  int // bytes published

	// For readers, in this order.
	size  atomic.Int64
	last  atomic.Uint64
	count atomic.Uint64
}

// publish lets readers see what was added.
func (b *block) publish() {
	if b.shown == b.fill {
		return
	}
	b.shown = b.fill
	b.size.Store(int64(b.fill))
	b.last.Store(b.seq)
	b.count.Store(b.events)
}

func (b *block) add(seq uint64, mono int64, body []byte) {
	i := putUvarint(b.data, b.fill, seq-b.seq)
	i = putUvarint(b.data, i, zigzag(mono-b.mono))
	i = putUvarint(b.data, i, uint64(len(body)))
	b.fill = i + copy(b.data[i:], body)
	b.seq, b.mono = seq, mono
	b.events++
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// shelf holds the blocks of one class, the oldest first.
type shelf struct {
	blocks  []*block // the last one is being filled
	bytes   int64
	evicted uint64 // events
	gone    int64  // bytes evicted
}

func (s *shelf) open() *block {
	if len(s.blocks) == 0 {
		return nil
	}
	return s.blocks[len(s.blocks)-1]
}

// total is the number of events the shelf ever held and published.
func (s *shelf) total() uint64 {
	if b := s.open(); b != nil {
		return b.nth + b.count.Load()
	}
	return s.evicted
}

// after returns the first block that ends at seq or later; nil if there is none.
func (s *shelf) after(seq uint64) *block {
	blocks := s.blocks
	if b := s.open(); b != nil && b.last.Load() == 0 {
		blocks = blocks[:len(blocks)-1] // nothing of it is published yet, and the search needs rising numbers
	}
	i := sort.Search(len(blocks), func(i int) bool { return blocks[i].last.Load() >= seq })
	if i == len(blocks) {
		return nil
	}
	return blocks[i]
}

// rank returns how many published events of the class are older than seq; those evicted count, too.
func (s *shelf) rank(seq uint64) uint64 {
	total := s.total() // before the search: if it counts an event from seq on, the search finds that one's block
	b := s.after(seq)
	if b == nil {
		return total
	}
	n := b.nth
	for c := (cursor{block: b}); c.read() && c.seq < seq; {
		n++
	}
	return n
}

// store is what the log keeps: two shelves in a bounded number of bytes. One goroutine at a time adds; readers take the lock
// when they go from block to block.
type store struct {
	memory, tap int64

	seq     uint64 // last one given
	newest  int64  // its Mono
	started [classes]*block

	// Published.
	last      atomic.Uint64
	mono      atomic.Int64
	evictions atomic.Uint64
	heads     atomic.Int64
	headsCut  atomic.Uint64
	waiting   atomic.Bool
	ended     atomic.Bool

	mu      sync.Mutex
	shelves [classes]shelf
	floor   uint64        // newest Seq evicted
	more    chan struct{} // closed when there is more to read
}

func (s *store) init(opt Options) {
	s.memory, s.tap = max(opt.Memory, 4*blockLen), opt.Tap
}

// add appends an event: with the Seq given if it is the next or a later one, else with the next.
func (s *store) add(seq uint64, mono int64, class class, body []byte, head int) {
	s.seq = max(seq, s.seq+1)
	s.newest = mono
	if head > 0 && s.heads.Load()+int64(head) > s.tap {
		body, head = cutHead(body, head), 0
		s.headsCut.Add(1)
	}
	b := s.started[class]
	if b == nil || len(b.data)-b.fill < recordMax+len(body) {
		b = s.turn(class, recordMax+len(body))
	}
	b.add(s.seq, mono, body)
	if head > 0 {
		b.heads += int64(head)
		s.heads.Add(int64(head))
	}
}

// gap adds the event that says that n events were dropped.
func (s *store) gap(n uint64, mono int64) {
	e := Event{Kind: Gap, Count: n}
	body := make([]byte, sizeBody(&e))
	end, _ := encodeBody(body, &e)
	s.add(0, mono, protected, body[:end], 0)
}

// turn opens a new block and evicts what is then too much.
func (s *store) turn(class class, record int) *block {
	s.publishBlocks() // all but s.seq, which is on its way
	s.last.Store(s.seq - 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	sh := &s.shelves[class]
	b := &block{first: s.seq, base: s.newest, nth: sh.total(), data: make([]byte, max(record, blockLen))}
	b.seq, b.mono = b.first, b.base
	sh.blocks = append(sh.blocks, b)
	sh.bytes += int64(len(b.data))
	s.started[class] = b
	for s.kept() > s.memory && s.evict(b) {
	}
	return b
}

// kept is how many bytes the shelves hold; for the one who adds.
func (s *store) kept() int64 { return s.shelves[protected].bytes + s.shelves[expendable].bytes }

// evict gives a block up: the oldest expendable one, down to the share that stays for readers that are on their way; then the oldest
// protected one; then what is left but keep. It returns false when nothing is left to give.
func (s *store) evict(keep *block) bool {
	media, rest := &s.shelves[expendable], &s.shelves[protected]
	switch {
	case len(media.blocks) > 0 && media.bytes-int64(len(media.blocks[0].data)) >= s.memory/fresh:
		return s.giveUp(expendable, keep)
	case len(rest.blocks) > 0 && rest.blocks[0] != s.started[protected]:
		return s.giveUp(protected, keep)
	}
	return s.giveUp(expendable, keep)
}

// fresh is the part of the memory that the newest expendable events have for themselves. Without it they would be gone as soon as
// they came, once protected ones fill the memory, and no reader would see them any more.
const fresh = 16

// giveUp gives up the oldest block of a class, if there is one and it is not keep.
func (s *store) giveUp(class class, keep *block) bool {
	sh := &s.shelves[class]
	if len(sh.blocks) == 0 || sh.blocks[0] == keep {
		return false
	}
	b := sh.blocks[0]
	if b == s.started[class] {
		s.started[class] = nil
	}
	sh.blocks[0] = nil
	sh.blocks = sh.blocks[1:]
	sh.bytes -= int64(len(b.data))
	sh.gone += int64(len(b.data))
	sh.evicted += b.events
	s.heads.Add(-b.heads)
	s.floor = max(s.floor, b.seq)
	s.evictions.Add(b.events)
	return true
}

func (s *store) publishBlocks() {
	for _, b := range s.started {
		if b != nil {
			b.publish()
		}
	}
}

// publish lets readers see all that was added, and wakes those that wait. The order matters: a reader loads last first, and
// finds all events up to it in the blocks.
func (s *store) publish() {
	s.publishBlocks()
	s.mono.Store(s.newest)
	s.last.Store(s.seq)
	if s.waiting.Load() {
		s.notify()
	}
}

func (s *store) notify() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting.Store(false)
	if s.more != nil {
		close(s.more)
		s.more = nil
	}
}

// signal returns the channel that will be closed when there is more to read. Ask again for what is there after this call.
func (s *store) signal() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.more == nil {
		s.more = make(chan struct{})
	}
	s.waiting.Store(true)
	return s.more
}

// close tells readers that nothing will come any more.
func (s *store) close() {
	s.ended.Store(true)
	s.notify()
}

func (s *store) after(class class, seq uint64) *block {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shelves[class].after(seq)
}

// keptFrom returns the newest Seq evicted, and how many events from seq up to it are kept.
func (s *store) keptFrom(seq uint64) (floor, kept uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.floor < seq {
		return s.floor, 0
	}
	for i := range s.shelves {
		sh := &s.shelves[i]
		kept += sh.rank(s.floor+1) - sh.rank(seq)
	}
	return s.floor, kept
}

func (s *store) span() (first, last uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last = s.last.Load()
	for i := range s.shelves {
		if blocks := s.shelves[i].blocks; len(blocks) > 0 && blocks[0].first <= last && (first == 0 || blocks[0].first < first) {
			first = blocks[0].first
		}
	}
	if first == 0 {
		return 0, 0
	}
	return first, last
}

func (s *store) stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	class := func(sh *shelf) ClassStats {
		return ClassStats{Events: sh.total() - sh.evicted, Bytes: sh.bytes, Evicted: sh.evicted, EvictedBytes: sh.gone}
	}
	return Stats{
		Protected:  class(&s.shelves[protected]),
		Expendable: class(&s.shelves[expendable]),
		Heads:      s.heads.Load(),
		HeadsCut:   s.headsCut.Load(),
	}
}
