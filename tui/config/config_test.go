package config

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// reader is a Controller that knows properties.
type reader struct {
	tuitest.Controller
	now   map[string]string
	wrote map[string]map[string]int64
	reads map[string]int64 // of llm

	edits   map[string]string
	refuses error
	endless int // edits that were asked for without a deadline
}

func (r *reader) endlessIf(ctx context.Context) {
	if _, ok := ctx.Deadline(); !ok {
		r.endless++
	}
}

func (r *reader) EditProperty(ctx context.Context, _, extension, path string, v msg.Value) error {
	if r.endlessIf(ctx); r.refuses != nil {
		return r.refuses
	}
	text := string(msg.AppendJSON(nil, v))
	r.edits[path] = text
	now := value(r.now[extension]).Object().Share()
	if err := now.Set(path, v); err != nil {
		return err
	}
	r.now[extension] = string(now.AppendJSON(nil))
	return nil
}

func (r *reader) RevertProperty(ctx context.Context, _, _, path string) error {
	r.endlessIf(ctx)
	delete(r.edits, path)
	return r.refuses
}

func (r *reader) EditedProperties(_, extension string) []string {
	if extension != "llm" {
		return nil
	}
	return slices.Sorted(maps.Keys(r.edits))
}

func (r *reader) Properties(_, extension string) ([]byte, map[string]int64) {
	return []byte(r.now[extension]), r.wrote[extension]
}

func (r *reader) PropertyReads(_, extension string) map[string]int64 {
	if extension != "llm" {
		return nil
	}
	return r.reads
}

// desk is the config that the tests look at.
type desk struct {
	*Model
	c        *ui.Common
	r        *reader
	run      *tuitest.Run
	settings ui.Settings
	applied  int
}

func at(name string, line int) ui.Origin {
	return ui.Origin{File: "/home/ada/voice/" + name, Line: line}
}

func value(text string) msg.Value {
	v, err := msg.ParseJSON([]byte(text))
	if err != nil {
		panic(err)
	}
	return v
}

// scene is the voice assistant, some seconds after its config was saved with a mistake.
func scene(w, h int) *desk { return sceneOf(tuitest.Voice(), w, h) }

func sceneOf(run *tuitest.Run, w, h int) *desk { return sceneAt(run, 12400*time.Millisecond, w, h) }

func sceneAt(run *tuitest.Run, moment time.Duration, w, h int) *desk {
	c := run.Common(moment, theme.Plain(false))
	g := c.Source.Graphs()[0]
	pos := func(line int) graph.Pos { return graph.Pos{File: "/home/ada/voice/config.toml", Line: line, Col: 1} }
	for i := range g.Nodes {
		g.Nodes[i].Pos = pos(10 * (i + 1))
	}
	llm := g.Node("llm")
	llm.Property = value(`{"model":"small","api_key":"${env:LLM_KEY}","params":{"temperature":0.5,"token":"abcdef"},"prompt":"You are a friendly assistant. Answer in one sentence, name the city, and never guess."}`)
	llm.Places = map[string]graph.Pos{"model": pos(32), "api_key": pos(33), "params": pos(34), "prompt": pos(35)}
	d := &desk{c: c, run: run}
	d.r = &reader{edits: map[string]string{}, now: map[string]string{"llm": `{"model":"large","api_key":"********","params":{"temperature":0.5,"token":"********"},` +
		`"prompt":"You are a friendly assistant. Answer in one sentence, name the city, and never guess.","retries":3}`},
		wrote: map[string]map[string]int64{"llm": {"model": 9_150_000_000}}}
	c.Controller = d.r
	set := func(key, value string, from ui.Origin) ui.Setting {
		return ui.Setting{Key: key, Value: value, From: from}
	}
	none := ui.Origin{Name: "default"}
	memory := set("trace.memory", `"256MiB"`, none)
	memory.Next = &ui.Setting{Key: "trace.memory", Value: `"64MiB"`, From: at("config.toml", 92)}
	d.settings = ui.Settings{Path: "/home/ada/voice/config.toml", Files: 3, Auto: true, Secrets: []string{"*key*", "*token*"},
		All: []ui.Setting{
			set("bench.unanswered_after", `"1s"`, none), set("bench.slow", `"80ms"`, at("config.toml", 81)),
			set("bench.stuck", `"9s"`, ui.Origin{Name: "$TENBENCH_BENCH_STUCK"}), set("bench.drain", `"2s"`, none),
			memory, set("trace.tap", `"64MiB"`, none), set("reload.config", "true", none), set("tui.ascii", "true", ui.Origin{Name: "--ascii"}),
		},
		Reloads: []ui.Reload{
			{At: c.Info.Started.Add(3 * time.Second), Summary: "changed llm (model); from the next start on: [trace]"},
			{At: c.Info.Started.Add(11 * time.Second), Problems: []string{`config.toml:44:9: a node without "name"; add "name"`, `config.toml:45:1: unknown key "adon" in a node; did you mean "addon"?`},
				Places: []ui.Origin{at("config.toml", 44), at("config.toml", 45)}},
		}}
	c.Info.Settings = func() ui.Settings { return d.settings }
	c.Info.Apply = func() { d.applied++ }
	d.Model = New(c)
	d.SetSize(w, h)
	d.Update(ui.TickMsg{Now: c.Now})
	return d
}

