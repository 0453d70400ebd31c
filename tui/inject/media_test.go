package inject

import (
	"strings"
	"testing"

	"tenbench/engine/msg"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func TestAudioAndVideoAreMade(t *testing.T) {
	m, _, ctl := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `audio_frame pcm to asr`})
	m.form.texts[slotCount_].SetValue("3")
	m.form.move(slotCount_)
	m.form.texts[slotRate].SetValue("8000")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	if len(ctl.Sent) != 3 {
		t.Fatalf("%d frames were sent", len(ctl.Sent))
	}
	for i, s := range ctl.Sent {
		f := s.(*msg.AudioFrame)
		if f.SampleRate != 8000 || f.SamplesPerChannel != 160 || f.Channels != 1 || f.BytesPerSample != 2 || len(f.Buffer()) != 320 || f.Timestamp != int64(20*i) {
			t.Errorf("frame %d is %+v with %d bytes", i, f, len(f.Buffer()))
		}
	}
	// 160 samples of 440 Hz at 8000 are 8.8 waves: the second frame goes on where the first ended, and does not begin at zero.
	if b := ctl.Sent[1].Buffer(); b[0] == 0 && b[1] == 0 {
		t.Error("the tone begins anew in each frame")
	}
	m.form.move(slotWave)
	tuitest.Press(m, "left")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	if b := ctl.Sent[3].Buffer(); len(b) != 320 || strings.Trim(string(b), "\x00") != "" {
		t.Error("silence is not silent")
	}
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `video_frame v to asr`})
	m.form.texts[slotSize].SetValue("16x4")
	m.form.texts[slotCount_].SetValue("2")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	v := ctl.Sent[len(ctl.Sent)-2].(*msg.VideoFrame)
	if v.Width != 16 || v.Height != 4 || v.Format != msg.RGBA || len(v.Buffer()) != 16*4*4 || v.Buffer()[3] != 255 {
		t.Errorf("the picture is %+v with %d bytes", v, len(v.Buffer()))
	}
	if string(v.Buffer()) == string(ctl.Sent[len(ctl.Sent)-1].Buffer()) {
		t.Error("the picture stands still")
	}
}
