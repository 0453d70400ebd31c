package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"tenbench/engine/msg"
)

var update = flag.Bool("update", false, "write testdata anew")

// sample is one frame of testdata: both languages read it and write it, byte for byte.
type sample struct {
	File  string `json:"file"`
	Type  Type   `json:"type"`
	Flags uint8  `json:"flags"`
	Node  uint32 `json:"node"`
	// Meaning is what the frame says, for the reader in the other language.
	Meaning map[string]any `json:"meaning"`
	bytes   []byte
}

// properties have each form that a property can take.
func properties() msg.Object {
	var o, deep msg.Object
	o.Put("text", msg.String("grüße \u2028 \"quoted\"\n"))
	o.Put("int", msg.Int(-9007199254740993))
	o.Put("large", msg.Uint(18446744073709551615))
	o.Put("float", msg.Float(1))
	o.Put("true", msg.Bool(true))
	o.Put("null", msg.Null())
	deep.Put("raw", msg.Buf([]byte{0, 1, 255}))
	o.Put("deep", msg.Array(msg.Obj(&deep), msg.Float32(0.5), msg.Array()))
	return o
}

func with(m msg.Message, dests ...msg.Loc) msg.Message {
	*m.Properties() = properties()
	m.SetDests(dests...)
	return m
}

func audioFrame() msg.Message {
	f := msg.NewAudioFrame("pcm_frame", []byte{1, 2, 3, 4})
	f.Timestamp, f.SampleRate, f.BytesPerSample, f.SamplesPerChannel, f.Channels = -1, 16000, 2, 1, 2
	f.ChannelLayout, f.Format, f.LineSize, f.EOF = 1<<63, msg.NonInterleave, 4, true
	return with(f)
}

func videoFrame() msg.Message {
	f := msg.NewVideoFrame("picture", []byte{9, 8, 7})
	f.Timestamp, f.Width, f.Height, f.Format = 1<<62, 1, 1, msg.RGB24
	return f
}

func samples(t *testing.T) []sample {
	t.Helper()
	made := func(b []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	send := func(flags uint8, m msg.Message) []byte {
		return made(AppendSend(nil, flags, 7, &SendFrame{Token: 1, Parent: 2, Relay: 3, Source: 4, Message: m}))
	}
	deliver := func(m msg.Message) []byte {
		return append(made(AppendDeliver(nil, 7, &DeliverFrame{ID: 1 << 40, From: 2, Message: m})), m.Buffer()...)
	}
	all := []sample{
		{File: "send_cmd", bytes: send(FlagEach, with(msg.NewCmd("hello"), msg.Loc{Extension: "greeter"}, msg.Loc{App: "a", Graph: "g", Extension: "ü"})),
			Meaning: map[string]any{"kind": 1, "name": "hello", "token": 1, "parent": 2, "relay": 3, "source": 4, "buffer": 0}},
		{File: "send_data", bytes: send(FlagReport|FlagApp, msg.NewData("täglich", []byte("raw bytes"))),
			Meaning: map[string]any{"kind": 3, "name": "täglich", "token": 1, "parent": 2, "relay": 3, "source": 4, "buffer": 9}},
		{File: "send_audio", bytes: send(0, audioFrame()),
			Meaning: map[string]any{"kind": 4, "name": "pcm_frame", "token": 1, "parent": 2, "relay": 3, "source": 4, "buffer": 4}},
		{File: "send_video", bytes: send(0, videoFrame()),
			Meaning: map[string]any{"kind": 5, "name": "picture", "token": 1, "parent": 2, "relay": 3, "source": 4, "buffer": 3}},
		{File: "deliver_cmd", bytes: deliver(with(msg.NewCmd("hello"))), Meaning: map[string]any{"kind": 1, "name": "hello", "id": 1 << 40, "from": 2, "buffer": 0}},
		{File: "deliver_audio", bytes: deliver(audioFrame()), Meaning: map[string]any{"kind": 4, "name": "pcm_frame", "id": 1 << 40, "from": 2, "buffer": 4}},
		{File: "deliver_video", bytes: deliver(videoFrame()), Meaning: map[string]any{"kind": 5, "name": "picture", "id": 1 << 40, "from": 2, "buffer": 3}},
		{File: "return", bytes: made(AppendReturn(nil, FlagReport, 7, &ReturnFrame{ID: 5, Token: 6, Source: 7, Status: msg.Error, Final: true, Properties: properties()})),
			Meaning: map[string]any{"id": 5, "token": 6, "source": 7}},
		{File: "result", bytes: made(AppendResult(nil, 0, 7, &ResultFrame{Token: 5, From: 6, Final: true, Completed: true, Properties: properties()})),
			Meaning: map[string]any{"token": 5, "from": 6}},
		{File: "sent", bytes: AppendSent(nil, 7, &SentFrame{Token: 5, Code: 7, Text: "no way"}), Meaning: map[string]any{"token": 5, "code": 7, "text": "no way"}},
		{File: "begun", bytes: AppendMark(nil, Begun, 7, &MarkFrame{ID: 5, Time: -6, Source: 8}), Meaning: map[string]any{"id": 5, "time": -6, "source": 8}},
		{File: "ended", bytes: AppendMark(nil, Ended, 7, &MarkFrame{ID: 5, Time: 6}), Meaning: map[string]any{"id": 5, "time": 6}},
		{File: "freed", bytes: AppendMark(nil, Freed, 7, &MarkFrame{ID: 5}), Meaning: map[string]any{"id": 5}},
		{File: "collect", bytes: AppendToken(nil, Collect, 5), Meaning: map[string]any{"token": 5}},
		{File: "collected", bytes: AppendToken(nil, Collected, 5), Meaning: map[string]any{"token": 5}},
		{File: "string", bytes: AppendFrame(nil, String, 0, 9, []byte(`["","g","ü"]`)), Meaning: map[string]any{"text": `["","g","ü"]`}},
	}
	for i := range all {
		s := &all[i]
		s.Type, s.Flags, s.Node = Type(s.bytes[4]), s.bytes[5], uint32(s.bytes[8])
	}
	return all
}

func TestFramesAreWrittenAsInTestdata(t *testing.T) {
	all := samples(t)
	index, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "frames.json", append(index, '\n'))
	for _, s := range all {
		compare(t, s.File+".frame", s.bytes)
	}
}