// look selects an entry of the left list.
func (d *desk) look(k kind, name string) *desk {
	for _, it := range d.items {
		if it.kind == k && it.name == name {
			d.choose(it)
			return d
		}
	}
	panic("no such entry: " + name)
}

// do presses keys and returns what the screen asked of others.
func (d *desk) do(keys ...string) string {
	var said []string
	for _, k := range keys {
		for _, s := range tuitest.Deliver(d.Model, tuitest.Press(d.Model, k)) {
			said = append(said, fmt.Sprintf("%T %v", s, s))
		}
	}
	return strings.Join(said, "\n")
}

func TestGolden(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 18}, {120, 30}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+6)
		look := func(what string, d *desk) {
			t.Run(what+" "+name, func(t *testing.T) { golden.RequireEqual(t, d.View()+"\n"+d.Status()) })
		}
		look("properties", scene(size.w, size.h).look(extension, "llm"))
		look("declared", scene(size.w, size.h).look(extension, "llm").declares(manifest()...))
		read := scene(size.w, size.h).look(extension, "llm").declares(manifest()...)
		read.r.reads = map[string]int64{"model": 12_345, "params": 2, "params.temperature": 1, "api_key": 1}
		read.fill()
		look("read", read)
		typed := scene(size.w, size.h).look(extension, "llm").declares(manifest()...)
		typed.do("enter", "G", "enter", "ctrl+u", "7", "x", "enter")
		look("edit", typed)
		typed.do("backspace", "enter")
		look("edited", typed)
		look("nothing set", scene(size.w, size.h).look(extension, "asr"))
		whole := scene(size.w, size.h).look(extension, "llm")
		whole.do("tab", "G", "k")
		look("whole value", whole)
		look("settings", scene(size.w, size.h).look(section, "bench"))
		look("next start", scene(size.w, size.h).look(section, "trace"))
		look("reloads", scene(size.w, size.h).look(reloads, ""))
		look("outcomes", sceneOf(renewed(), size.w, size.h).look(reloads, ""))
		judged := sceneOf(renewed(), size.w, size.h).look(reloads, "")
		judged.do("tab", "j", "j", "j")
		look("outcome", judged)
		hand := scene(size.w, size.h)
		hand.settings.Auto = false
		hand.settings.Reloads = []ui.Reload{{At: hand.c.Info.Started.Add(12 * time.Second), Summary: "changed tts (voice)", Waits: true}}
		hand.Update(ui.ConfigMsg{})
		look("by hand", hand.look(reloads, ""))
		fresh := scene(size.w, size.h)
		fresh.settings.Reloads = nil
		fresh.Update(ui.ConfigMsg{})
		look("never saved", fresh.look(reloads, ""))
		demo := scene(size.w, size.h)
		demo.settings.Reloads, demo.settings.Path = nil, ""
		demo.Update(ui.ConfigMsg{})
		look("demo", demo.look(reloads, ""))
		record := scene(size.w, size.h)
		record.c.Info.Settings, record.c.Info.Live, record.c.Controller = nil, false, nil
		record.Model = New(record.c)
		record.SetSize(size.w, size.h)
		look("recording", record)
	}
}

