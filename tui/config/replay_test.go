package config

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func TestAnAnswerIsComparedWithTheOneBefore(t *testing.T) {
	of := func(status msg.Status, property string) answer { return answer{true, status, []byte(property)} }
	ok := func(property string) answer { return of(msg.OK, property) }
	for _, c := range []struct {
		was, is answer
		want    string
	}{
		{ok(`{"a":1,"b":{"c":"x"}}`), ok(`{"b":{"c":"x"},"a":1}`), ""},
		{ok(``), ok(`{}`), ""},
		{answer{}, answer{}, ""},
		{ok(`{}`), answer{}, "has no answer now, before ok"},
		{answer{}, of(msg.Error, `{}`), "had no answer before, now error"},
		{ok(`{"a":1}`), of(msg.Error, `{"a":1}`), "differs: status ok > error"},
		{ok(`{"a":1}`), ok(`{"a":1.5}`), "differs: a 1 > 1.5"},
		{ok(`{"a":1}`), ok(`{"a":"1"}`), `differs: a 1 > "1"`},
		{ok(`{"a":1}`), ok(`{}`), "differs: a 1 > nothing"},
		{ok(`{}`), ok(`{"a":null}`), "differs: a nothing > null"},
		{ok(`{"x":1,"b":{"c":"x","d":2}}`), ok(`{"x":1,"b":{"c":"y"},"e":[1]}`), `differs: b.c "x" > "y" and 2 more`},
		{ok(`{"l":[1,2]}`), ok(`{"l":[2,1]}`), "differs: l [1,2] > [2,1]"},
	} {
		if got := differs(c.was, c.is, ">"); got != c.want {
			t.Errorf("%+v, then %+v: %q, want %q", c.was, c.is, got, c.want)
		}
	}
}

// again is a Controller that gives what is sent again the ids of the run.
type again struct {
	*reader
	ids  []uint64
	fail error
}

func (a *again) Inject(ctx context.Context, m msg.Message) (uint64, error) {
	a.ID, a.Err = a.ids[0], a.fail
	if a.fail == nil {
		a.ids = a.ids[1:]
	}
	return a.reader.Inject(ctx, m)
}

// asked is weather_tool, asked before and after its source was saved; a second later the same comes again from the bench.
func asked(w, h int) (*desk, *again) {
	const ms = time.Millisecond
	r := tuitest.NewRun("voice-demo", "main_control", "llm", "weather_tool")
	for _, name := range []string{"main_control", "llm", "weather_tool"} {
		r.Up(ms, name, ms, ms, ms)
	}
	ctl := new(again)
	ask := func(at time.Duration, from string, n int, answer string) uint64 {
		c := tuitest.Cmd{At: at, From: from, To: "weather_tool", Name: "forecast", Property: fmt.Sprintf(`{"city":"Berlin","day":%d}`, n), Handling: ms}
		if answer == "" {
			c.Lost = true
		} else {
			c.Answer, c.Latency = answer, ms
		}
		return r.Send(c)
	}
	round := func(at time.Duration, from string, answers ...string) (ids []uint64) {
		for i, answer := range answers {
			ids = append(ids, ask(at+time.Duration(i)*100*ms, from, i, answer))
		}
		return append(ids, r.OneWay(at+900*ms, msg.KindData, from, "weather_tool", "units", `{"metric":true}`, []byte("x"), ms))
	}
	round(1000*ms, "main_control", `{"temp":0}`, `{"temp":1}`, `{"temp":2}`, "", `{"temp":4}`)
	r.Down(4000*ms, "weather_tool", ms, ms)
	r.Add(4003*ms, trace.Event{Kind: trace.Transition, Extension: trace.Intern("weather_tool"), State: trace.Created, Detail: "restarted: weather.py saved"})
	r.Enter(4005*ms, "weather_tool", trace.Running, ms)
	ask(4100*ms, "main_control", 9, `{"temp":9}`)
	ctl.ids = round(5000*ms, "ten:bench", `{"temp":1}`, `{"temp":2.5}`, `{"temp":3}`, "")
	d := sceneAt(r, 4500*ms, w, h)
	ctl.reader = d.r
	d.c.Controller = ctl
	d.settings.Reloads = nil
	d.load()
	return d.look(extension, "weather_tool"), ctl
}

