package msg

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	"weak"
)

func TestKindNames(t *testing.T) {
	for k, name := range map[Kind]string{KindCmd: "cmd", KindResult: "result", KindData: "data", KindAudioFrame: "audio_frame", KindVideoFrame: "video_frame"} {
		if got, ok := ParseKind(name); k.String() != name || !ok || got != k {
			t.Errorf("%d is %s, and %s is %d", k, k, name, got)
		}
	}
	if _, ok := ParseKind(""); ok || Kind(9).String() != "kind(9)" || OK.String() != "ok" || Error.String() != "error" {
		t.Error("unknown kinds or statuses are not told from known ones")
	}
}

// each returns one message of each kind with a property, a destination, an id and what else the kind has.
func each() []Message {
	audio := NewAudioFrame("m", []byte("buffer"))
	audio.Timestamp, audio.SampleRate, audio.Channels, audio.ChannelLayout, audio.EOF = 1, 16000, 2, 3, true
	video := NewVideoFrame("m", []byte("buffer"))
	video.Width, video.Height, video.Format, video.EOF = 640, 480, I420, true
	result := NewResult(Error, NewCmd("c"))
	result.SetName("m")
	result.SetFinal(false)
	all := []Message{NewCmd("m"), result, NewData("m", []byte("buffer")), audio, video}
	for _, m := range all {
		if err := m.Set("a.b", 1); err != nil {
			panic(err)
		}
		Stamp(m, &Loc{Extension: "me"}, Tag{ID: 7})
		m.SetDests(Loc{Extension: "x"})
	}
	return all
}

// content spells out what a message holds.
func content(m Message) string {
	text := fmt.Sprintf("%s %s %s %s %v %v %d", m.Kind(), m.Name(), m.Properties(), m.Buffer(), m.Dests(), m.Source(), m.Tag().ID)
	switch m := m.(type) {
	case *CmdResult:
		text += fmt.Sprint(m.Status(), m.Final(), m.Completed())
	case *AudioFrame:
		text += fmt.Sprint(m.Timestamp, m.SampleRate, m.BytesPerSample, m.SamplesPerChannel, m.Channels, m.ChannelLayout, m.Format, m.LineSize, m.EOF)
	case *VideoFrame:
		text += fmt.Sprint(m.Timestamp, m.Width, m.Height, m.Format, m.EOF)
	}
	return text
}

func TestTakeMovesTheContent(t *testing.T) {
	for _, m := range each() {
		before := content(m)
		taken := Take(m)
		if got := content(taken); got != before {
			t.Errorf("taken: %s, want %s", got, before)
		}
		if taken.Consumed() || !m.Consumed() {
			t.Errorf("%s: the wrong side is consumed", m.Kind())
		}
		if m.Properties().Len() != 0 || m.Buffer() != nil || m.Dests() != nil || m.Tag().ID != 7 || m.Name() != "m" {
			t.Errorf("%s keeps %s", m.Kind(), content(m))
		}
	}
}

func TestAConsumedMessageRefusesToBeUsed(t *testing.T) {
	for _, m := range each() {
		Take(m)
		for name, used := range map[string]Message{"itself": m, "a share": Share(m), "taken again": Take(m)} {
			if _, err := used.Get("a.b"); !errors.Is(err, ErrConsumed) {
				t.Errorf("%s, %s: Get gives %v", m.Kind(), name, err)
			}
			for _, path := range []string{"a", "ten.name", "ten.timestamp"} {
				if err := used.Set(path, 1); !errors.Is(err, ErrConsumed) {
					t.Errorf("%s, %s: Set(%s) gives %v", m.Kind(), name, path, err)
				}
			}
			if _, err := used.Get("ten.timestamp"); !errors.Is(err, ErrConsumed) {
				t.Errorf("%s, %s: Get of a field gives %v", m.Kind(), name, err)
			}
		}
	}
}

func TestShareGivesASecondMessage(t *testing.T) {
	for _, m := range each() {
		before := content(m)
		second := Share(m)
		if got := content(second); got != before {
			t.Errorf("the share is %s, want %s", got, before)
		}
		must(t, second.Set("a.b", 2))
		second.SetDests(Loc{Extension: "y"})
		second.SetName("other")
		second.Tag().ID = 8
		if got := content(m); got != before {
			t.Errorf("writing to the share made the message %s, was %s", got, before)
		}
		Take(m)
		if v, err := second.Get("a.b"); err != nil || !v.Equal(Int(2)) {
			t.Errorf("%s: after the other was sent the share has %v, %v", second.Kind(), v, err)
		}
	}
}

