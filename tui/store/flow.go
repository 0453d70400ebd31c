package store

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const (
	maxFlows   = 512
	flowLevels = 512
)

type flowKey struct {
	graph, from, to, name trace.Sym
	kind                  msg.Kind
}

// Flow is a stream of data or frames of one name between two extensions.
type Flow struct {
	From, To, Name trace.Sym
	Type           msg.Kind
	Count          uint64
	Bytes          int64
	Rate           Rate
	Last           int64 // when the newest one was sent
	Seq            uint64

	trace.Beat         // of frames
	Levels     []Level // of audio: how loud, oldest first; bounded
}

// Level is how loud a moment of audio was, 0 to 255.
type Level struct {
	Mono int64
	Loud uint8
}
