package tui

import (
	"strings"
	"testing"

	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// A message is sent from any screen by the name that it has in the config file, or written out; what is wrong with it is said at once.
func TestAMessageIsSentFromThePalette(t *testing.T) {
	for text, want := range map[string]string{
		"ask":                                  `tool_call {"town":"Oslo"}`,
		`cmd speak {"text":"it rains"} to tts`: `speak {"text":"it rains"}`,
	} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
		s.common.Info.Inject = []ui.SavedInject{{Name: "ask", Send: `cmd tool_call {"town":"Oslo"} to weather_tool`}}
		s.command(t, "send "+text)
		sent := s.common.Controller.(*tuitest.Controller).Sent
		if len(sent) != 1 || sent[0].Name()+" "+string(sent[0].Properties().AppendJSON(nil)) != want || s.shown != ui.Inject {
			t.Errorf("%s: sent %v, on screen %v", text, sent, s.shown)
		}
	}
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	if wrong := s.checkSend(`cmd speak {"text"`); !strings.Contains(wrong, "column") {
		t.Errorf("half a message is said to be %q", wrong)
	}
}