func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs:\n%q\nwant\n%q", name, got, want)
	}
}

// again decodes a frame and writes it anew; skipped says that its type has no packed body.
func again(f Frame) (out []byte, err error) {
	switch f.Type {
	case Send:
		s, err := DecodeSend(f)
		if err != nil {
			return nil, err
		}
		return AppendSend(nil, f.Flags, f.Node, &s)
	case Deliver:
		d, err := DecodeDeliver(f)
		if err != nil {
			return nil, err
		}
		out, err := AppendDeliver(nil, f.Node, &d)
		return append(out, d.Message.Buffer()...), err
	case Return:
		r, err := DecodeReturn(f)
		if err != nil {
			return nil, err
		}
		return AppendReturn(nil, f.Flags&FlagReport, f.Node, &r)
	case Result:
		r, err := DecodeResult(f)
		if err != nil {
			return nil, err
		}
		return AppendResult(nil, f.Flags&FlagApp, f.Node, &r)
	case Sent:
		s, err := DecodeSent(f)
		return AppendSent(nil, f.Node, &s), err
	case Begun, Ended, Freed:
		m, err := DecodeMark(f)
		return AppendMark(nil, f.Type, f.Node, &m), err
	case Collect, Collected:
		token, err := DecodeToken(f)
		return AppendToken(nil, f.Type, token), err
	}
	return AppendFrame(nil, f.Type, f.Flags, f.Node, f.Body), nil
}

func TestFramesAreReadAsTheyWereWritten(t *testing.T) {
	var stream []byte
	all := samples(t)
	for _, s := range all {
		stream = append(stream, s.bytes...)
	}
	readers := map[string]io.Reader{"at once": bytes.NewReader(stream), "byte by byte": iotest.OneByteReader(bytes.NewReader(stream))}
	for how, in := range readers {
		r := NewReader(in)
		for _, s := range all {
			f, err := r.Next()
			if err != nil {
				t.Fatalf("%s, %s: %v", how, s.File, err)
			}
			if f.Type != s.Type || f.Flags != s.Flags || f.Node != s.Node {
				t.Errorf("%s, %s: the header is %+v", how, s.File, f)
			}
			if got, err := again(f); err != nil || !bytes.Equal(got, s.bytes) {
				t.Errorf("%s, %s: %v\n%q, want\n%q", how, s.File, err, got, s.bytes)
			}
		}
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("%s: the end is %v", how, err)
		}
	}
}