func TestCloneHasTheSameContent(t *testing.T) {
	for _, m := range each() {
		var clone Message
		switch m := m.(type) {
		case *Cmd:
			clone = m.Clone()
		case *CmdResult:
			clone = m.Clone()
		case *Data:
			clone = m.Clone()
		case *AudioFrame:
			clone = m.Clone()
		case *VideoFrame:
			clone = m.Clone()
		}
		if got, want := content(clone), content(m); got != want {
			t.Errorf("the clone is %s, want %s", got, want)
		}
	}
}

func TestBuffersAreHandedOnAndReplaced(t *testing.T) {
	for _, m := range each() {
		buffered, ok := m.(interface{ SetBuffer([]byte) })
		if !ok {
			if m.Buffer() != nil {
				t.Errorf("%s has a buffer", m.Kind())
			}
			continue
		}
		second := Share(m)
		if &second.Buffer()[0] != &m.Buffer()[0] {
			t.Errorf("%s: sharing copied the buffer", m.Kind())
		}
		buffered.SetBuffer([]byte("new"))
		if string(second.Buffer()) != "buffer" || string(m.Buffer()) != "new" {
			t.Errorf("%s: buffers are %s and %s", m.Kind(), m.Buffer(), second.Buffer())
		}
	}
}

func TestDestsAreTheMessagesOwn(t *testing.T) {
	c := NewCmd("c")
	dests := []Loc{{Extension: "a"}}
	c.SetDests(dests...)
	dests[0].Extension = "b"
	if c.Dests()[0].Extension != "a" {
		t.Error("a later write to the slice changed the destination")
	}
	c.SetDests()
	if len(c.Dests()) != 0 {
		t.Error("the destinations stayed")
	}
}

func TestSetSaysWhichPropertyItCouldNotWrite(t *testing.T) {
	c := NewCmd("c")
	if err := c.Set("a.b", struct{}{}); err == nil || !strings.HasPrefix(err.Error(), `set property "a.b": a property cannot hold struct {}`) {
		t.Errorf("got %v", err)
	}
	var e *PathError
	if err := c.Set("a[", 1); !errors.As(err, &e) {
		t.Errorf("got %v", err)
	}
}

func TestFieldsAreReadAndWrittenAsProperties(t *testing.T) {
	for _, m := range each() {
		paths := map[string]any{"ten.name": "renamed"}
		switch m.(type) {
		case *AudioFrame:
			for _, name := range strings.Fields("sample_rate bytes_per_sample samples_per_channel number_of_channel data_fmt line_size") {
				paths["ten."+name] = int32(5)
			}
			paths["ten.timestamp"], paths["ten.channel_layout"], paths["ten.is_eof"] = int64(5), uint64(5), false
		case *VideoFrame:
			for _, name := range strings.Fields("width height pixel_fmt") {
				paths["ten."+name] = int32(5)
			}
			paths["ten.timestamp"], paths["ten.is_eof"] = int64(5), false
		}
		bag := m.Properties().String()
		for path, x := range paths {
			before, err := m.Get(path)
			want, _ := Of(x)
			if err != nil || before.Type() != want.Type() || before.Equal(want) {
				t.Errorf("%s: %s is %v, %v before it is set", m.Kind(), path, before, err)
			}
			must(t, m.Set(path, x))
			if v, err := m.Get(path); err != nil || !v.Equal(want) {
				t.Errorf("%s: %s is %v, %v; want %v", m.Kind(), path, v, err, want)
			}
			var typeErr *TypeError
			if err := m.Set(path, []byte{1}); !errors.As(err, &typeErr) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: writing a buf to %s gives %v", m.Kind(), path, err)
			}
			if err := m.Set(path, make(chan int)); err == nil {
				t.Errorf("%s: a channel was written to %s", m.Kind(), path)
			}
			if v, _ := m.Get(path); !v.Equal(want) {
				t.Errorf("%s: %s became %v by a write that failed", m.Kind(), path, v)
			}
		}
		if m.Name() != "renamed" || m.Properties().String() != bag {
			t.Errorf("%s is called %s and has %s, want %s", m.Kind(), m.Name(), m.Properties(), bag)
		}
	}
}

func TestFieldsTakeEveryIntegerThatFits(t *testing.T) {
	f := NewVideoFrame("v", nil)
	must(t, f.Set("ten.width", uint8(200)))
	if err := f.Set("ten.width", int64(1)<<40); err == nil || f.Width != 200 {
		t.Errorf("the width is %d after %v", f.Width, err)
	}
}

func TestOtherPathsUnderTenAreProperties(t *testing.T) {
	for _, m := range each() {
		must(t, m.Set("ten.timer_id", 5))
		if v, err := m.Properties().Get("ten.timer_id"); err != nil || !v.Equal(Int(5)) {
			t.Errorf("%s: %v, %v", m.Kind(), v, err)
		}
		if _, err := m.Get("timestamp"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: a field is read without ten.: %v", m.Kind(), err)
		}
	}
}