// renewed is the voice assistant after four reloads: of a tool whose new source is slow and fails, of a model that is quicker, of a
// speaker of which nothing can be said, and of a listener that did not come up.
func renewed() *tuitest.Run {
	const ms = time.Millisecond
	r := tuitest.Voice()
	ask := func(at time.Duration, to, name string, n int, status msg.Status, took time.Duration) {
		for i := range time.Duration(n) {
			took += ms
			r.Send(tuitest.Cmd{At: at + i*60*ms, From: "main_control", To: to, Name: name, Handling: took, Latency: took, Status: status})
		}
	}
	again := func(at time.Duration, extension, why string) {
		life := func(at time.Duration, s trace.State, why string) {
			r.Add(at, trace.Event{Kind: trace.Transition, Extension: trace.Intern(extension), State: s, Detail: why})
		}
		life(at, trace.Stop, why)
		life(at+ms, trace.Ended, "")
		life(at+2*ms, trace.Created, why)
		if extension == "asr" {
			life(at+3*ms, trace.Failed, "no such device")
			return
		}
		life(at+6*ms, trace.Running, "")
	}
	ask(6500*ms, "weather_tool", "forecast", 9, msg.OK, 3*ms)
	again(7100*ms, "weather_tool", "restarted: speak.py saved")
	ask(7200*ms, "weather_tool", "forecast", 6, msg.OK, 80*ms)
	ask(7600*ms, "weather_tool", "forecast", 9, msg.Error, 2*ms)
	ask(9500*ms, "llm", "embed", 9, msg.OK, 130*ms)
	again(10300*ms, "llm", "restarted: property model changed")
	ask(10400*ms, "llm", "embed", 9, msg.OK, 88*ms)
	again(11100*ms, "tts", "restarted by hand")
	again(11200*ms, "asr", "restarted after it failed")
	return r
}

// declares gives the scene a manifest.
func (d *desk) declares(properties ...ui.DeclaredProperty) *desk {
	d.c.Info.Has = func(_, extension string) []ui.DeclaredProperty {
		if extension != "llm" {
			return nil
		}
		return properties
	}
	d.fill()
	return d
}

func manifest() []ui.DeclaredProperty {
	return []ui.DeclaredProperty{{Name: "model", Type: "string"}, {Name: "api_key", Type: "int64"}, {Name: "params", Type: "object"},
		{Name: "params.temperature", Type: "string"}, {Name: "prompt", Type: "string"}, {Name: "retries", Type: "int64"}}
}

