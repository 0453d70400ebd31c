package python

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// take does what a frame about the node says.
func (h *host) take(f wire.Frame) error {
	switch f.Type {
	case wire.Begun, wire.Ended, wire.Freed:
		m, err := wire.DecodeMark(f)
		if err == nil {
			h.mark(f.Type, &m)
		}
		return err
	case wire.Return:
		r, err := wire.DecodeReturn(f)
		if err == nil {
			h.answer(f, &r)
		}
		return err
	case wire.Created:
		return with(f, h.takeCreated)
	case wire.StageBegun:
		return with(f, h.stageBegun)
	case wire.StageDone:
		return with(f, h.stageDone)
	case wire.Closed:
		h.leave()
	case wire.Fail:
		return with(f, h.fail)
	case wire.Lint:
		return with(f, h.lint)
	case wire.Property:
		return with(f, h.property)
	case wire.Blocked:
		return with(f, h.takeBlocked)
	case wire.ReadsAre:
		return with(f, h.takeReads)
	}
	return nil
}

// with reads a JSON frame for fn.
func with[T any](f wire.Frame, fn func(*T)) error {
	var body T
	if err := wire.DecodeJSON(f, &body); err != nil {
		return err
	}
	fn(&body)
	return nil
}

func (h *host) flight(id uint64) *flight {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.flights[id]
}

// keptLanded is how many flights that have landed are kept.
const keptLanded = 256

// land notes that the process is done with f; the lock is held.
func (h *host) land(f *flight) {
	delete(h.flights, f.d.ID)
	h.landed[f.d.ID%keptLanded] = f
}

// hasLanded returns a delivery that the process is done with; nil if it is not known any more.
func (h *host) hasLanded(id uint64) *engine.Delivery {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.landed[id%keptLanded]; f != nil && f.d.ID == id {
		return &f.d
	}
	return nil
}

// mark takes BEGUN, ENDED and FREED.
func (h *host) mark(t wire.Type, m *wire.MarkFrame) {
	f := h.flight(m.ID)
	if f == nil {
		return
	}
	at := h.s.time(m.Time)
	switch t {
	case wire.Begun:
		f.at = at
		h.settle(f, false)
		f.d.Source, f.d.Message = h.s.text(m.Source), nil // the process has the message
		h.n.Begun(&f.d, at, 0)
	case wire.Ended:
		h.n.Ended(&f.d, at)
		h.mu.Lock()
		f.ended = true
		if f.answered || f.d.Kind() != msg.KindCmd {
			h.land(f)
		}
		h.mu.Unlock()
	case wire.Freed:
		h.mu.Lock()
		h.land(f)
		h.mu.Unlock()
		h.n.Freed(&f.d)
	}
}

// answer takes RETURN.
func (h *host) answer(f wire.Frame, r *wire.ReturnFrame) {
	source := h.s.text(r.Source)
	if fl := h.flight(r.ID); fl != nil && fl.d.Kind() == msg.KindCmd {
		res := msg.NewResult(r.Status, &msg.Cmd{})
		res.SetFinal(r.Final)
		*res.Properties() = r.Properties.Share()
		fl.d.Return(res, source)
		if r.Final {
			h.mu.Lock()
			fl.answered = true
			if fl.ended {
				h.land(fl)
			}
			h.mu.Unlock()
		}
	} else if !h.isClosed() { // else the end of the extension answered it, which is nobody's fault
		h.n.Lint(trace.Event{Rule: ruleAnsweredTwice, Level: trace.Warn, ID: r.ID, Source: source,
			Detail: fmt.Sprintf("%s returned a result for #%d, which had been answered already.", h.n.Name(), r.ID)})
	}
	h.s.sent(f, r.Token, nil)
}

var (
	ruleAnsweredTwice = trace.Intern("answered-twice")
	ruleBlocked       = trace.Intern("loop-blocked")
	ruleFlood         = trace.Intern("output-flood")
)

// send sends a message for the extension.
func (h *host) send(f wire.Frame, m *wire.SendFrame) {
	o := engine.SendOptions{Each: f.Flags&wire.FlagEach != 0, Relay: f.Flags&wire.FlagRelay != 0, Source: h.s.text(m.Source)}
	up := m.Parent
	if o.Relay {
		up = m.Relay
	}
	if fl := h.flight(up); fl != nil {
		o.For = &fl.d
	} else {
		o.After = h.hasLanded(up)
	}
	if token := m.Token; token != 0 && !o.Relay && m.Message.Kind() == msg.KindCmd {
		o.Results = func(res *msg.CmdResult, inPlace bool) { h.s.result(inPlaceFlag(inPlace), h.num, token, res) }
	}
	_, err := h.n.Send(m.Message, o)
	h.s.sent(f, m.Token, err)
}

func (h *host) takeCreated(b *wire.CreatedBody) {
	b.Error = h.s.explain(b.Error)
	h.mu.Lock()
	first := !h.created
	h.created, h.stages, h.is = true, b.Stages, describe(b)
	if b.Error != "" && h.failure == "" {
		h.failure, h.stack = b.Error, b.Stack
	}
	late := h.closed && b.Error == ""
	h.mu.Unlock()
	if first {
		close(h.made)
	}
	if late {
		h.bare(wire.Close)
	}
	h.n.Made()
}

