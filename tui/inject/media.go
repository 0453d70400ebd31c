package inject

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tenbench/engine/msg"
)

// buffer is what is in the frames that are sent.
type buffer struct {
	tone          bool
	length        time.Duration // of a frame of audio
	rate          int
	width, height int // of a picture
}

// Bounds of what can be made: a frame of audio and a picture stay below 64 MiB.
const (
	maxLength = time.Minute
	maxRate   = 192_000
	maxSide   = 4096
)

// buffer reads what the form says of the buffer; what is wrong is named by faultOf.
func (f *form) buffer() buffer {
	b := buffer{tone: f.tone}
	b.length, _ = readLength(f.text(slotLength))
	b.rate, _ = readRate(f.text(slotRate))
	b.width, b.height, _ = readSize(f.text(slotSize))
	return b
}

func readLength(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > maxLength {
		return 0, fmt.Errorf("a frame is as long as 20ms, a minute at most")
	}
	return d, nil
}

func readRate(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxRate {
		return 0, fmt.Errorf("a rate is a number of samples a second, such as 16000")
	}
	return n, nil
}

func readSize(text string) (w, h int, err error) {
	left, right, ok := strings.Cut(text, "x")
	w, errW := strconv.Atoi(left)
	h, errH := strconv.Atoi(right)
	if !ok || errW != nil || errH != nil || w < 1 || h < 1 || w > maxSide || h > maxSide {
		return 0, 0, fmt.Errorf("a picture is as large as 320x180, %dx%d at most", maxSide, maxSide)
	}
	return w, h, nil
}

// blank makes number i of the messages, from 0.
func (b buffer) blank(kind msg.Kind, name string, i int) msg.Message {
	switch kind {
	case msg.KindData:
		return msg.NewData(name, nil)
	case msg.KindAudioFrame:
		return b.audio(name, i)
	case msg.KindVideoFrame:
		return b.video(name, i)
	}
	return msg.NewCmd(name)
}

// Of the tone: as loud as speech.
const (
	toneHz    = 440
	toneLevel = 0.25
)

// audio makes a frame of 16 bit samples on one channel. The tone of the next frame goes on where this one ends.
func (b buffer) audio(name string, i int) msg.Message {
	n := max(int(b.length.Seconds()*float64(b.rate)), 1)
	buf := make([]byte, 2*n)
	if b.tone {
		for s := range n {
			at := float64(i*n+s) / float64(b.rate)
			v := toneLevel * math.MaxInt16 * math.Sin(2*math.Pi*toneHz*at)
			binary.LittleEndian.PutUint16(buf[2*s:], uint16(int16(v)))
		}
	}
	f := msg.NewAudioFrame(name, buf)
	f.SampleRate, f.BytesPerSample, f.SamplesPerChannel, f.Channels = int32(b.rate), 2, int32(n), 1
	f.Timestamp = int64(i) * b.length.Milliseconds()
	return f
}

// bars are the colours of the test picture: white, yellow, cyan, green, magenta, red, blue, black.
var bars = [][3]byte{{235, 235, 235}, {235, 235, 16}, {16, 235, 235}, {16, 235, 16}, {235, 16, 235}, {235, 16, 16}, {16, 16, 235}, {16, 16, 16}}

// video makes a test picture in RGBA: coloured bars, which move on by a column from picture to picture.
func (b buffer) video(name string, i int) msg.Message {
	w, h := max(b.width, 1), max(b.height, 1)
	row := make([]byte, 4*w)
	for x := range w {
		c := bars[(x+i)%w*len(bars)/w]
		row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = c[0], c[1], c[2], 255
	}
	buf := make([]byte, 0, len(row)*h)
	for range h {
		buf = append(buf, row...)
	}
	f := msg.NewVideoFrame(name, buf)
	f.Width, f.Height = int32(w), int32(h)
	return f
}