func TestAValueUnlikeItsDeclaredTypeIsSaid(t *testing.T) {
	d := scene(120, 30).look(extension, "llm").declares(manifest()...)
	var got []string
	for i := range d.rows {
		if d.rows[i].tone == unlike {
			got = append(got, d.rows[i-1].key+": "+d.rows[i].value)
		}
	}
	if want := "params.temperature: string, but this is float64"; strings.Join(got, "; ") != want { // what a secret is, nobody sees
		t.Errorf("%q, want %q", got, want)
	}
	d.declares(ui.DeclaredProperty{Name: "params", Type: "string"})
	if v := d.View(); !strings.Contains(v, "params as string, but this is an object") {
		t.Errorf("an object that was declared a string:\n%s", v)
	}
	d.declares(ui.DeclaredProperty{Name: "other", Type: "string"}, ui.DeclaredProperty{Name: "retries", Type: "float64"}, ui.DeclaredProperty{Name: "prompt"})
	if v := d.View(); strings.Contains(v, "but this is") || !strings.Contains(v, "DECLARED") {
		t.Errorf("nothing is unlike:\n%s", v)
	}
	if v := d.look(extension, "asr").View(); strings.Contains(v, "DECLARED") {
		t.Errorf("asr declares nothing:\n%s", v)
	}
}

func TestWhatWasNeverReadIsSaid(t *testing.T) {
	d := scene(120, 30).look(extension, "llm")
	said := func() string {
		d.fill()
		var out []string
		for i := range d.rows {
			if d.rows[i].tone != remark {
				out = append(out, d.rows[i].key+" "+d.rows[i].reads)
			}
		}
		return strings.Join(out, ", ")
	}
	d.r.now["llm"] = `{"model":"large","list":[1],"params":{"a":1,"b":2},"param":1,"ten":{"x":1}}`
	if got, v := said(), d.View(); strings.ContainsAny(got, "0!") || strings.Contains(v, "READ") {
		t.Errorf("nobody knows what was read: %s\n%s", got, v)
	}
	d.r.reads = map[string]int64{"model": 12, "list[0]": 3, "params": 2, "params.a": 5, "missing": 1}
	if got, want := said(), "model 12, list 3, params.a 7, params.b 2, param 0 !, ten.x "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if v := d.View(); !strings.Contains(v, "! param is set and was never read") {
		t.Errorf("one was never read:\n%s", v)
	}
	delete(d.r.reads, "model")
	if said(); !strings.Contains(d.View(), "! model and 1 more are set and were never read") {
		t.Errorf("two were never read:\n%s", d.View())
	}
	d.r.reads[""] = 1
	if got := said(); strings.Contains(got, "!") || strings.Contains(d.View(), "never read") {
		t.Errorf("all were read at once: %s", got)
	}
}

// What is typed for a text is text, with or without quotes; where anything may stand the hint says how text is written.
func TestABareWordIsTextWhereTextStands(t *testing.T) {
	for typed, want := range map[string]string{"Moin": `"Moin"`, "Moin, Ada!": `"Moin, Ada!"`, `"Moin"`: `"Moin"`, `say "hi"`: `"say \"hi\""`, "7": `"7"`, "true": `"true"`, `"Moin`: "", "{a": "", "": ""} {
		d := scene(120, 30).look(extension, "llm")
		d.do("enter")
		for d.rows[d.row].key != "model" {
			d.do("j")
		}
		d.do("enter")
		if !strings.Contains(d.Status(), "as text, with or without quotes") {
			t.Errorf("it is not said how a text is typed: %s", d.Status())
		}
		d.edit.field.SetValue(typed)
		d.do("enter")
		if got := d.r.edits["model"]; got != want {
			t.Errorf("%q: %s, want %s; %s", typed, got, want, d.Status())
		}
	}
	d := scene(120, 30).look(extension, "llm")
	d.do("enter")
	for d.rows[d.row].key != "api_key" {
		d.do("j")
	}
	d.do("enter")
	d.edit.field.SetValue("hush")
	if d.do("enter"); len(d.r.edits) > 0 || !strings.Contains(d.Status(), "text stands in quotes") || strings.Contains(d.Status(), "hush") {
		t.Errorf("a secret of which the type is not known: %v, %s", d.r.edits, d.Status())
	}
}

