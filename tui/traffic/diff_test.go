package traffic

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/tuitest"
)

func TestDiffOfTheMarked(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+5)
		m, c, _ := scene(tuitest.Voice(), 12500*time.Millisecond, size.w, size.h)
		m.setFilter("name = tool_call")
		settle(m, c)
		t.Run("one marked "+name, func(t *testing.T) {
			tuitest.Press(m, "g", "D")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		t.Run("against the selected "+name, func(t *testing.T) {
			tuitest.Press(m, "j")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		t.Run("maximised "+name, func(t *testing.T) {
			tuitest.Press(m, "m", "\\")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		if tuitest.Press(m, "esc"); m.full || !m.open {
			t.Error("the first esc does not give the list back")
		}
		if tuitest.Press(m, "esc"); m.open {
			t.Error("the second esc does not close the detail")
		}
	}
}

// What is called alike is told apart: the name of the message, its property name, and that of its answer.
func TestNamesInADiffAreToldApart(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	r.Up(0, "a", time.Millisecond, time.Millisecond, time.Millisecond)
	for i, who := range []string{"Ada", "Bea"} {
		at := time.Duration(i+1) * 100 * time.Millisecond
		e := trace.Event{Kind: trace.Sent, Extension: trace.Intern("a"), ID: uint64(i + 1), Type: msg.KindCmd, Name: trace.Intern("hello"), From: trace.Intern("a"), To: trace.Intern("b"),
			Property: []byte(`{"name":"` + who + `","a":{"very":{"long":{"way":{"down":{"name":"` + who + `"}}}}}}`)}
		r.Add(at, e)
		e.Kind, e.Type, e.From, e.To, e.Extension = trace.Result, msg.KindResult, e.To, e.From, e.From
		e.Final, e.Property = true, []byte(`{"name":"to `+who+`"}`)
		r.Add(at+time.Millisecond, e)
	}
	m, c, _ := scene(r, time.Second, 80, 19)
	settle(m, c)
	tuitest.Press(m, "g", "D", "j")
	v := m.View()
	for _, want := range []string{`prop.name +"Ada" +"Bea"`, `result.name +"to Ada" +"to Bea"`, `way.down.name +"Ada" +"Bea"`, ` name +hello`} {
		if !regexp.MustCompile(want).MatchString(v) {
			t.Errorf("it lacks %s:\n%s", want, v)
		}
	}
}

func TestComparePropertiesByPath(t *testing.T) {
	got := properties("", []byte(`{"a":1,"in":{"x":[1,2],"gone":true},"same":"s"}`), []byte(`{"same":"s","a":1.5,"in":{"x":[1,3]},"new":{}}`))
	want := []fact{{"a", "1", "1.5"}, {"in.x.0", "1", "1"}, {"in.x.1", "2", "3"}, {"in.gone", "true", ""}, {"same", `"s"`, `"s"`}, {"new", "", "{}"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Two commands hardly ever take equally long: that alone is no difference.
func TestADiffOfEqualMessagesSaysThatNothingDiffers(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	for i := range 2 {
		at := time.Duration(i+1) * time.Second
		r.Send(tuitest.Cmd{At: at, From: "a", To: "b", Name: "hello", Property: `{"n":1}`, Handling: time.Millisecond, Latency: time.Duration(i+2) * time.Millisecond})
	}
	m, c, _ := scene(r, 4*time.Second, 80, 19)
	settle(m, c)
	tuitest.Press(m, "g", "D", "j")
	if v := m.View(); !regexp.MustCompile(`latency +2ms +3ms`).MatchString(v) || !regexp.MustCompile("They are the same").MatchString(v) {
		t.Errorf("it says:\n%s", v)
	}
}
