package tuitest

import (
	"math"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const ms = time.Millisecond

// Voice returns fifteen seconds of a voice assistant in which a tool keeps one command: the scene of the looks.
func Voice() *Run {
	r := NewRun("voice-demo", "main_control", "asr", "llm", "weather_tool", "tts")
	r.Up(1*ms, "main_control", 2*ms, 1*ms, 4*ms)
	r.Up(1*ms, "asr", 1*ms, 3*ms, 11*ms)
	r.Up(2*ms, "llm", 1*ms, 1*ms, 1840*ms)
	r.Up(2*ms, "weather_tool", 1*ms, 1*ms, 2*ms)
	r.Up(3*ms, "tts", 2*ms, 5*ms, 9*ms)
	for at := 2 * time.Second; at < 15*time.Second; at += 20 * ms {
		loud := 0.5 + 0.5*math.Sin(float64(at)/4e8)
		r.OneWay(at, msg.KindAudioFrame, "tts", "asr", "pcm_frame", `{}`, tone(loud), 200*time.Microsecond)
	}
	for at := 2 * time.Second; at < 15*time.Second; at += 375 * ms {
		r.OneWay(at, msg.KindData, "asr", "main_control", "asr_result", `{"text":"what is the weather","final":false}`, nil, 90*ms)
	}
	chat := r.Send(Cmd{At: 5300 * ms, From: "main_control", To: "llm", Name: "chat", Property: `{"text":"weather in Berlin?","turn":3}`,
		Source: "agent/main.go:71", Queued: ms, Handling: 1890 * ms, Latency: 1900 * ms, Partials: 22, Answer: `{"text":"It rains."}`})
	r.Send(Cmd{At: 5800 * ms, From: "llm", To: "weather_tool", Name: "tool_call", Property: `{"city":"Berlin","units":"metric"}`, Parent: chat,
		Source: "llm/llm.go:120", Queued: 200 * time.Microsecond, Handling: 600 * ms, Latency: 601 * ms, Answer: `{"city":"Berlin","temp_c":7}`})
	lost := r.Send(Cmd{At: 8102 * ms, From: "main_control", To: "weather_tool", Name: "tool_call", Property: `{"town":"Berlin","units":"metric"}`,
		Source: "agent/main.go:88", Queued: 200 * time.Microsecond, Handling: 400 * time.Microsecond, Lost: true})
	r.Say(8102*ms+300*time.Microsecond, "weather_tool", trace.Debug, lost, "tool.go:42", "OnCmd tool_call")
	r.Say(8102*ms+500*time.Microsecond, "weather_tool", trace.Warn, lost, "tool.go:51", `unknown field "town"`)
	r.Send(Cmd{At: 9 * time.Second, From: "main_control", To: "tts", Name: "flush", Property: `{}`, Handling: 3 * ms, Latency: 40 * ms,
		Status: msg.Error, Answer: `{"detail":"nothing to flush"}`})
	r.Send(Cmd{At: 11920 * ms, From: "main_control", To: "llm", Name: "chat", Property: `{"text":"and tomorrow?","turn":4}`, Queued: ms})
	r.Send(Cmd{At: 12288 * ms, From: "main_control", To: "tts", Name: "speak", Property: `{"text":"It rains."}`, Queued: 100 * ms})
	return r
}

func tone(loud float64) []byte {
	b := make([]byte, 320)
	for i := range len(b) / 2 {
		v := int16(loud * 20000 * math.Sin(float64(i)/4))
		b[2*i], b[2*i+1] = byte(v), byte(v>>8)
	}
	return b
}

// HostileNames are names that break a screen which trusts what it draws.
var HostileNames = []string{
	"日本語の拡張機能", "e\u0301\u0301\u0301combining\u0300", "\u202eright-to-left\u202c", "עברית", "👩‍👩‍👧‍👦🇩🇪", "\x1b[2J\x1b[1;31mred\x1b]0;title\x07",
	"tab\there\nand a line", "bad\xff\xfeutf8", "\u200b\u200d", "\x9b31m\x90q", "x", longName(),
}

func longName() string {
	b := make([]byte, 200)
	for i := range b {
		b[i] = "abcdefghij"[i%10]
	}
	return string(b)
}

// Hostile returns a run in which every name and every text is hostile.
func Hostile() *Run {
	return Named(HostileNames, `{"k\u001b[31m":"v\u001b]0;x\u0007","\u202e":[{"日本":"👩‍👩‍👧‍👦"}]}`, `{"detail":"\u009b2J"}`)
}

// Named returns a run of extensions of these names, in which everything else has a name or a text among them too.
func Named(names []string, property, answer string) *Run {
	r := NewRun("hostile", names...)
	for i, name := range names {
		at := time.Duration(i) * 50 * ms
		next := names[(i+1)%len(names)]
		r.Up(at, name, ms, ms, 20*ms)
		id := r.Send(Cmd{At: at + 300*ms, From: name, To: next, Name: names[len(names)-1-i], Source: name + ":12",
			Property: property, Handling: 5 * ms, Latency: time.Duration(i%3) * 70 * ms, Answer: answer, Status: msg.Status(i % 2)})
		r.Say(at+301*ms, next, trace.Error, id, name+":1", next)
		r.OneWay(at+310*ms, msg.KindData, name, next, next, property, []byte("\x00\x80\xff"), ms)
		r.OneWay(at+320*ms, msg.KindAudioFrame, next, name, name, `{}`, make([]byte, 320), ms)
	}
	return r
}