// The bar shows where the keys go: there is one of it.
func TestOnlyTheSideThatHasTheKeysShowsTheBar(t *testing.T) {
	d := scene(120, 30).look(extension, "llm")
	bar := d.c.Theme.Signs.Bar
	for _, inside := range []bool{false, true, false} {
		v := d.View()
		if n := strings.Count(v, bar); n != 1 || d.inside != inside {
			t.Errorf("inside %v, %d bars:\n%s", d.inside, n, v)
		}
		d.do("tab")
	}
}

func TestAnEditIsGivenToWhatRunsAndCanBeTakenBack(t *testing.T) {
	d := scene(120, 30).look(extension, "llm").declares(manifest()...)
	d.do("enter", "G", "enter")
	if !d.Focused() {
		t.Fatal("enter on a property begins no edit")
	}
	if s := d.Status(); !strings.Contains(s, "no file is written") || ui.Width(s) > 78 {
		t.Errorf("the status while one types: %s", s)
	}
	for text, why := range map[string]string{"x": "is not valid: JSON 1:1", "1.5": "this is float64, not int64", `"3"`: "this is string, not int64"} {
		d.edit.field.SetValue(text)
		if d.do("enter"); len(d.r.edits) > 0 || !strings.Contains(d.Status(), why) || d.edit.field.Value() != text {
			t.Errorf("%s: %v, %s", text, d.r.edits, d.Status())
		}
	}
	if d.edit.field.SetValue("seven"); d.do("enter") != "" || strings.Contains(d.Status(), "quotes") {
		t.Errorf("text where only a number fits: %s", d.Status())
	}
	d.edit.field.SetValue("9")
	d.r.refuses = errors.New("it is gone")
	if d.do("enter"); d.edit == nil || d.edit.field.Value() != "9" || !strings.Contains(d.Status(), "it is gone") {
		t.Errorf("what was refused is lost: %+v, %s", d.edit, d.Status())
	}
	d.r.refuses = nil
	got := d.do("enter")
	if d.Focused() || d.r.edits["retries"] != "9" || !strings.Contains(got, "runs only; no file was written") {
		t.Errorf("%v, %s", d.r.edits, got)
	}
	if v := d.View(); !strings.Contains(v, "running only") || !strings.Contains(v, " FILE ") || !strings.Contains(v, "nothing of it") {
		t.Errorf("the row does not say it:\n%s", v)
	}
	if s := d.Status(); !strings.Contains(s, "running only; the file says nothing of it") {
		t.Errorf("the status does not say it: %s", s)
	}
	if got := d.do("b"); len(d.r.edits) > 0 || !strings.Contains(got, "what the file says again") || strings.Contains(d.View(), "running only") {
		t.Errorf("b: %v, %s", d.r.edits, got)
	}
	if got := d.do("b"); got != "" {
		t.Errorf("b on what was not edited: %s", got)
	}
}

// An edit waits no longer than other things that the engine is asked for, and nobody has to wait for it in the form.
func TestAnEditThatIsOnItsWayCanBeLeft(t *testing.T) {
	d := scene(120, 30).look(extension, "llm").declares(manifest()...)
	d.do("enter", "G", "enter")
	d.edit.field.SetValue("9")
	given := tuitest.Press(d.Model, "enter") // and not done yet
	if tuitest.Press(d.Model, "8"); d.edit.field.Value() != "9" {
		t.Errorf("what is on its way was changed to %s", d.edit.field.Value())
	}
	if got := d.do("esc"); d.Focused() || !strings.Contains(got, "retries is on its way to llm") {
		t.Errorf("esc: %s", got)
	}
	if got := fmt.Sprint(tuitest.Deliver(d.Model, given)); d.r.edits["retries"] != "9" || !strings.Contains(got, "no file was written") {
		t.Errorf("%v, %s", d.r.edits, got)
	}
	if d.do("b"); len(d.r.edits) > 0 || d.r.endless > 0 {
		t.Errorf("%v; %d without a deadline", d.r.edits, d.r.endless)
	}
}

