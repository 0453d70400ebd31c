package tui

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

var (
	stages = []trace.State{trace.Configure, trace.Init, trace.Start, trace.Running, trace.Stop, trace.Deinit, trace.Failed}
	kinds  = []msg.Kind{msg.KindCmd, msg.KindResult, msg.KindData, msg.KindAudioFrame, msg.KindVideoFrame}
)
