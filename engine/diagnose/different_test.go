package diagnose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// asked is a command of a made-up session: what was in it, and what became of it.
type asked struct {
	property string
	outcome  msg.Status
	silent   bool
	from     string
	parent   uint64
}

// inMemory is Events over a slice.
type inMemory []trace.Event

func (m inMemory) At(seq uint64) (trace.Event, bool) {
	if seq == 0 || seq > uint64(len(m)) {
		return trace.Event{}, false
	}
	return m[seq-1], true
}

// session makes the events of commands, numbered from 1, and returns the verdict on the last one that was not answered, else on the
// last one with an ERROR.
func session(t interface{ Fatal(...any) }, name string, all []asked) Verdict {
	about, failed := uint64(0), uint64(0)
	for i, a := range all {
		switch {
		case a.silent:
			about = uint64(i + 1)
		case a.outcome == msg.Error:
			failed = uint64(i + 1)
		}
	}
	if about == 0 {
		about = failed
	}
	events := sessionOf(name, all)
	v, ok := fold(events...).Verdict(about, trace.Snapshot{}, inMemory(events))
	if !ok {
		t.Fatal("there is no verdict")
	}
	return v
}

// sessionOf makes the events.
func sessionOf(name string, all []asked) (events []trace.Event) {
	for i, a := range all {
		id, at := uint64(i+1), int64(i)*10*ms
		from := orElse(a.from, "relay")
		e := ask(trace.Sent, at, id, a.parent, name, from, "greeter")
		e.Property = []byte(a.property)
		events = append(events, e, ask(trace.Delivered, at+1, id, 0, name, from, "greeter"))
		if a.silent {
			continue
		}
		done := ask(trace.Result, at+2, id, 0, name, from, "greeter")
		done.Type, done.Final, done.By, done.Status = msg.KindResult, true, trace.ByHandler, a.outcome
		events = append(events, done)
	}
	for i, a := range all {
		if a.silent {
			events = append(events, lint(Unanswered, trace.Error, ask(trace.Lint, 10*s, uint64(i+1), 0, name, orElse(a.from, "relay"), "greeter")))
		}
	}
	return events
}

// repeat makes n commands of each of the given properties, in turn.
func repeat(n int, silent bool, properties ...string) (out []asked) {
	for i := range n {
		out = append(out, asked{property: properties[i%len(properties)], silent: silent})
	}
	return out
}

// mixed deals two lists into one another, so that neither comes first.
func mixed(a, b []asked) (out []asked) {
	for i := range max(len(a), len(b)) {
		if i < len(b) {
			out = append(out, b[i])
		}
		if i < len(a) {
			out = append(out, a[i])
		}
	}
	return out
}