func TestLargeBufferIsReadWhole(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	frame, err := AppendSend(nil, 0, 1, &SendFrame{Message: msg.NewData("big", big)})
	if err != nil {
		t.Fatal(err)
	}
	in := NewReader(io.MultiReader(bytes.NewReader(AppendToken(nil, Collect, 1)), bytes.NewReader(frame), bytes.NewReader(AppendToken(nil, Collect, 2))))
	for _, want := range []Type{Collect, Send, Collect} {
		f, err := in.Next()
		if err != nil || f.Type != want {
			t.Fatalf("%s, %v; want %s", f.Type, err, want)
		}
		if want == Send {
			if s, err := DecodeSend(f); err != nil || !bytes.Equal(s.Message.Buffer(), big) {
				t.Errorf("the buffer came as %d bytes, %v", len(s.Message.Buffer()), err)
			}
		}
	}
}

func TestTooLargeMessageIsRefusedAndNothingIsWritten(t *testing.T) {
	for what, m := range map[string]msg.Message{
		"buffer": msg.NewData("big", make([]byte, Limit)),
		"name":   msg.NewCmd(strings.Repeat("n", 1<<16)),
	} {
		var limit *LimitError
		before := []byte("before")
		for _, append := range []func() ([]byte, error){
			func() ([]byte, error) { return AppendSend(before, 0, 1, &SendFrame{Message: m}) },
			func() ([]byte, error) { return AppendDeliver(before, 1, &DeliverFrame{Message: m}) },
		} {
			if got, err := append(); !errors.As(err, &limit) || string(got) != "before" {
				t.Errorf("%s: %v, %d bytes", what, err, len(got))
			} else if !strings.Contains(err.Error(), fmt.Sprint(limit.Limit)) {
				t.Errorf("%s: %q does not name the limit", what, err)
			}
		}
	}
}

func TestBrokenFramesAreErrorsThatSayWhatIsWrong(t *testing.T) {
	cmd, data := samples(t)[0].bytes, samples(t)[1].bytes
	changed := func(frame []byte, at int, b byte) []byte {
		out := bytes.Clone(frame)
		out[at] = b
		return out
	}
	change := func(at int, b byte) []byte { return changed(cmd, at, b) }
	for _, c := range []struct {
		name  string
		bytes []byte
		says  string
	}{
		{"too small", []byte{11, 0, 0, 0, 0x30, 0, 0, 0, 0, 0, 0, 0}, "11 bytes"},
		{"too large", []byte{255, 255, 255, 255, 0x30, 0, 0, 0, 0, 0, 0, 0}, "67108864"},
		{"no zeros", change(6, 1), "zeros"},
		{"no kind", change(12+24, 9), "kind 9"},
		{"an audio frame without its fields", changed(data, 12+24, wireAudio), "frame fields"},
		{"a name longer than the frame", change(12+27, 255), "name of"},
		{"properties longer than the frame", change(12+30, 255), "properties of"},
		{"only a header", AppendFrame(nil, Send, 0, 1, nil), "its head alone"},
	} {
		f, err := NewReader(bytes.NewReader(c.bytes)).Next()
		if err == nil {
			_, err = again(f)
		}
		var form *FormError
		if !errors.As(err, &form) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := NewReader(bytes.NewReader(cmd[:20])).Next(); err != io.ErrUnexpectedEOF {
		t.Errorf("a frame that ends early: %v", err)
	}
}

// FuzzDecode holds that no bytes make the decoder fail in another way than with an error, and that what it reads is what it writes.
func FuzzDecode(f *testing.F) {
	names, err := filepath.Glob("testdata/*.frame")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r := NewReader(bytes.NewReader(in))
		for {
			frame, err := r.Next()
			if err != nil {
				return
			}
			first, err := again(frame)
			if err != nil {
				continue
			}
			back, err := NewReader(bytes.NewReader(first)).Next()
			if err != nil {
				t.Fatalf("what was written cannot be read: %v", err)
			}
			if second, err := again(back); err != nil || !bytes.Equal(first, second) {
				t.Fatalf("%v: %q became %q", err, first, second)
			}
		}
	})
}
