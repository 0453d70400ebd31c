package enginetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
)

// TestAddon runs the conformance suite on an addon that needs no properties.
func TestAddon(t *testing.T, addon engine.Addon) {
	t.Helper()
	Suite{Addon: addon}.Run(t)
}

// Suite is what an addon of any host must hold: its stages come in order, messages only after on_init, a command is answered or
// named, no message makes it fail, stop and restart work at any time, a changed property is taken, and nothing is left behind.
type Suite struct {
	Addon    engine.Addon
	Property string        // of the node, a JSON object; "" for none
	Ask      string        // a command that is answered with OK, such as `cmd hello {"name":"Ada"}`; "" if there is none
	Change   string        // other properties of the node, also good ones; "" adds one that no extension knows
	Patience time.Duration // how long to wait for an event, or for a stop; a minute when zero
}

// subject is the node that is tested.
const subject = "subject"

// Part is one part of the suite.
type Part struct {
	Name string
	Test func(testing.TB)
}

// Parts are the parts of the suite, for a caller that runs them his own way.
func (s Suite) Parts() []Part {
	return []Part{
		{"the stages come in order", s.lifecycle},
		{"messages wait for on_init", s.earlyMessages},
		{"it answers", s.answers},
		{"an unknown command is answered or named", s.unknown},
		{"no message makes it fail", s.hostile},
		{"it stops while it is busy", s.stopBusy},
		{"it is stopped before it runs", s.stopEarly},
		{"it restarts", s.restart},
		{"a property changes", s.change},
	}
}

// Run runs the suite, each part in a subtest.
func (s Suite) Run(t *testing.T) {
	t.Helper()
	for _, part := range s.Parts() {
		t.Run(part.Name, func(t *testing.T) { part.Test(t) })
	}
}

func (s Suite) options() engine.Options {
	return engine.Options{UnansweredAfter: 50 * time.Millisecond, StopDeadline: orPatience(s.Patience), Drain: 500 * time.Millisecond}
}

func (s Suite) graph(t testing.TB, property string) *graph.Graph {
	t.Helper()
	n := graph.Node{Name: subject, Addon: s.Addon.Name}
	if property != "" {
		v, err := msg.ParseJSON([]byte(property))
		if err != nil {
			t.Fatalf("properties %s: %v", property, err)
		}
		n.Property = v
	}
	return &graph.Graph{Name: "suite", Nodes: []graph.Node{n}}
}

func (s Suite) launch(t testing.TB, addon engine.Addon) *Bench {
	t.Helper()
	b := Launch(t, s.options(), []engine.Addon{addon}, s.graph(t, s.Property))
	b.Patience = s.Patience
	return b
}

// launchWatched is launch with a subject that writes a diary; nil of another host, which cannot.
func (s Suite) launchWatched(t testing.TB) (*Bench, *diary) {
	t.Helper()
	if s.Addon.Host != nil {
		return s.launch(t, s.Addon), nil
	}
	d := new(diary)
	return s.launch(t, d.keep(s.Addon)), d
}

func (s Suite) start(t testing.TB) *Bench {
	t.Helper()
	b := s.launch(t, s.Addon)
	b.Started(t)
	b.expectSane(t)
	return b
}

// expectSane fails if the subject failed or the engine found a fault that no extension should have.
func (b *Bench) expectSane(t testing.TB) {
	t.Helper()
	b.ExpectNone(t, "kind = transition and state = failed")
	b.ExpectNone(t, "rule = env-used-off-loop or rule = stop-hang")
}

// close stops the app; everything must have ended in order.
func (b *Bench) close(t testing.TB) {
	t.Helper()
	b.App.Close()
	b.expectSane(t)
	b.Expect(t, "kind = transition and state = ended")
}

// ask is a command to the subject.
func (s Suite) ask() string {
	if s.Ask == "" {
		return "cmd enginetest_unknown to " + subject
	}
	return s.Ask + " to " + subject
}

// states is what became of the subject, oldest first.
func (b *Bench) states(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, e := range b.All(t, "kind = transition") {
		out = append(out, e.State.String())
	}
	return out
}

func (s Suite) lifecycle(t testing.TB) {
	t.Helper()
	b, own := s.launchWatched(t)
	b.Started(t)
	b.close(t)
	equal(t, "states", b.states(t), "created", "configure", "init", "start", "running", "stop", "deinit", "ended")
	if own != nil {
		equal(t, "the extension's own diary", own.read(), "on_configure", "on_configure done", "on_init", "on_init done",
			"on_start", "on_start done", "on_stop", "on_stop done", "on_deinit", "on_deinit done")
	}
}

func (s Suite) earlyMessages(t testing.TB) {
	t.Helper()
	b, own := s.launchWatched(t)
	id := b.Inject(t, s.ask())
	b.Expect(t, fmt.Sprintf("kind = handled and id = %d", id))
	b.close(t)
	if own == nil {
		return
	}
	lines := own.read()
	if slices.Index(lines, "on_cmd") < slices.Index(lines, "on_init done") {
		t.Fatalf("a command was handled before on_init was done: %s", strings.Join(lines, ", "))
	}
}