func TestResultsForAClonedCommandAnswerIt(t *testing.T) {
	cmd := NewCmd("c")
	cmd.Tag().ID, cmd.Tag().Path = 5, "path"
	sentOn := cmd.Clone()
	Take(sentOn)
	for _, c := range []*Cmd{cmd, cmd.Clone(), cmd.Clone().Clone(), sentOn} {
		r := NewResult(OK, c)
		if r.Tag().ID != 5 || r.Tag().Path != "path" || r.Cmd() != c || r.Name() != ResultName || !r.Final() || r.Completed() {
			t.Errorf("the result is %s, tag %v", content(r), *r.Tag())
		}
	}
}

func TestResultsCarryStatusAndDetail(t *testing.T) {
	cmd := NewCmd("c")
	r := NewErrorResult(cmd, "no such city")
	if r.Status() != Error || r.Detail() != "no such city" {
		t.Errorf("got %s, %q", r.Status(), r.Detail())
	}
	r.SetStatus(OK)
	must(t, r.Set("detail", 5))
	if r.Status() != OK || r.Detail() != "" || NewResult(OK, cmd).Detail() != "" {
		t.Error("a detail that is no string is shown")
	}
}

func TestForHandsAReceivedResultOn(t *testing.T) {
	mine, theirs := NewCmd("mine"), NewCmd("theirs")
	mine.Tag().ID, theirs.Tag().ID = 1, 2
	received := Take(NewErrorResult(theirs, "busy")).(*CmdResult)
	received.SetFinal(false)
	received.SetCompleted(true)
	if received.Cmd() != nil {
		t.Error("a received result still holds the responder's command")
	}
	out := received.For(mine)
	if out.Status() != Error || out.Final() || out.Completed() || out.Detail() != "busy" || out.Tag().ID != 1 || out.Cmd() != mine {
		t.Errorf("got %s", content(out))
	}
	must(t, out.Set("detail", "changed"))
	if received.Detail() != "busy" {
		t.Error("writing to the new result changed the received one")
	}
	Take(received)
	if !received.For(mine).Consumed() {
		t.Error("a result was made of a consumed one")
	}
}

// gone reports whether what p points to is collected, trying for a while since the collector takes its time.
func gone(p weak.Pointer[Cmd]) bool {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if runtime.GC(); p.Value() == nil {
			return true
		}
	}
	return false
}

func TestWhatKeepsACommandAlive(t *testing.T) {
	for _, c := range []struct {
		name  string
		hold  func(*Cmd) any
		lives bool
	}{
		{"a clone", func(c *Cmd) any { return c.Clone() }, true},
		{"a clone of a clone", func(c *Cmd) any { return c.Clone().Clone() }, true},
		{"a result", func(c *Cmd) any { return NewResult(OK, c) }, true},
		{"a result for a clone", func(c *Cmd) any { return NewResult(OK, c.Clone()) }, true},
		{"a clone of a result", func(c *Cmd) any { return NewResult(OK, c).Clone() }, true},
		{"a share", func(c *Cmd) any { return Share(c) }, false},
		{"a clone that was sent", func(c *Cmd) any { clone := c.Clone(); Take(clone); return clone }, true},
		{"what was sent of a clone", func(c *Cmd) any { return Take(c.Clone()) }, false},
		{"a result that was sent", func(c *Cmd) any { r := NewResult(OK, c); Take(r); return r }, false},
		{"what was sent of a result", func(c *Cmd) any { return Take(NewResult(OK, c)) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := NewCmd("c")
			held, ref := c.hold(cmd), weak.Make(cmd)
			cmd = nil
			if c.lives {
				runtime.GC()
				if ref.Value() == nil {
					t.Error("the command is gone and could still be answered")
				}
			} else if !gone(ref) {
				t.Error("the command is kept and can no longer be answered")
			}
			runtime.KeepAlive(held)
		})
	}
}

func BenchmarkTake(b *testing.B) {
	c := NewCmd("c")
	c.Properties().Put("a", Int(1))
	b.ReportAllocs()
	for b.Loop() {
		c = Take(c).(*Cmd)
	}
}

func TestSharingTheBagOfAnUnsentResultDoesNotKeepItsCommandAlive(t *testing.T) {
	bag, cmd := func() (Value, weak.Pointer[Cmd]) {
		cmd := NewCmd("c")
		res := NewResult(OK, cmd)
		_ = res.Set("x", 1)
		bag, _ := res.Get("")
		return bag, weak.Make(cmd)
	}()
	runtime.GC()
	if cmd.Value() != nil {
		t.Error("the command is still alive")
	}
	if got := bag.String(); got != `{"x":1}` {
		t.Errorf("the shared bag holds %s", got)
	}
}