func TestAnEditIsNotLostUnsaid(t *testing.T) {
	d := scene(120, 30).look(extension, "llm")
	d.do("enter", "enter", "ctrl+u", "1", "2")
	d.Update(ui.GotoMsg{Screen: ui.Config, Extension: "asr"})
	d.r.now["llm"] = `{"new":1,"model":"large"}`
	d.c.Now += refresh
	d.Update(ui.TickMsg{Now: d.c.Now})
	if d.edit == nil || d.at.name != "llm" || d.rows[d.row].key != "model" {
		t.Fatalf("the edit of model has gone to %+v of %+v", d.rows[d.row], d.at)
	}
	if got := d.do("esc"); !strings.Contains(got, "dropped: 12") || d.Focused() || len(d.r.edits) > 0 {
		t.Errorf("esc: %s, %v", got, d.r.edits)
	}
	if got := d.do("enter", "esc"); got != "" {
		t.Errorf("nothing was typed: %s", got)
	}
	d.r.now["llm"] = `{"token":"********"}`
	d.fill()
	d.do("enter")
	if v := d.edit.field.Value(); v != "" {
		t.Errorf("a secret's field has %q", v)
	}
	if got := d.do("1", "2", "esc"); got == "" || strings.Contains(got, "12") {
		t.Errorf("a secret is repeated: %q", got)
	}
	record := scene(120, 30).look(extension, "llm")
	record.c.Controller = nil
	if record.do("enter", "enter"); record.Focused() {
		t.Error("a recording's property was edited")
	}
}

func TestNoSecretIsDrawn(t *testing.T) {
	d := scene(200, 50).look(extension, "llm")
	for _, now := range []string{d.r.now["llm"], "", "{}"} { // of an extension that has not read its properties, the file's are shown
		d.r.now["llm"] = now
		d.fill()
		view := d.View()
		if strings.Contains(view, "abcdef") || !strings.Contains(view, "params.token") || !strings.Contains(view, "********") {
			t.Errorf("with %q:\n%s", now, view)
		}
	}
}

func TestWhatAnExtensionWroteIsSaidToBeItsOwn(t *testing.T) {
	d := scene(80, 18).look(extension, "llm")
	want := []row{
		{tone: written, key: "model", value: `"large"`, file: `"small"`, says: "same", from: at("config.toml", 32), at: 9_150_000_000},
		{tone: remark, key: "in the file", value: `"small"`, from: at("config.toml", 32)},
	}
	if got := d.rows[:2]; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v", got)
	}
	if last := d.rows[len(d.rows)-1]; last.key != "retries" || last.from.Name != "its package" {
		t.Errorf("%+v", last)
	}
	d.r.wrote["llm"] = map[string]int64{"params": 5}
	d.r.now["llm"] = `{"params":{"temperature":0.5,"more":1}}`
	d.fill()
	for i := range d.rows {
		if d.rows[i].tone != written {
			t.Errorf("all of params was written: %+v", d.rows)
		}
	}
}

// Where there is room, what the file says stands beside what runs; where there is not, below it. It is said once, and never cut away.
func TestWhatTheFileSaysStandsBesideOrBelow(t *testing.T) {
	d, wide := scene(80, 18).look(extension, "llm"), false
	for w := 60; w < 200; w++ {
		d.SetSize(w, 18)
		v := d.View()
		beside, below := strings.Contains(v, " FILE "), strings.Contains(v, "in the file")
		if beside == below || strings.Count(v, `"small"`) != 1 {
			t.Fatalf("at %d:\n%s", w, v)
		}
		if wide && !beside || w == 80 && beside || w == 120 && !beside {
			t.Fatalf("at %d beside: %v\n%s", w, beside, v)
		}
		wide = beside
		if beside && (!strings.Contains(v, "${env") || !strings.Contains(v, "RUNNING")) {
			t.Fatalf("at %d:\n%s", w, v)
		}
	}
	delete(d.r.wrote, "llm")
	d.fill()
	if v := d.View(); strings.Contains(v, " FILE ") {
		t.Errorf("nothing is another:\n%s", v)
	}
}