func (s Suite) answers(t testing.TB) {
	t.Helper()
	if s.Ask == "" {
		t.Skip("the suite was given no command that is answered")
	}
	s.expectOK(t, s.start(t))
}

func (s Suite) expectOK(t testing.TB, b *Bench) {
	t.Helper()
	if a := b.Ask(t, s.ask()); !a.OK() {
		t.Fatalf("%s was answered with %s %s", s.ask(), a.Status, a.Property)
	}
}

func (s Suite) unknown(t testing.TB) {
	t.Helper()
	b := s.start(t)
	id := b.Inject(t, "cmd enginetest_unknown to "+subject)
	b.Expect(t, fmt.Sprintf("id = %d and (answered or unanswered)", id))
	b.expectSane(t)
}

func (s Suite) hostile(t testing.TB) {
	t.Helper()
	b := s.start(t)
	var ids []uint64
	for _, m := range hostileMessages() {
		m.SetDests(msg.Loc{Extension: subject})
		ids = append(ids, b.InjectMessage(t, m))
	}
	for _, id := range ids {
		b.Expect(t, fmt.Sprintf("(kind = handled and id = %d) or (kind = transition and state = failed)", id))
	}
	b.expectSane(t)
}

// hostileMessages are messages with nothing in them, or something odd.
func hostileMessages() []msg.Message {
	odd := msg.NewCmd("hello")
	odd.Properties().Put("name", msg.Array(msg.Null(), msg.Obj(&msg.Object{})))
	short := msg.NewAudioFrame("pcm_frame", []byte{1, 2, 3})
	short.SampleRate, short.BytesPerSample, short.SamplesPerChannel, short.Channels = 16000, 2, 320, 1
	negative := msg.NewAudioFrame("pcm_frame", nil)
	negative.SampleRate, negative.BytesPerSample, negative.SamplesPerChannel, negative.Timestamp = 16000, 2, -1, -1
	return []msg.Message{odd, msg.NewCmd("\x1b[2J"), msg.NewData("", nil), msg.NewData("tick", []byte{0}),
		msg.NewAudioFrame("pcm_frame", nil), short, negative, msg.NewVideoFrame("picture", nil)}
}

// many is how much is under way when the subject is stopped or restarted.
const many = 50

func (b *Bench) injectMany(t testing.TB, line string) []uint64 {
	t.Helper()
	var ids []uint64
	for range many {
		ids = append(ids, b.Inject(t, line))
		b.Inject(t, "data enginetest_data to "+subject)
	}
	return ids
}

func (s Suite) stopBusy(t testing.TB) {
	t.Helper()
	b := s.start(t)
	ids := b.injectMany(t, s.ask())
	b.close(t)
	for _, id := range ids {
		b.Answer(t, id)
	}
}

func (s Suite) stopEarly(t testing.TB) {
	t.Helper()
	b := s.launch(t, s.Addon)
	b.close(t)
}

func (s Suite) restart(t testing.TB) {
	t.Helper()
	b := s.start(t)
	first := b.Expect(t, "kind = transition and state = running")
	ids := b.injectMany(t, s.ask())
	if err := b.App.Restart(t.Context(), "suite", subject); err != nil {
		t.Fatal(err)
	}
	b.ExpectAfter(t, first, "kind = transition and state = running")
	for _, id := range ids {
		b.Expect(t, fmt.Sprintf("id = %d and (answered or unanswered)", id))
	}
	if s.Ask != "" {
		s.expectOK(t, b)
	}
	b.close(t)
}

func (s Suite) change(t testing.TB) {
	t.Helper()
	b := s.start(t)
	first := b.Expect(t, "kind = transition and state = running")
	if _, err := b.App.Apply(t.Context(), s.graph(t, s.changed(t))); err != nil {
		t.Fatal(err)
	}
	if s.live() {
		b.ExpectNone(t, "kind = transition and state = stop")
	} else {
		b.ExpectAfter(t, first, "kind = transition and state = running")
	}
	if s.Ask != "" {
		s.expectOK(t, b)
	}
	b.close(t)
}

// changed is the properties after the change.
func (s Suite) changed(t testing.TB) string {
	t.Helper()
	if s.Change != "" {
		return s.Change
	}
	var o msg.Object
	if s.Property != "" {
		v, err := msg.ParseJSON([]byte(s.Property))
		if err != nil || v.Object() == nil {
			t.Fatalf("properties %s: %v", s.Property, err)
		}
		o = v.Object().Share()
	}
	o.Put("enginetest_changed", msg.Bool(true))
	return string(o.AppendJSON(nil))
}

// live reports whether the subject is known to take changes without a restart.
func (s Suite) live() bool {
	if s.Addon.Host != nil {
		return false
	}
	_, ok := s.Addon.New(subject).(engine.PropertyChanger)
	return ok
}

func equal(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s:\n got %s\nwant %s", what, strings.Join(got, ", "), strings.Join(want, ", "))
	}
}