// advance goes on to a moment and returns what the screen asked of others meanwhile.
func (d *desk) advance(at time.Duration) (said []string) {
	for _, m := range tuitest.Deliver(d.Model, d.Update(d.run.Advance(d.c, at))) {
		said = append(said, fmt.Sprint(m))
	}
	return said
}

func TestInputsAreSentAgainInOrderAndCompared(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 18}, {120, 30}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+6)
		d, ctl := asked(size.w, size.h)
		look := func(what string) {
			t.Run(what+" "+name, func(t *testing.T) { golden.RequireEqual(t, d.View()+"\n"+d.Status()) })
		}
		sent := func() string {
			var all []string
			for _, m := range ctl.Sent {
				all = append(all, m.Name()+string(m.Properties().AppendJSON(nil)))
			}
			return strings.Join(all, " ")
		}
		if got := d.do("r"); !strings.Contains(got, "LiveMsg") {
			t.Errorf("a pause goes on: %s", got)
		}
		if want := `forecast{"city":"Berlin","day":1}`; sent() != want {
			t.Fatalf("sent: %s, want %s", sent(), want)
		}
		if got := d.do("r"); !strings.Contains(got, "just now") || len(ctl.Sent) != 1 {
			t.Errorf("a second r: %s, %s", got, sent())
		}
		d.advance(5050 * time.Millisecond)
		d.advance(5150 * time.Millisecond)
		d.advance(5250 * time.Millisecond)
		look("being sent again")
		var said []string
		for at := 5350 * time.Millisecond; at < 8*time.Second; at += 250 * time.Millisecond {
			said = append(said, d.advance(at)...)
		}
		if want := `forecast{"city":"Berlin","day":1} forecast{"city":"Berlin","day":2} forecast{"city":"Berlin","day":3} forecast{"city":"Berlin","day":4} ` +
			`units{"metric":true}`; sent() != want {
			t.Fatalf("sent: %s, want %s", sent(), want)
		}
		if want := "weather_tool: 3 of 4 answers differ, 5 sent again. forecast differs: temp 2 → 2.5"; !strings.Contains(strings.Join(said, " "), want) {
			t.Errorf("it says %q, want %q", said, want)
		}
		look("sent again")
		d.look(reloads, "").do("tab", "j", "j")
		look("sent again, all")
	}
}

func TestWhatCannotBeSentAgainIsSaid(t *testing.T) {
	d, ctl := asked(120, 30)
	if got := d.look(extension, "llm").do("r"); !strings.Contains(got, "None of the newest messages") {
		t.Errorf("nothing was sent to llm: %s", got)
	}
	ctl.fail = errors.New("the graph is stopping")
	if got := d.look(extension, "weather_tool").do("r"); !strings.Contains(got, "not sent: the graph is stopping") || len(ctl.Sent) != 5 {
		t.Errorf("after %d: %s", len(ctl.Sent), got)
	}
	d.look(reloads, "")
	if got := d.do("r"); got != "" || strings.Contains(fmt.Sprint(d.Keys()), keyReplay.Help().Desc) {
		t.Errorf("r on the reloads: %s", got)
	}
	nodeOf(d.c, item{extension, "voice-demo", "weather_tool"}).State = trace.Failed
	if got := d.look(extension, "weather_tool").do("r"); !strings.Contains(got, "does not run") {
		t.Errorf("to what does not run: %s", got)
	}
	d.c.Controller = nil
	if got := fmt.Sprint(tuitest.Deliver(d.Model, d.Update(ui.ReplayMsg{Graph: "voice-demo", Extension: "weather_tool", Count: 5}))); !strings.Contains(got, "takes no messages") {
		t.Errorf("of a recording: %s", got)
	}
}

func TestReplaysAreBounded(t *testing.T) {
	d, ctl := asked(80, 18)
	ctl.fail = errors.New("no")
	for range 2 * maxReplays {
		d.do("r")
	}
	if n := len(d.replays); n != maxReplays {
		t.Errorf("%d replays are kept", n)
	}
}
