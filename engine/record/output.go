package record

import (
	"io"

	"github.com/klauspost/compress/zstd"
)

// sink is the file of a Recorder, an *os.File outside tests.
type sink interface {
	io.WriteCloser
	io.Seeker
	Truncate(size int64) error
	Name() string
}

// output writes whole frames: what a failed write left is cut off again.
type output struct {
	file sink
	size int64
	enc  *zstd.Encoder
	buf  []byte
}

func newOutput(file sink) *output {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil { // the options are constant
		panic(err)
	}
	return &output{file: file, enc: enc}
}

// frame packs lines; the result is valid until the next call.
func (o *output) frame(lines []byte) []byte {
	o.buf = o.enc.EncodeAll(lines, o.buf[:0])
	return o.buf
}

// write appends a frame and returns the file's size.
func (o *output) write(frame []byte) (size int64, err error) {
	if _, err = o.file.Write(frame); err == nil {
		o.size += int64(len(frame))
		return o.size, nil
	}
	// If this fails too (a pipe) the file ends in a torn frame, which Open reports.
	if o.file.Truncate(o.size) == nil {
		_, _ = o.file.Seek(o.size, io.SeekStart)
	}
	return o.size, err
}

func (o *output) close() error {
	o.enc.Close()
	return o.file.Close()
}
