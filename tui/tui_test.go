package tui

import (
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tenbench/engine/graph"
	"tenbench/engine/trace"
)

// still is a source in which nothing happens any more.
type still struct{ log *trace.Log }

func (s still) Log() *trace.Log          { return s.log }
func (s still) Snapshot() trace.Snapshot { return trace.Snapshot{} }
func (s still) Graphs() []*graph.Graph   { return []*graph.Graph{{Name: "quiet"}} }

// seen is an output that can be waited on.
type seen struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func (s *seen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(b)
	select {
	case s.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (s *seen) waitFor(t *testing.T, text string) {
	t.Helper()
	for limit := time.After(time.Minute); ; {
		s.mu.Lock()
		found := strings.Contains(s.text.String(), text)
		s.mu.Unlock()
		if found {
			return
		}
		select {
		case <-s.more:
		case <-limit:
			t.Fatalf("%q never came to the screen", text)
		}
	}
}

func TestRunEndsWithItsContextAndLeavesTheTerminalAsItWas(t *testing.T) {
	defer goleak.VerifyNone(t)
	keyboard, hands := io.Pipe()
	defer hands.Close()
	ctx, cancel := context.WithCancel(t.Context())
	endsWhen(t, ctx, keyboard, cancel)
	keyboard.Close()
}

// Where nobody passes SIGHUP on, as under nohup, the end of its input is all that tells a program that its terminal is gone.
func TestRunEndsWithItsTerminal(t *testing.T) {
	defer goleak.VerifyNone(t)
	keyboard, hands, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	endsWhen(t, t.Context(), keyboard, func() { hands.Close() })
}

// endsWhen runs a workbench and does what shall end it.
func endsWhen(t *testing.T, ctx context.Context, keyboard io.Reader, end func()) {
	t.Helper()
	log, _ := trace.FromEvents(time.Now())
	out := &seen{more: make(chan struct{}, 1)}
	w, err := New(still{log}, nil, nil, Info{Title: "quiet"}, Options{Input: keyboard, Output: out, Color: "never"})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	out.waitFor(t, "\x1b[?1049h")
	end()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("Run returned %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("Run goes on after its end")
	}
	out.waitFor(t, "\x1b[?1049l")
}

func TestUnknownSettingsAreErrors(t *testing.T) {
	log, _ := trace.FromEvents(time.Now())
	for _, o := range []Options{{Theme: "drak"}, {Color: "sometimes"}} {
		if _, err := New(still{log}, nil, nil, Info{}, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}
