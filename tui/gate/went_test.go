package gate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// wentRow is the line that says what came of the message that was let go last, "" if there is none.
func wentRow(m *Model) string {
	for _, l := range strings.Split(m.View(), "\n") {
		if strings.HasPrefix(l, " WENT ") {
			return l
		}
	}
	return ""
}

// After an edited command was let go the screen says that it waits, then what it was answered, and o opens it.
func TestWhatCameOfAnEditedMessageIsSaid(t *testing.T) {
	for _, c := range []struct {
		status   msg.Status
		property string
		want     string
	}{
		{msg.OK, `{"sky":"grey"}`, `edited ✓ ok {"sky":"grey"}`},
		{msg.Error, `{"detail":"no such town"}`, `edited ✗ error {"detail":"no such town"}`},
	} {
		r, g := tuitest.Gated()
		h := g.State.Held[0]
		const went, came = 13 * time.Second, 14 * time.Second
		of := func(k trace.Kind, x, from, to string) trace.Event {
			return trace.Event{Kind: k, Extension: trace.Intern(x), ID: h.ID, Type: h.Type, Name: trace.Intern(h.Name), From: trace.Intern(from), To: trace.Intern(to)}
		}
		out := of(trace.Released, h.To, h.From, h.To)
		out.Property, out.Debtor = []byte(`{"town":"Oslo"}`), trace.DebtorQueue
		r.Add(went, out)
		back := of(trace.Result, h.From, h.To, h.From)
		back.Type, back.Status, back.Final, back.Property, back.By = msg.KindResult, c.status, true, []byte(c.property), trace.ByHandler
		r.Add(came, back)
		common := r.Common(12400*time.Millisecond, theme.Plain(false))
		g.Guard(common)
		m := New(common)
		m.SetSize(120, 31)
		m.Update(ui.TickMsg{Now: common.Now, Changed: true})
		do(m, "tab", "e", "ctrl+u")
		tuitest.Type(m, "Oslo")
		if row := wentRow(m); row != "" {
			t.Errorf("before it is let go it says %q", row)
		}
		do(m, "enter")
		m.Update(r.Advance(common, went))
		if row := wentRow(m); !strings.HasPrefix(row, fmt.Sprintf(" WENT tool_call #%d edited ◌ pending waits: queue of weather_tool", h.ID)) {
			t.Errorf("once it is gone it says %q", row)
		}
		m.Update(r.Advance(common, came))
		if row := wentRow(m); !strings.Contains(row, c.want) || !strings.HasSuffix(strings.TrimSpace(row), "o in Traffic") {
			t.Errorf("once it is answered it says %q, want %q", row, c.want)
		}
		if said := do(m, "o"); !strings.Contains(said, fmt.Sprintf("{Screen:%d Command:%d", ui.Traffic, h.ID)) {
			t.Errorf("o says %s", said)
		}
	}
}

// Data has no answer to wait for; o opens it all the same.
func TestWhatWantsNoAnswerIsOpenedToo(t *testing.T) {
	m, c, g := scene(80, 19)
	h := g.State.Held[1]
	seq := c.Store.SentSeq(h.ID)
	do(m, "tab", "down", "enter", "enter")
	if row := wentRow(m); !strings.Contains(row, "WENT barge_in #") || !strings.Contains(row, "it wants no answer") {
		t.Errorf("it says %q", row)
	}
	if said := do(m, "o"); seq == 0 || !strings.Contains(said, fmt.Sprintf("Seq:%d ", seq)) {
		t.Errorf("o says %s, want seq %d", said, seq)
	}
	if ui.Width(wentRow(m)) > 80 {
		t.Errorf("%q is too wide", wentRow(m))
	}
}
