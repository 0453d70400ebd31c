//go:build linux || darwin

package python

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
)

// What is read is what was written, whether it is read in one piece or in many, and a reader that waits learns of either end.
func TestInput(t *testing.T) {
	want := make([]byte, 5*64<<10)
	for i := range want {
		want[i] = byte(i * 7 / 5)
	}
	for _, piece := range []int{1000, 64 << 10, len(want)} {
		ours, theirs, err := connect()
		if err != nil {
			t.Fatal(err)
		}
		defer ours.Close()
		go func() {
			theirs.Write(want[:10]) // the reader waits for the rest
			theirs.Write(want[10:])
			theirs.Close()
		}()
		var got []byte
		in, into := newInput(ours), make([]byte, piece)
		for err == nil {
			var n int
			n, err = in.Read(into)
			got = append(got, into[:n]...)
		}
		if err != io.EOF || !bytes.Equal(got, want) {
			t.Errorf("in pieces of %d: %d bytes, %v; want %d bytes as they were written, EOF", piece, len(got), err, len(want))
		}
	}

	ours, theirs, err := connect()
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	ended := make(chan error, 1)
	go func() {
		_, err := newInput(ours).Read(make([]byte, 10))
		ended <- err
	}()
	ours.Close()
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("a reader of what is closed: %v; want %v", err, net.ErrClosed)
	}
}
