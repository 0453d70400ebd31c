package store

// history is the newest depths of a queue, one for each quarter of a second: the largest seen in it.
type history struct {
	ring  [queueHist]int32
	begin int64 // of the newest sample
	n     int
	out   [queueHist]int
}

const historyStep = second / 4

func (h *history) note(mono int64, depth int) {
	if h.n == 0 {
		h.begin, h.n = mono-mono%historyStep, 1
	}
	steps := (mono - h.begin) / historyStep
	if steps > 0 {
		h.push(int(min(steps, queueHist)), int32(depth))
		h.begin += steps * historyStep
	}
	last := &h.ring[queueHist-1]
	*last = max(*last, int32(depth))
}

func (h *history) push(steps int, depth int32) {
	keep := h.ring[queueHist-1]
	copy(h.ring[:], h.ring[steps:])
	for i := queueHist - steps; i < queueHist; i++ {
		h.ring[i] = min(keep, depth) // it stood between the two while nothing was said of it
	}
	h.n = min(h.n+steps, queueHist)
}

func (h *history) values() []int {
	for i := range h.n {
		h.out[i] = int(h.ring[queueHist-h.n+i])
	}
	return h.out[:h.n]
}
