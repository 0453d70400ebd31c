package ui

import (
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestWhatLooksLikeAVariableIsTextInALineOfTheTrace(t *testing.T) {
	e := trace.Event{Kind: trace.Sent, Type: msg.KindCmd, Name: trace.Intern("hello"), Property: []byte(`{"text":"{{n}} {{{{"}`)}
	m, err := msg.ParseSend(SendLine(nil, &e) + " to x")
	if err == nil {
		err = msg.Fill(m, 1)
	}
	if err != nil || m.Properties().String() != string(e.Property) {
		t.Errorf("%s is written %s and goes as %v, %v", e.Property, SendLine(nil, &e), m, err)
	}
}

func TestSendNameQuotesWhatIsNotOneWord(t *testing.T) {
	for _, name := range []string{"hello", "two words", `with "quotes"`, "a{b", "日本語", "line\nbreak", "\x1b[31m"} {
		m, err := msg.ParseSend("cmd " + sendName(name) + " to x")
		if err != nil || m.Name() != name {
			t.Errorf("%q is written %s and read back as %v, %v", name, sendName(name), m, err)
		}
	}
}