// describe says of what kind the instance is, as far as that matters to its messages.
func describe(b *wire.CreatedBody) []byte {
	if b.Error != "" || !b.Sync && !b.NoOnCmd {
		return nil
	}
	is, _ := json.Marshal(struct {
		Sync    bool `json:"sync,omitempty"`
		NoOnCmd bool `json:"no_on_cmd,omitempty"`
	}{b.Sync, b.NoOnCmd})
	return is
}

func (h *host) stageBegun(b *wire.StageBegunBody) {
	at := h.s.time(b.Time)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.stage.String() != b.Stage:
	case b.End:
		h.clock.end(at)
	default:
		h.clock.began = at
	}
}

func (h *host) stageDone(b *wire.StageDoneBody) {
	st, _ := trace.ParseState(b.Stage)
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return
	}
	interrupted := h.interrupted
	if h.stage == st {
		h.stage = trace.StateNone
	}
	if st == trace.Configure {
		resolved := object(b.Property)
		h.resolved, h.secrets = &resolved, b.Secrets
	}
	h.mu.Unlock()
	switch {
	case b.Error == "":
		h.n.StageDone(st, nil)
	case interrupted:
		h.n.StageDone(st, engine.ErrStopped)
	case st == trace.Stop || st == trace.Deinit:
		h.n.Log(trace.Error, fmt.Sprintf("on_%s: %s", st, b.Error), 0, 0, "", stackJSON(b.Stack))
		h.n.StageDone(st, nil)
	default:
		h.n.Fail(fmt.Sprintf("on_%s: %s", st, h.s.explain(b.Error)), b.Stack)
	}
}

func stackJSON(stack string) []byte {
	if stack == "" {
		return nil
	}
	var o msg.Object
	o.Put("stack", msg.String(stack))
	return o.AppendJSON(nil)
}

// fail takes FAIL. What an instance does that was closed does not concern the node, which may have another by now.
func (h *host) fail(b *wire.FailBody) {
	h.mu.Lock()
	closed := h.closed
	h.mu.Unlock()
	if !closed {
		h.n.Fail(h.s.explain(b.Reason), b.Stack)
	}
}

func (h *host) lint(b *wire.LintBody) {
	if b.Rule == ruleLateReply && h.stops() { // the stop has cancelled who waited
		return
	}
	e := trace.Event{Rule: trace.Intern(b.Rule), Level: level(b.Level), Detail: b.Text, ID: b.ID}
	if b.Source != "" {
		e.Source = trace.Intern(b.Source)
	}
	more := object(b.Property)
	if b.End {
		more.Put("ended", msg.Bool(true))
	}
	if more.Len() > 0 {
		e.Property = more.AppendJSON(nil)
	}
	h.n.Lint(e)
}

const ruleLateReply = "late-reply"

// stops reports whether the stop was asked for.
func (h *host) stops() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stage == trace.Stop || h.stage == trace.Deinit
}

func (h *host) property(b *wire.PropertyBody) {
	v, err := msg.ParseJSON(b.Value)
	if err == nil {
		h.n.PropertyWritten(b.Path, v)
	}
}

// held notes what holds the loop of the host, unless that is the callback of its stage.
func (h *host) held(b *wire.BlockedBody) {
	now := h.n.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock.hold(h.s.time(b.Since), now, b.End)
}

// takeBlocked reports a loop that does not come back.
func (h *host) takeBlocked(b *wire.BlockedBody) {
	for _, other := range b.Others {
		if o := h.s.host(other); o != nil {
			o.held(b)
		}
	}
	if b.ID != 0 || !strings.HasPrefix(b.What, "on_") {
		h.held(b)
	}
	h.mu.Lock()
	before := h.blocked
	h.blocked = b
	if b.End {
		h.blocked = nil
	}
	h.mu.Unlock()
	took := time.Duration(h.n.Now() - h.s.time(b.Since)).Round(time.Millisecond)
	if b.End {
		h.n.Lint(trace.Event{Rule: ruleBlocked, Level: trace.Info, ID: b.ID, StageNS: took.Nanoseconds(), Property: []byte(`{"ended":true}`),
			Detail: fmt.Sprintf("the loop of %s is free again, after %s", h.n.Name(), took)})
		return
	}
	if before != nil && before.ID == b.ID && before.Since == b.Since {
		return
	}
	has := "has"
	held := map[string]any{"what": b.What, "since_ms": took.Milliseconds(), "stack": b.Stack}
	if b.Row {
		held["row"], has = true, "have"
	}
	work, _ := json.Marshal(map[string]any{"work": []map[string]any{held}, "others": h.s.names(b.Others)})
	h.n.Lint(trace.Event{Rule: ruleBlocked, Level: trace.Warn, ID: b.ID, Property: work,
		Detail: fmt.Sprintf("%s of %s %s held the loop for %s without waiting.", b.What, h.n.Name(), has, took)})
}