func TestWhatIsDifferent(t *testing.T) {
	from := func(name string, all []asked) []asked {
		for i := range all {
			all[i].from = name
		}
		return all
	}
	fail := func(all []asked) []asked {
		for i := range all {
			all[i].outcome, all[i].silent = msg.Error, false
		}
		return all
	}
	people := []string{`{"name":"Ada"}`, `{"name":"Grace"}`, `{"name":"Edsger"}`, `{"name":"Barbara"}`}
	for _, tc := range []struct {
		name string
		all  []asked
		want string // "" for silence
	}{
		{"missing", mixed(repeat(3, true, `{"units":"metric"}`), repeat(14, false, `{"units":"metric","city":"Oslo"}`)),
			"city is missing in 3 of 3 unanswered and present in 14 of 14 answered"},
		{"near miss: one answered lacks it too", mixed(repeat(3, true, `{"units":"metric"}`), append(repeat(13, false, `{"units":"metric","city":"Oslo"}`), repeat(1, false, `{"units":"metric"}`)...)), ""},
		{"one unanswered, four answered", mixed(repeat(1, true, `{}`), repeat(4, false, `{"city":"Oslo"}`)), "city is missing in 1 of 1 unanswered and present in 4 of 4 answered"},
		{"near miss: too few", mixed(repeat(1, true, `{}`), repeat(2, false, `{"city":"Oslo"}`)), ""},
		{"near miss: nothing was answered", repeat(5, true, `{"a":1}`), ""},
		{"present", mixed(repeat(2, true, `{"debug":true}`), repeat(2, false, `{}`)), "debug is present in 2 of 2 unanswered and missing in 2 of 2 answered"},
		{"nested", mixed(repeat(3, true, `{"where":{"zip":1}}`), repeat(3, false, `{"where":{"zip":1,"country":{"code":"no"}}}`)),
			"where.country is missing in 3 of 3 unanswered and present in 3 of 3 answered"},
		{"the whole object", mixed(repeat(3, true, `{}`), repeat(3, false, `{"where":{"zip":1}}`)), "where is missing in 3 of 3 unanswered and present in 3 of 3 answered"},
		{"in a list", mixed(repeat(3, true, `{"tools":[{"x":1}]}`), repeat(3, false, `{"tools":[{"name":"a","x":1}]}`)),
			"tools[0].name is missing in 3 of 3 unanswered and present in 3 of 3 answered"},
		{"type", mixed(repeat(3, true, `{"size":"3"}`), repeat(5, false, `{"size":3}`)), "size is string in 3 of 3 unanswered and int64 in 5 of 5 answered"},
		{"value", mixed(repeat(3, true, `{"units":"imperial"}`), repeat(5, false, `{"units":"metric"}`)), `units is "imperial" in 3 of 3 unanswered and in 0 of 5 answered`},
		{"true and false", mixed(repeat(3, true, `{"final":true}`), repeat(5, false, `{"final":false}`)), "final is true in 3 of 3 unanswered and in 0 of 5 answered"},
		{"null", mixed(repeat(3, true, `{"city":null}`), repeat(5, false, `{"city":"Oslo"}`, `{"city":"Lima"}`)), "city is null in 3 of 3 unanswered and string in 5 of 5 answered"},
		{"the answered agree", mixed(repeat(3, true, `{"u":"a"}`, `{"u":"b"}`, `{"u":"c"}`), repeat(9, false, `{"u":"z"}`)), `u is "z" in 0 of 3 unanswered and in 9 of 9 answered`},
		{"near miss: a name each", mixed(repeat(2, true, people[0], people[1]), repeat(2, false, people[2], people[3])), ""},
		{"near miss: one shared name of few", mixed(repeat(2, true, people[0]), repeat(2, false, people[2], people[3])), ""},
		{"near miss: the same everywhere", mixed(repeat(3, true, people[0]), repeat(5, false, people[0])), ""},
		{"number", mixed(repeat(3, true, `{"n":900}`, `{"n":1000}`, `{"n":1200.5}`), repeat(9, false, `{"n":3}`, `{"n":70}`, `{"n":80}`)), "n is over 80 in 3 of 3 unanswered and in 0 of 9 answered"},
		{"near miss: one overlaps", mixed(repeat(3, true, `{"n":900}`, `{"n":1000}`, `{"n":60}`), repeat(9, false, `{"n":3}`, `{"n":70}`, `{"n":80}`)), ""},
		{"near miss: a counter", append(repeat(3, false, `{"n":1}`, `{"n":2}`, `{"n":3}`), repeat(3, true, `{"n":4}`, `{"n":5}`, `{"n":6}`)...), ""},
		{"since", append(repeat(6, false, people...), repeat(9, true, people...)...), "it was sent since #7 in 9 of 9 unanswered and in 0 of 6 answered"},
		{"before", append(repeat(9, true, people...), repeat(6, false, people...)...), "it was sent before #10 in 9 of 9 unanswered and in 0 of 6 answered"},
		{"what says more than since", append(from("a", repeat(6, false, people...)), from("b", repeat(9, true, people...))...), "the sender is b in 9 of 9 unanswered and in 0 of 6 answered"},
		{"near miss: the newest may be slow", append(repeat(40, false, people...), repeat(2, true, people...)...), ""},
		{"near miss: one was answered later", slices.Concat(repeat(6, false, people...), repeat(9, true, people...), repeat(1, false, people...)), ""},
		{"length", mixed(repeat(3, true, `{"text":""}`, `{"text":"a"}`, `{"text":"b"}`), repeat(5, false, `{"text":"hello"}`, `{"text":"hello you"}`)), "text is shorter than 5 in 3 of 3 unanswered and in 0 of 5 answered"},
		{"secrets are not compared", mixed(repeat(3, true, `{"key":"********"}`), repeat(5, false, `{"key":"********"}`)), ""},
		{"sender", mixed(from("a", repeat(3, true, people...)), from("b", repeat(5, false, people...))), `the sender is a in 3 of 3 unanswered and in 0 of 5 answered`},
		{"near miss: both send", mixed(append(from("a", repeat(2, true, people...)), from("b", repeat(1, true, people...))...), from("b", repeat(5, false, people...))), ""},
		{"errors", mixed(fail(repeat(3, false, `{}`)), repeat(5, false, `{"city":"Oslo"}`)), "city is missing in 3 of 3 with ERROR and present in 5 of 5 with OK"},
		{"those with very much in them are left out", mixed(repeat(3, true, `{}`), append(repeat(5, false, `{"city":"Oslo"}`), repeat(2, false, `{"much":"`+strings.Repeat("x", maxLooked)+`"}`)...)),
			"city is missing in 3 of 3 unanswered and present in 5 of 5 answered"},
		{"no properties at all", mixed(repeat(3, true, ``), repeat(5, false, ``)), ""},
		{"what is no JSON", mixed(repeat(3, true, `{"a"`), repeat(5, false, `[1]`)), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, got := session(t, "weather", tc.all).Different, ""
			if d != nil {
				got = d.Text
			}
			if got != tc.want {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestDifferenceComparesWithWhatDoesNotSeparate(t *testing.T) {
	d := session(t, "weather", mixed(repeat(3, true, `{"town":"Oslo","units":"metric"}`), repeat(14, false, `{"city":"Oslo","units":"metric"}`))).Different
	if d == nil {
		t.Fatal("there is no difference")
	}
	var got []string
	for _, r := range d.Rows {
		got = append(got, fmt.Sprintf("%s %s %d %d %v", r.What, r.Says, r.Unanswered, r.Answered, r.Separates))
	}
	want := []string{"city present 0 14 true", "town present 3 0 true", "units present 3 14 false"}
	if !slices.Equal(got, want) || d.Unanswered != 3 || d.Answered != 14 || d.Name != "weather" || d.To != "greeter" {
		t.Errorf("%q of %d and %d, want %q", got, d.Unanswered, d.Answered, want)
	}
}

// What separates may be no property: the receiver had not started yet, or was another instance.
func TestTheStateOfTheReceiverIsNamed(t *testing.T) {
	one := func(at int64, id uint64, silent bool) []trace.Event {
		e := hello(trace.Sent, at, id)
		e.Property = []byte(`{"name":"Ada"}`)
		out := []trace.Event{e, hello(trace.Delivered, at+1, id)}
		if !silent {
			out = append(out, result(at+2, id, trace.ByHandler, msg.OK))
		}
		return out
	}
	early := up("greeter")[:4] // in on_start
	running := state("greeter", 1*s, trace.Running)
	again := []trace.Event{state("greeter", 5*s, trace.Ended), state("greeter", 6*s, trace.Created), state("greeter", 6*s, trace.Start), state("greeter", 6*s, trace.Running)}
	late := []trace.Event{unanswered(20*s, 1), unanswered(20*s, 2), unanswered(20*s, 3)}
	many := func(at int64, id uint64, n int, silent bool) (out []trace.Event) {
		for i := range n {
			out = append(out, one(at+int64(i)*10*ms, id+uint64(i), silent)...)
		}
		return out
	}
	of := func(property string, events []trace.Event) []trace.Event {
		for i := range events {
			if events[i].Kind == trace.Sent {
				events[i].Property = []byte(property)
			}
		}
		return events
	}
	for _, tc := range []struct {
		name   string
		events []trace.Event
		want   string
	}{
		{"before on_start ended", slices.Concat(early, many(1*ms, 1, 3, true), []trace.Event{running}, many(2*s, 10, 3, false), late),
			"on_start of the receiver had not ended in 3 of 3 unanswered and in 0 of 3 answered"},
		{"near miss: so few", slices.Concat(early, many(1*ms, 1, 2, true), []trace.Event{running}, many(2*s, 10, 2, false), late[:2]), ""},
		{"near miss: those before it were answered", slices.Concat(early, many(1*ms, 10, 3, false), []trace.Event{running}, many(2*s, 1, 3, true), late),
			""},
		{"near miss: one was answered before too", slices.Concat(early, one(1*ms, 1, true), one(2*ms, 2, true), one(3*ms, 5, false), []trace.Event{running}, one(2*s, 3, false), one(3*s, 4, false), late[:2]), ""},
		{"near miss: all after it", slices.Concat(early, []trace.Event{running}, one(2*s, 1, true), one(2*s, 2, true), one(2*s, 3, false), one(3*s, 4, false), late[:2]), ""},
		{"near miss: a single early one", slices.Concat(early, one(1*ms, 2, true), []trace.Event{running}, many(2*s, 10, 9, false), late[1:]), ""},
		{"since a restart", slices.Concat(early, []trace.Event{running}, many(2*s, 10, 9, false), again, many(7*s, 1, 3, true), late),
			"it was sent since 00:06 of the run, when greeter restarted in 3 of 3 unanswered and in 0 of 9 answered"},
		{"before a restart", slices.Concat(early, []trace.Event{running}, many(2*s, 1, 3, true), again, many(7*s, 10, 9, false), late),
			"it was sent before 00:06 of the run, when greeter restarted in 3 of 3 unanswered and in 0 of 9 answered"},
		{"since a restart, and while it started", slices.Concat(early, []trace.Event{running}, many(2*s, 20, 12, false), again[:3], one(6100*ms, 1, true),
			[]trace.Event{state("greeter", 6500*ms, trace.Running)}, many(7*s, 2, 2, true), late), "it was sent since 00:06 of the run, when greeter restarted in 3 of 3 unanswered and in 0 of 12 answered"},
		{"near miss: so few may be chance", slices.Concat(early, []trace.Event{running}, many(2*s, 10, 9, false), again, many(7*s, 1, 2, true), late[:2]), ""},
		{"near miss: so few were answered", slices.Concat(early, []trace.Event{running}, many(2*s, 10, 2, false), again, many(7*s, 1, 3, true), late), ""},
		{"near miss: one was lost before", slices.Concat(early, []trace.Event{running}, many(2*s, 10, 9, false), one(4*s, 1, true), again, many(7*s, 2, 2, true), late),
			"it was sent since #1 in 3 of 3 unanswered and in 0 of 9 answered"},
		{"near miss: one was answered since", slices.Concat(early, []trace.Event{running}, many(2*s, 10, 9, false), again, many(7*s, 1, 3, true), one(8*s, 99, false), late), ""},
		{"a property says as much, and more", slices.Concat(early, []trace.Event{running}, many(2*s, 10, 9, false), again, of(`{"name":"Bob"}`, many(7*s, 1, 3, true)), late),
			`name is "Bob" in 3 of 3 unanswered and in 0 of 9 answered`},
	} {
		v, _ := fold(tc.events...).Verdict(2, trace.Snapshot{}, inMemory(tc.events))
		got := ""
		if v.Different != nil {
			got = v.Different.Text
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestAnsweredLateIsOnNeitherSide(t *testing.T) {
	all := mixed(repeat(3, true, `{}`), repeat(5, false, `{"city":"Oslo"}`))
	var events []trace.Event
	for i, a := range all {
		e := hello(trace.Sent, int64(i)*ms, uint64(i+1))
		e.Property = []byte(a.property)
		events = append(events, e)
		if !a.silent {
			events = append(events, result(int64(i)*ms+1, uint64(i+1), trace.ByHandler, msg.OK))
		}
	}
	events = append(events, unanswered(2*s, 2), unanswered(2*s, 4), unanswered(2*s, 6), result(3*s, 4, trace.ByHandler, msg.OK))
	v, _ := fold(events...).Verdict(2, trace.Snapshot{}, inMemory(events))
	d := v.Different
	if d == nil || d.Unanswered != 2 || d.Answered != 5 || d.Late != 1 || d.Heading() != "2 unanswered and 5 answered hello; 1 answered late is on neither side" {
		t.Errorf("%+v", d)
	}
	if r := v.Report(nil); !strings.Contains(r, "; 1 answered late is on neither side\n") {
		t.Errorf("the report does not say what became of it:\n%s", r)
	}
}

// A command that is still handled is another case than one that was given up: neither says anything about the other.
func TestWhatIsStillHandledIsNotComparedWithWhatIsLost(t *testing.T) {
	var all []asked
	for i := range 30 {
		all = append(all, asked{property: fmt.Sprintf(`{"n":%d}`, i%3), silent: i%3 == 0 || i == 28})
	}
	events := sessionOf("weather", all)
	for i := 0; i < 30; i += 3 {
		events = append(events, ask(trace.Freed, 10*s+1, uint64(i+1), 0, "weather", "relay", "greeter"), lint(Lost, trace.Error, ask(trace.Lint, 10*s+2, uint64(i+1), 0, "weather", "relay", "greeter")))
	}
	f := fold(events...)
	for id, want := range map[uint64]string{
		1:  "10 unanswered and 19 answered weather; 1 still at work is on neither side",
		29: "nothing found beyond chance: no property, sender or time, nor two of them, surely sets the 1 unanswered apart from the 19 answered; 10 given up by the handler are on neither side",
	} {
		v, _ := f.Verdict(id, trace.Snapshot{}, inMemory(events))
		got := v.TooFew
		if v.Different != nil {
			got = v.Different.Heading()
		}
		if got != want {
			t.Errorf("#%d: %q, want %q", id, got, want)
		}
	}
}

// What waits behind a callback that holds the loop is not compared, and says nothing of the one that holds it.
func TestWhatQueuesBehindAnotherIsNotCompared(t *testing.T) {
	var all []asked
	for i := range 30 {
		all = append(all, asked{property: fmt.Sprintf(`{"heavy":%v}`, i%10 == 9), silent: i%10 == 9})
	}
	events := up("greeter")
	for i, a := range all {
		id, at := uint64(i+1), int64(i)*10*ms
		sent := ask(trace.Sent, at, id, 0, "weigh", "relay", "greeter")
		sent.Property = []byte(a.property)
		if events = append(events, sent); i == 28 {
			continue
		}
		events = append(events, ask(trace.Delivered, at+1, id, 0, "weigh", "relay", "greeter"))
		if !a.silent {
			done := ask(trace.Result, at+2, id, 0, "weigh", "relay", "greeter")
			done.Type, done.Final, done.By = msg.KindResult, true, trace.ByHandler
			events = append(events, done)
		}
	}
	for id := uint64(31); id <= 34; id++ { // behind #30, which holds the loop
		sent := ask(trace.Sent, 300*ms, id, 0, "weigh", "relay", "greeter")
		sent.Property = []byte(`{"heavy":false}`)
		events = append(events, sent)
	}
	for _, id := range []uint64{10, 20, 29, 30, 31, 32, 33, 34} {
		events = append(events, lint(Unanswered, trace.Error, ask(trace.Lint, 2*s, id, 0, "weigh", "relay", "greeter")))
	}
	events = append(events, blocks("greeter", 392*ms, 30, "on_cmd weigh"))
	f := fold(events...)
	now := trace.Snapshot{Mono: 4 * s}
	v, _ := f.Verdict(30, now, inMemory(events))
	if d := v.Different; v.Rule != LoopBlocked || d == nil || d.Text != "heavy is true in 1 of 1 unanswered and in 0 of 26 answered" || d.Aside() != "7 waiting for their turn are on neither side" {
		t.Errorf("%s: %+v, %q", v.Rule, d, v.TooFew)
	}
	v, _ = f.Verdict(32, now, inMemory(events))
	if v.Rule != LoopBlocked || v.Different != nil || v.TooFew != "nothing to compare: whatever it is itself, it waits behind others" {
		t.Errorf("%s: %+v, %q", v.Rule, v.Different, v.TooFew)
	}
}

// What came back for what a command had sent is compared, too.
func TestAnErrorForWhatItHadSentIsNamed(t *testing.T) {
	third := func(id uint64) bool { return id%3 == 0 }
	for name, fails := range map[string]func(id uint64) bool{"each": third, "near miss: all": func(uint64) bool { return true }, "near miss: by the stop": third} {
		var events []trace.Event
		for id := uint64(1); id <= 15; id++ {
			at := int64(id) * 10 * ms
			child := ask(trace.Result, at+2, 100+id, id, "look", "dictionary", "greeter")
			child.Type, child.Final, child.By, child.ParentDebtor = msg.KindResult, true, trace.ByHandler, trace.DebtorHandler
			if fails(id) {
				child.Status = msg.Error
			}
			if name == "near miss: by the stop" {
				child.By = trace.ByStop
			}
			events = append(events, hello(trace.Sent, at, id), hello(trace.Delivered, at, id), ask(trace.Sent, at+1, 100+id, id, "look", "greeter", "dictionary"), child)
			if id%3 != 0 {
				events = append(events, result(at+3, id, trace.ByHandler, msg.OK))
			}
			events = append(events, hello(trace.Handled, at+4, id))
		}
		for id := uint64(3); id <= 15; id += 3 {
			events = append(events, unanswered(2*s, id))
		}
		v, _ := fold(events...).Verdict(15, trace.Snapshot{}, inMemory(events))
		d := v.Different
		if found := d != nil && d.Text == "an ERROR for what it had sent came in 5 of 5 unanswered and in 0 of 10 answered"; found != (name == "each") {
			t.Errorf("%s: %+v, %q", name, d, v.TooFew)
		}
	}
}

// What was edited in the gate is compared as it left it, and its way says so.
func TestWhatWasEditedIsComparedAsItWentOn(t *testing.T) {
	var events []trace.Event
	for id := uint64(1); id <= 16; id++ {
		at := int64(id) * 10 * ms
		sent := hello(trace.Sent, at, id)
		sent.Property = fmt.Appendf(nil, `{"odd":%v}`, id%2 == 1 && id != 15)
		events = append(events, sent)
		if id == 15 {
			in, out := held(hello(trace.Held, at, id)), hello(trace.Released, at+1, id)
			in.Rule, out.Property, out.Debtor = trace.Intern("hold-1"), []byte(`{"odd":true}`), trace.DebtorQueue
			events = append(events, in, out)
		}
		events = append(events, hello(trace.Delivered, at+1, id))
		if id%2 == 0 {
			events = append(events, result(at+2, id, trace.ByHandler, msg.OK))
		} else {
			events = append(events, hello(trace.Handled, at+2, id))
		}
	}
	for id := uint64(1); id <= 16; id += 2 {
		events = append(events, unanswered(2*s, id))
	}
	v, _ := fold(events...).Verdict(15, trace.Snapshot{}, inMemory(events))
	if d := v.Different; d == nil || d.Text != "odd is true in 8 of 8 unanswered and in 0 of 8 answered" {
		t.Errorf("%+v, %q", d, v.TooFew)
	}
	if i := slices.IndexFunc(v.Path, func(s Step) bool { return s.Name == "queued" }); !strings.HasPrefix(v.Path[i].Detail, "held by hold-1 for 0 µs and edited, then waited") {
		t.Errorf("the way: %s", v.Path[i].Detail)
	}
}

// What was late for the gate, or held there to the end, says nothing of the receiver.
func TestWhatTheGateKeptIsNotCompared(t *testing.T) {
	var events []trace.Event
	at := func(id uint64) int64 { return int64(id) * 10 * ms }
	for id := uint64(1); id <= 20; id++ {
		sent := hello(trace.Sent, at(id), id)
		sent.Property = fmt.Appendf(nil, `{"odd":%v}`, id%2 == 1)
		events = append(events, sent)
		switch {
		case id > 16: // in the gate, of which the last two are let go
			in := held(hello(trace.Held, at(id), id))
			in.Rule = trace.Intern("hold-1")
			events = append(events, in)
		case id%2 == 0:
			events = append(events, hello(trace.Delivered, at(id), id), result(at(id)+1, id, trace.ByHandler, msg.OK))
		default:
			events = append(events, hello(trace.Delivered, at(id), id), hello(trace.Handled, at(id)+1, id))
		}
	}
	for _, id := range []uint64{1, 3, 5, 7, 9, 11, 13, 15, 17, 18, 19, 20} {
		events = append(events, unanswered(2*s, id))
	}
	for _, id := range []uint64{19, 20} {
		out := hello(trace.Released, 3*s, id)
		out.Debtor = trace.DebtorQueue
		events = append(events, out, hello(trace.Delivered, 3*s, id), result(3*s+1, id, trace.ByHandler, msg.OK))
	}
	stopped := slices.Clone(events)
	for _, id := range []uint64{17, 18} {
		stopped = append(stopped, result(4*s, id, trace.ByStop, msg.Error))
	}
	for name, events := range map[string][]trace.Event{"while it runs": events, "after the stop": stopped} {
		v, _ := fold(events...).Verdict(15, trace.Snapshot{}, inMemory(events))
		if d := v.Different; d == nil || d.Heading() != "8 unanswered and 8 answered hello" || d.Text != "odd is true in 8 of 8 unanswered and in 0 of 8 answered" {
			t.Errorf("%s: %+v, %q", name, d, v.TooFew)
		}
	}
}

// What the engine, the path timeout or a rule of the gate ended says nothing of how the receiver answers.
func TestWhatWasEndedInPlaceOfTheReceiverIsNotCompared(t *testing.T) {
	for by, want := range map[trace.By]string{
		trace.ByEngine:  "nothing to compare: the engine ended it, and not greeter",
		trace.ByTimeout: "nothing to compare: the path timeout ended it, and not greeter",
		trace.ByGate:    "nothing to compare: a rule of the gate ended it, and not greeter",
		trace.ByHandler: "",
	} {
		var events []trace.Event
		for id := uint64(1); id <= 12; id++ {
			end := result(int64(id)*ms+2, id, trace.ByHandler, msg.OK)
			if id%3 == 0 {
				end = result(int64(id)*ms+2, id, by, msg.Error)
			}
			sent := hello(trace.Sent, int64(id)*ms, id)
			sent.Property = fmt.Appendf(nil, `{"third":%v}`, id%3 == 0)
			events = append(events, sent, hello(trace.Delivered, int64(id)*ms+1, id), end)
		}
		v, _ := fold(events...).Verdict(12, trace.Snapshot{}, inMemory(events))
		if v.TooFew != want || (v.Different != nil) != (want == "") {
			t.Errorf("%s: %q, compared %v", by, v.TooFew, v.Different != nil)
		}
	}
}

// What is answered by hand is answered: in time or late, by the peer that the bench plays or in the gate.
func TestWhatIsAnsweredByHandIsAnswered(t *testing.T) {
	for _, tc := range []struct {
		name    string
		by      trace.By
		late    bool
		heading string
	}{
		{"by the peer", trace.ByInject, false, "2 unanswered and 6 answered hello"},
		{"by the peer, late", trace.ByInject, true, "2 unanswered and 5 answered hello; 1 answered late is on neither side"},
		{"in the gate, late", trace.ByGate, true, "2 unanswered and 5 answered hello; 1 answered late is on neither side"},
		{"in the gate: its receiver never saw it", trace.ByGate, false, "2 unanswered and 5 answered hello"},
		{"near miss: ended by the stop", trace.ByStop, true, "3 unanswered and 5 answered hello"},
	} {
		var events []trace.Event
		send := func(id uint64, property string) {
			e := hello(trace.Sent, int64(id)*ms, id)
			e.Property = []byte(property)
			events = append(events, e, hello(trace.Delivered, int64(id)*ms+1, id))
		}
		for id := uint64(1); id <= 5; id++ {
			send(id, `{"city":"Oslo"}`)
			events = append(events, result(int64(id)*ms+2, id, trace.ByHandler, msg.OK))
		}
		send(6, `{}`)
		send(7, `{"city":"Oslo"}`)
		send(8, `{}`)
		end := result(7*ms+2, 7, tc.by, msg.OK)
		if tc.late {
			events = append(events, unanswered(2*s, 7))
			end = result(3*s, 7, tc.by, msg.OK)
		}
		events = append(events, end, unanswered(4*s, 6), unanswered(4*s, 8))
		v, _ := fold(events...).Verdict(8, trace.Snapshot{}, inMemory(events))
		got := v.TooFew
		if v.Different != nil {
			got = v.Different.Heading()
		}
		if v.Different == nil && tc.by == trace.ByStop {
			if want := "nothing found beyond chance: "; !strings.HasPrefix(got, want) || !strings.Contains(got, "the 3 unanswered apart from the 5 answered") {
				t.Errorf("%s: %q", tc.name, got)
			}
			continue
		}
		if got != tc.heading {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.heading)
		}
	}
}

// grid asks for every pair of two lists as often, and those are silent of which it is said.
func grid(rounds int, format string, a, b []string, silent func(a, b string) bool) (all []asked) {
	for range rounds {
		for _, x := range a {
			for _, y := range b {
				all = append(all, asked{property: fmt.Sprintf(format, x, y), silent: silent(x, y)})
			}
		}
	}
	return all
}

// Two things may separate together where neither does alone.
func TestTwoTogetherAreNamed(t *testing.T) {
	const both = `{"name":%q,"lang":%q,"city":"Oslo"}`
	names, langs := []string{"bob", "eve", "ann", "joe"}, []string{"de", "en", "fr"}
	bobDe := func(a, b string) bool { return a == "bob" && b == "de" }
	set := func(all []asked, i int, silent bool) []asked {
		all[i].silent = silent
		return all
	}
	present := func(has ...bool) string {
		out := `{"x":1`
		for i, h := range has {
			if h {
				out += fmt.Sprintf(`,"p%d":%d`, i, i)
			}
		}
		return out + "}"
	}
	var lacks, three, either []asked
	for i := range 40 {
		a, b, c := i%2 == 0, i/2%2 == 0, i/4%2 == 0
		lacks = append(lacks, asked{property: present(a, b), silent: !a && b})
		three = append(three, asked{property: present(a, b, c), silent: a && b && c})
		either = append(either, asked{property: present(a, b), silent: !a || !b})
	}
	senders := grid(3, both, names[:2], langs, func(string, string) bool { return false })
	senders = append(senders, senders...)
	for i := range senders {
		if senders[i].from = "a"; i/6%2 == 0 {
			senders[i].from = "b"
		}
		senders[i].silent = senders[i].from == "a" && strings.Contains(senders[i].property, "bob")
	}
	over := func(lacking bool) (all []asked) {
		for i := range 40 {
			grams := 100 + 37*(i*7%29)
			a := asked{property: fmt.Sprintf(`{"fragile":%v,"grams":%d}`, i%2 == 0, grams), silent: i%2 == 0 && grams > 810}
			if lacking && i%5 == 1 && !a.silent {
				a.property = fmt.Sprintf(`{"fragile":%v}`, i%2 == 0)
			}
			all = append(all, a)
		}
		return all
	}
	counted := func() (all []asked) { // n grows with time
		for i := range 40 {
			all = append(all, asked{property: fmt.Sprintf(`{"fragile":%v,"n":%d}`, i%2 == 0, i), silent: i%2 == 0 && i > 20})
		}
		return all
	}
	noisy := grid(2, both, names, langs, bobDe)
	for i := range noisy {
		noise := ""
		for k := range 9 {
			noise += fmt.Sprintf(`,"n%d":%d`, k, (i*(k+3)+i/(k+2))%3)
		}
		noisy[i].property = strings.TrimSuffix(noisy[i].property, "}") + noise + "}"
	}
	for _, tc := range []struct {
		name string
		all  []asked
		want string
	}{
		{"two values", grid(3, both, names, langs, bobDe), `lang is "de" and name is "bob" in 3 of 3 unanswered and in 0 of 33 answered`},
		{"near miss: one of them was answered", set(grid(3, both, names, langs, bobDe), 0, false), ""},
		{"near miss: another is unanswered too", set(grid(3, both, names, langs, bobDe), 5, true), ""},
		{"near miss: a single one", grid(1, both, names, langs, bobDe), ""},
		{"a few, among little else", grid(2, both, names, langs, bobDe), `lang is "de" and name is "bob" in 2 of 2 unanswered and in 0 of 22 answered`},
		{"near miss: so few, among much else", noisy, ""},
		{"one that is missing and one that is there", lacks, "p0 is missing and has p1 in 10 of 10 unanswered and in 0 of 30 answered"},
		{"answered only with both", either, "has p0 and has p1 in 0 of 30 unanswered and in 10 of 10 answered"},
		{"near miss: it takes three", three, ""},
		{"a value and a number over a bound", over(false), "fragile is true and grams is over 803 in 9 of 9 unanswered and in 0 of 31 answered"},
		{"some of the answered lack the number", over(true), "fragile is true and grams is over 766 in 9 of 9 unanswered and in 0 of 31 answered"},
		{"near miss: one of them was answered", set(over(false), silentAt(over(false)), false), ""},
		{"near miss: the number only grows with time", counted(), ""},
		{"a value and the sender", senders, `name is "bob" and the sender is a in 9 of 9 unanswered and in 0 of 27 answered`},
	} {
		d, got := session(t, "hi", tc.all).Different, ""
		if d != nil {
			got = d.Text
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// silentAt finds one in the middle that is not answered.
func silentAt(all []asked) int {
	return slices.IndexFunc(all, func(a asked) bool { return a.silent && strings.Contains(a.property, "1") })
}

// Whatever the names, types and depths: a property that decides is found, with the right counts.
func TestADecidingPropertyIsFoundWhateverItIsCalled(t *testing.T) {
	name := rapid.StringMatching(`[a-z_][a-zA-Z0-9_æ日-]{0,12}`)
	scalar := rapid.SampledFrom([]string{`1`, `2.5`, `"x"`, `true`, `null`, `[1,2]`, `{"deep":1}`, `""`, `-7`})
	rapid.Check(t, func(t *rapid.T) {
		key := name.Draw(t, "key")
		depth := rapid.IntRange(0, 3).Draw(t, "depth")
		noise := rapid.SliceOfNDistinct(name, 0, 4, rapid.ID[string]).Draw(t, "noise")
		noise = slices.DeleteFunc(noise, func(n string) bool { return n == key || n == "outer" })
		silent, answered := rapid.IntRange(2, 6).Draw(t, "silent"), rapid.IntRange(2, 20).Draw(t, "answered")
		whenMissing := rapid.Bool().Draw(t, "when missing")
		property := func(has bool) string {
			inner := []string{}
			if has {
				inner = append(inner, fmt.Sprintf("%q:%s", key, scalar.Draw(t, "value")))
			}
			inside := "{" + strings.Join(inner, ",") + "}"
			for range depth {
				inside = `{"outer":` + inside + "}"
			}
			for _, n := range noise {
				if rapid.Bool().Draw(t, "has "+n) {
					inside = strings.Replace(inside, "{", fmt.Sprintf("{%q:%s,", n, scalar.Draw(t, n)), 1)
				}
			}
			return strings.ReplaceAll(inside, ",}", "}")
		}
		var bad, good []asked
		for range silent {
			bad = append(bad, asked{property: property(!whenMissing), silent: true})
		}
		for range answered {
			good = append(good, asked{property: property(whenMissing)})
		}
		path := strings.Repeat("outer.", depth) + key
		d := session(t, name.Draw(t, "name"), mixed(bad, good)).Different
		if d == nil {
			t.Fatalf("%s is not found", path)
		}
		i := slices.IndexFunc(d.Rows, func(r Row) bool { return r.What == path && r.Separates })
		if i < 0 {
			t.Fatalf("%s is not among %+v", path, d.Rows)
		}
		want := Row{Unanswered: silent, Answered: 0}
		if whenMissing {
			want = Row{Unanswered: 0, Answered: answered}
		}
		if r := d.Rows[i]; r.Says == "present" && (r.Unanswered != want.Unanswered || r.Answered != want.Answered) || d.Unanswered != silent || d.Answered != answered {
			t.Fatalf("%+v of %d and %d", r, d.Unanswered, d.Answered)
		}
	})
}

// What is claimed to separate does, in a session in which chance alone decides.
func TestNothingIsClaimedThatIsNotSo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []asked
		silent := 0
		for range rapid.IntRange(1, 24).Draw(t, "commands") {
			a := asked{silent: rapid.Bool().Draw(t, "silent"), from: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "from")}
			parts := []string{}
			for _, key := range []string{"k", "l", "m"} {
				if rapid.Bool().Draw(t, key) {
					parts = append(parts, fmt.Sprintf("%q:%s", key, rapid.SampledFrom([]string{`1`, `2`, `"1"`, `true`, `[]`}).Draw(t, "value")))
				}
			}
			a.property = "{" + strings.Join(parts, ",") + "}"
			if a.silent {
				silent++
			}
			all = append(all, a)
		}
		if silent == 0 {
			return
		}
		d := session(t, "x", all).Different
		if d == nil {
			return
		}
		if b, g := d.Unanswered, d.Answered; b+g != len(all) || b != silent || b < 2 && g < 3 || g < 2 && b < 3 {
			t.Fatalf("claimed of %d unanswered and %d answered: %s", b, g, d.Text)
		}
		for _, r := range d.Rows {
			apart := r.Unanswered == 0 && r.Answered == d.Answered || r.Unanswered == d.Unanswered && r.Answered == 0 ||
				r.Unanswered == 0 && r.Answered > 0 || r.Answered == 0 && r.Unanswered > 0
			if r.Separates && !apart {
				t.Fatalf("%+v does not separate %d and %d", r, d.Unanswered, d.Answered)
			}
		}
	})
}

// Where chance alone decides, two things together are hardly ever claimed to separate.
func TestChanceIsNotTakenForAPair(t *testing.T) {
	for _, numbers := range []int{0, 3} {
		t.Run(fmt.Sprint(numbers, " numbers"), func(t *testing.T) { chanceIsNoPair(t, numbers) })
	}
}

func chanceIsNoPair(t *testing.T, numbers int) {
	chance, claimed := rand.New(rand.NewPCG(1, 2)), 0
	const sessions = 400
	for range sessions {
		var all []asked
		silent := 2 + chance.IntN(4)
		for i := range silent + 2 + chance.IntN(40) {
			var parts []string
			for k := range 8 {
				parts = append(parts, fmt.Sprintf(`"k%d":%d`, k, chance.IntN(3)))
			}
			for k := range numbers {
				parts = append(parts, fmt.Sprintf(`"n%d":%d`, k, chance.IntN(1000)))
			}
			all = append(all, asked{property: "{" + strings.Join(parts, ",") + "}", silent: i < silent})
		}
		chance.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if d := session(t, "x", all).Different; d != nil && d.Rows[0].And != "" {
			claimed++
		}
	}
	t.Logf("claimed in %d of %d sessions", claimed, sessions)
	if claimed > sessions/20 {
		t.Errorf("claimed in %d of %d sessions", claimed, sessions)
	}
}

// The rows after the one that says both show each alone.
func TestBothAreShownAlone(t *testing.T) {
	d := session(t, "hi", grid(3, `{"name":%q,"lang":%q}`, []string{"bob", "eve", "ann", "joe"}, []string{"de", "en", "fr"},
		func(a, b string) bool { return a == "bob" && b == "de" })).Different
	if d == nil {
		t.Fatal("nothing is found")
	}
	var got []string
	for _, r := range d.Rows {
		got = append(got, fmt.Sprintf("%s %d %d %v", r.Name(), r.Unanswered, r.Answered, r.Separates))
	}
	want := []string{`lang is "de" and name is "bob" 3 0 true`, `lang is "de" 3 9 false`, `name is "bob" 3 6 false`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A restart between the commands and a property may separate only together: what broke is one case of the new instance.
func TestARestartAndAPropertyAreNamedTogether(t *testing.T) {
	var events []trace.Event
	events = append(events, up("greeter")...)
	id, late := uint64(0), []trace.Event(nil)
	for i := range 40 {
		if i == 20 {
			events = append(events, state("greeter", 5*s, trace.Ended), state("greeter", 6*s, trace.Created), state("greeter", 6*s, trace.Start), state("greeter", 6*s, trace.Running))
		}
		id++
		at := 2*s + int64(i)*10*ms + int64(i/20)*5*s
		e := hello(trace.Sent, at, id)
		e.Property = fmt.Appendf(nil, `{"lang":%q}`, []string{"de", "en"}[i%2])
		events = append(events, e, hello(trace.Delivered, at+1, id))
		if i >= 20 && i%2 == 0 {
			late = append(late, unanswered(20*s, id))
			continue
		}
		events = append(events, result(at+2, id, trace.ByHandler, msg.OK))
	}
	events = append(events, late...)
	v, _ := fold(events...).Verdict(39, trace.Snapshot{}, inMemory(events))
	want := `lang is "de" and it was sent since 00:06 of the run, when greeter restarted in 10 of 10 unanswered and in 0 of 30 answered`
	if v.Different == nil || v.Different.Text != want {
		t.Errorf("%+v, want %q", v.Different, want)
	}
}

// Thousands of commands with hundreds of properties cost no more than those that are compared.
func BenchmarkPair(b *testing.B) {
	var all []asked
	for i := range 5000 {
		var parts []string
		for k := range 200 {
			parts = append(parts, fmt.Sprintf(`"k%d":%d`, k, (i*(k+3)+i/(k+2))%5))
		}
		all = append(all, asked{property: "{" + strings.Join(parts, ",") + "}", silent: i%7 == 0})
	}
	events := sessionOf("weather", all)
	f := fold(events...)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := f.Verdict(4999, trace.Snapshot{}, inMemory(events)); !ok {
			b.Fatal("there is no verdict")
		}
	}
}

func TestTheNewestAreCompared(t *testing.T) {
	v := session(t, "weather", mixed(repeat(300, true, `{}`), repeat(300, false, `{"city":"Oslo"}`)))
	if d := v.Different; d == nil || d.Unanswered > maxCompared || d.Unanswered < maxCompared/2 || d.Answered > maxCompared {
		t.Errorf("%+v", d)
	}
}

// BenchmarkVerdict compares as many commands as are kept, with forty properties each.
func BenchmarkVerdict(b *testing.B) {
	var all []asked
	for i := range 2 * maxCompared {
		var parts []string
		for k := range 40 {
			parts = append(parts, fmt.Sprintf(`"k%d":%d`, k, i*k%7))
		}
		all = append(all, asked{property: "{" + strings.Join(parts, ",") + "}", silent: i%2 == 0})
	}
	events := sessionOf("weather", all)
	f := fold(events...)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := f.Verdict(uint64(2*maxCompared-1), trace.Snapshot{}, inMemory(events)); !ok {
			b.Fatal("there is no verdict")
		}
	}
}

func TestWhatIsTooFewToCompareIsSaid(t *testing.T) {
	v := session(t, "weather", repeat(1, true, `{"units":"metric"}`))
	if v.Different != nil || v.TooFew != "nothing to compare with: no other was answered in time" {
		t.Errorf("%+v, %q", v.Different, v.TooFew)
	}
	if r := v.Report(nil); !strings.Contains(r, "WHAT IS DIFFERENT  nothing to compare with") {
		t.Errorf("the report does not say it:\n%s", r)
	}
	if v := session(t, "weather", repeat(71, true, `{}`)); v.TooFew != "nothing to compare with: none of the 71 was answered in time" {
		t.Errorf("of many: %q", v.TooFew)
	}
	bad := repeat(3, false, `{}`)
	for i := range bad {
		bad[i].outcome = msg.Error
	}
	if v := session(t, "weather", bad); v.TooFew != "nothing to compare with: none of the 3 was answered with OK" {
		t.Errorf("of errors: %q", v.TooFew)
	}
	if v := session(t, "weather", mixed(repeat(1, true, `{}`), repeat(1, false, `{}`))); v.TooFew != "too few commands yet to tell: 1 unanswered, 1 answered" {
		t.Errorf("one of each: %q", v.TooFew)
	}
	same := `{"city":"Oslo"}`
	if v := session(t, "weather", mixed(repeat(9, true, same), repeat(9, false, same))); v.TooFew != "nothing found beyond chance: no property, sender or time, nor two of them, surely sets the 9 unanswered apart from the 9 answered" || v.Different != nil {
		t.Errorf("nine of each are enough: %+v, %q", v.Different, v.TooFew)
	}
	v = session(t, "weather", mixed(repeat(3, true, `{"units":"metric"}`), repeat(14, false, `{"city":"Oslo"}`)))
	if got, want := v.Different.Brief(&v.Different.Rows[0]), "has city: 0 of 3 unanswered, 14 of 14 answered"; v.TooFew != "" || got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

// A command that was lost before it counted as unanswered is one of those without an answer, here as in the problem.
func TestWhatIsComparedIsWhatIsCounted(t *testing.T) {
	events := sessionOf("weather", mixed(repeat(3, true, `{"units":"metric"}`), repeat(4, false, `{"city":"Oslo"}`)))
	for _, id := range []uint64{2, 4, 6} {
		events = append(events, ask(trace.Freed, 10*s+1, id, 0, "weather", "relay", "greeter"), lint(Lost, trace.Error, ask(trace.Lint, 10*s+2, id, 0, "weather", "relay", "greeter")))
	}
	young := ask(trace.Sent, 11*s, 90, 0, "weather", "relay", "greeter")
	young.Property = []byte(`{"units":"metric"}`)
	lost := lint(Lost, trace.Error, ask(trace.Lint, 11*s+500*ms, 90, 0, "weather", "relay", "greeter"))
	freed := ask(trace.Freed, 11*s+400*ms, 90, 0, "weather", "relay", "greeter")
	events = append(events, young, ask(trace.Delivered, 11*s+1, 90, 0, "weather", "relay", "greeter"), freed, lost)
	f := fold(events...)
	v, _ := f.Verdict(90, trace.Snapshot{}, inMemory(events))
	if problems := f.Problems(trace.Snapshot{}); len(problems) != 1 || problems[0].Count != 4 || v.Different == nil || v.Different.Unanswered != 4 {
		t.Errorf("%+v\n%+v", problems, v.Different)
	}
	if v.Different.Newest || v.Different.Heading() != "4 unanswered and 4 answered weather" {
		t.Errorf("all are compared: %s", v.Different.Heading())
	}
	v = session(t, "weather", mixed(repeat(2, true, `{"units":"metric"}`), repeat(maxCompared+1, false, `{"city":"Oslo"}`)))
	if got := v.Different.Heading(); got != "2 unanswered and 97 answered weather, the newest" {
		t.Errorf("of more than are compared: %s", got)
	}
}