func TestOOpensWhatIsSelected(t *testing.T) {
	const file = "/home/ada/voice/config.toml"
	for _, c := range []struct {
		kind kind
		name string
		keys []string
		want string
	}{
		{extension, "llm", []string{"o"}, file + " 44"},        // the file is refused
		{extension, "llm", []string{"tab", "o"}, file + " 32"}, // it has written that itself since
		{extension, "llm", []string{"tab", "j", "o"}, file + " 33"},
		{section, "bench", []string{"o"}, file + " 81"},
		{section, "bench", []string{"tab", "j", "o"}, file + " 81"},
		{section, "bench", []string{"tab", "o"}, ""}, // a default stands nowhere
		{section, "trace", []string{"tab", "j", "o"}, file + " 92"},
		{reloads, "", []string{"o"}, file + " 44"},
		{reloads, "", []string{"tab", "j", "j", "o"}, file + " 45"},
		{section, "reload", []string{"o"}, file + " 0"},
	} {
		d := scene(120, 30).look(c.kind, c.name)
		got := d.do(c.keys...)
		if c.want == "" && got == "" {
			continue
		}
		if c.want == "" || !strings.Contains(got, "EditMsg {"+c.want) {
			t.Errorf("%s %v: %q, want %q", c.name, c.keys, got, c.want)
		}
	}
}

// line is where a node of the scene stands.
func TestKeysDoWhatTheySay(t *testing.T) {
	d := scene(120, 30).look(extension, "llm")
	if got := d.do("R"); !strings.Contains(got, "RestartMsg") || !strings.Contains(got, "llm") {
		t.Errorf("R: %q", got)
	}
	if got := d.do("u"); d.applied != 0 || !strings.Contains(got, "Saving the file applies it") {
		t.Errorf("u with [reload] config = true: %d, %q", d.applied, got)
	}
	d.settings.Auto = false
	d.Update(ui.ConfigMsg{})
	if d.do("u"); d.applied != 1 {
		t.Errorf("u applied %d times", d.applied)
	}
	if d.do("enter", "y"); d.run.Copied != `"large"` {
		t.Errorf("copied %q", d.run.Copied)
	}
	if d.do("left"); d.inside {
		t.Error("still inside")
	}
	before := d.at
	if d.do("j"); d.at == before {
		t.Error("j moved nothing")
	}
	if d.do("G"); d.at.kind != reloads {
		t.Errorf("G went to %+v", d.at)
	}
	if got := d.do("R"); got != "" {
		t.Errorf("R on the reloads: %q", got)
	}
}

func TestTheSelectionStaysWhenNodesComeAndGo(t *testing.T) {
	d := scene(120, 30).look(extension, "llm")
	g := d.c.Source.Graphs()[0]
	g.Nodes = append([]graph.Node{{Name: "first", Addon: "x"}}, g.Nodes...)
	d.c.Now += refresh
	d.Update(ui.TickMsg{Now: d.c.Now})
	if d.at.name != "llm" {
		t.Errorf("selected %+v", d.at)
	}
	g.Nodes = g.Nodes[:1]
	d.c.Now += refresh
	d.Update(ui.TickMsg{Now: d.c.Now})
	if d.at.name != "first" {
		t.Errorf("selected %+v of %+v", d.at, d.items)
	}
}

