package ui

// Changes remembers when numbers changed: one that did is bright for a second. The zero Changes work.
type Changes struct{ seen map[uint64]change }

type change struct {
	value int
	at    int64 // 0: it has never changed
}

const (
	freshTime  = int64(1e9)
	maxChanges = 4096
)

// Note tells the value of a number at the moment now.
func (c *Changes) Note(key uint64, value int, now int64) {
	old, known := c.seen[key]
	switch {
	case known && old.value == value:
		return
	case !known && len(c.seen) >= maxChanges || c.seen == nil:
		c.seen = map[uint64]change{}
	}
	was := change{value: value}
	if known {
		was.at = max(now, 1)
	}
	c.seen[key] = was
}

// Fresh reports that the number changed within the last second.
func (c *Changes) Fresh(key uint64, now int64) bool {
	at := c.seen[key].at
	return at > 0 && now-at < freshTime
}
