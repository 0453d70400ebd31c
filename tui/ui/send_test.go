package ui

import (
	"testing"

	"tenbench/engine/msg"
)

func TestSendNameQuotesWhatIsNotOneWord(t *testing.T) {
	for _, name := range []string{"hello", "two words", `with "quotes"`, "a{b", "日本語", "line\nbreak", "\x1b[31m"} {
		m, err := msg.ParseSend("cmd " + sendName(name) + " to x")
		if err != nil || m.Name() != name {
			t.Errorf("%q is written %s and read back as %v, %v", name, sendName(name), m, err)
		}
	}
}