func TestFramesFit(t *testing.T) {
	d := scene(80, 18)
	hostile := tuitest.HostileNames
	d.r.now["llm"] = `{"k\u001b[31m":"v\u001b]0;x\u0007","\u202e":[{"日本":"👩‍👩‍👧‍👦"}]}`
	d.r.reads = map[string]int64{}
	for i := range d.settings.All {
		d.settings.All[i].Value = hostile[i%len(hostile)]
		d.settings.All[i].From.Name = hostile[(i+1)%len(hostile)]
	}
	d.settings.Reloads[0].Summary, d.settings.Reloads[1].Problems = strings.Join(hostile, " "), hostile
	d.settings.Path = "/" + hostile[0]
	d.declares(ui.DeclaredProperty{Name: "\u202e", Type: hostile[1%len(hostile)]}, ui.DeclaredProperty{Name: "k\x1b[31m", Type: "int64"})
	d.Update(ui.ConfigMsg{})
	for _, size := range tuitest.Sizes {
		d.SetSize(size[0], size[1])
		for _, it := range d.items {
			d.edit = nil
			d.choose(it)
			for _, inside := range []bool{false, true} {
				d.inside, d.edit = inside, nil
				if d.inside && d.canEdit() {
					d.beginEdit()
				}
				for _, bad := range tuitest.Misfits(d.View(), size[0], size[1]) {
					t.Errorf("%+v: %s", it, bad)
				}
			}
		}
	}
}

func TestAFileOfTheSameNameKeepsItsFolder(t *testing.T) {
	d := scene(120, 31)
	for file, want := range map[string]string{"/home/ada/voice/config.toml": "config.toml:2", "/home/ada/.config/tenbench/config.toml": "tenbench/config.toml:2",
		"/home/ada/voice/property.json": "property.json:2"} {
		if got := where(d.short(ui.Origin{File: file, Line: 2})); got != want {
			t.Errorf("%s is %q, want %q", file, got, want)
		}
	}
}

func TestARefusedFileIsSaidAndOpened(t *testing.T) {
	d := scene(120, 30).look(extension, "asr")
	if v := d.Status(); !strings.Contains(v, "said before") || strings.Contains(v, "has what the files say.") {
		t.Errorf("the status of a refused file: %s", v)
	}
	if got := d.do("o"); !strings.Contains(got, "config.toml 44") {
		t.Errorf("o opens %q", got)
	}
	d.settings.Reloads = d.settings.Reloads[:1]
	d.Update(ui.ConfigMsg{})
	if v := d.Status(); !strings.Contains(v, "has what the files say.") {
		t.Errorf("the status of an applied file: %s", v)
	}
	if got := d.do("o"); !strings.Contains(got, "config.toml 20") {
		t.Errorf("o opens %q", got)
	}
}

func TestALongMistakeIsReadWhole(t *testing.T) {
	d := scene(80, 18)
	const last = "the_last_word"
	d.settings.Reloads[1].Problems = []string{"config.toml:44:9: an addon that does not exist; did you mean \"greeter\"? There are echo, forgetful, greeter and " + last}
	d.settings.Reloads[1].Places = d.settings.Reloads[1].Places[:1]
	d.Update(ui.ConfigMsg{})
	if v := d.View(); !strings.Contains(v, last) {
		t.Errorf("above:\n%s", v)
	}
	d.look(reloads, "")
	if v := d.View(); strings.Count(v, last) != 2 {
		t.Errorf("among the saves:\n%s", v)
	}
	if d.do("enter", "j", "y"); !strings.HasSuffix(d.run.Copied, last) {
		t.Errorf("copied %q", d.run.Copied)
	}
}

// What stands above every screen is not said here once more; a save of long ago is.
func TestWhyTheFileIsRefusedIsSaidOnce(t *testing.T) {
	d := scene(120, 30)
	const why = `a node without "name"`
	if v := d.View(); strings.Count(v, why) != 1 {
		t.Fatalf("it is not said why:\n%s", v)
	}
	d.c.Refused = true
	if v := d.View(); strings.Contains(v, why) || !strings.Contains(v, "refused  2 mistakes: see above") {
		t.Errorf("it is said again:\n%s", v)
	}
	if d.look(reloads, ""); !strings.Contains(d.View(), why) {
		t.Errorf("the list of saves has lost it:\n%s", d.View())
	}
}
