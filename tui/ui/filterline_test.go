package ui_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// typed is a line into which a text was typed, on the scene of the looks.
func typed(t *testing.T, text string) (*ui.FilterLine, *ui.Common) {
	t.Helper()
	c := tuitest.Voice().Common(12*time.Second, theme.Plain(true))
	f := ui.NewFilterLine(c)
	f.Edit(ui.Focus{})
	for _, r := range text {
		f.HandleKey(tuitest.Key(string(r)))
	}
	return &f, c
}

func drawn(c *ui.Common, draw func(*ui.Frame)) string {
	var f ui.Frame
	f.Begin(c.Theme, 120, 2)
	draw(&f)
	return f.String()
}

func TestAFilterIsCompletedWithWhatWasSeen(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "cmd",
		"pend":                 "pending",
		"cmd an":               "cmd and",
		"lat":                  "latency",
		"latency ":             "latency =",
		"from = wea":           "from = weather_tool",
		"cmd and to = t":       "cmd and to = tts",
		"name = tool":          "name = tool_call",
		"level >= w":           "level >= warn",
		"status = e":           "status = error",
		"from in (asr, l":      "from in (asr, llm",
		"ext = ben":            "ext = (bench)",
		"from = ben":           `from = "ten:bench"`,
		"prop":                 "prop.",
		"not unans":            "not unanswered",
		"(cmd or dat":          "(cmd or data",
		`name = "tool_call" o`: `name = "tool_call" or`,
	} {
		f, _ := typed(t, text)
		f.HandleKey(tuitest.Key("tab"))
		f.HandleKey(tuitest.Key("enter")) // keeps nothing that is no filter
		got := drawn(plain, func(fr *ui.Frame) { f.Draw(fr.Row(), "", 100) })
		if !strings.Contains(got, "filter "+want) {
			t.Errorf("%q is completed to %q, want %q", text, strings.TrimSpace(got), want)
		}
	}
}

var plain = &ui.Common{Theme: theme.Plain(true)}

func TestTheHintsTellUnfinishedFromMistaken(t *testing.T) {
	for text, want := range map[string]string{
		"cmd and ":              "cmd",     // of a term
		"colour = red":          "^",       // no such field
		"latency > 1parsec and": "^",       // wrong, though the end could go on
		"from = ":               "weather", // names seen
	} {
		f, c := typed(t, text)
		got := drawn(c, func(fr *ui.Frame) { f.DrawHints(fr.Row) })
		if !strings.Contains(got, want) {
			t.Errorf("under %q stands %q, want %q", text, strings.TrimSpace(got), want)
		}
	}
}

func TestAWrongFilterLeavesTheLastGoodOne(t *testing.T) {
	f, _ := typed(t, "cmd and (")
	if f.Text() != "cmd an" || f.Wrong() == nil {
		t.Errorf("in force is %q, wrong %v", f.Text(), f.Wrong())
	}
	if step, _ := f.HandleKey(tuitest.Key("enter")); step == ui.FilterDone || !f.Focused() {
		t.Error("enter accepts what is no filter")
	}
	f.HandleKey(tuitest.Key("esc"))
	if f.Text() != "" || f.Focused() {
		t.Errorf("esc leaves %q in force", f.Text())
	}
}

func TestAHalfComparisonFiltersNothingYet(t *testing.T) {
	for text, want := range map[string]string{"cmd and to": "cmd", "to ": "", "(cmd) and not from": "(cmd)", "cmd to": "cmd", `"to" latency`: `"to"`, "not to": ""} {
		if f, _ := typed(t, text); f.Text() != want {
			t.Errorf("of %q %q is in force, want %q", text, f.Text(), want)
		}
	}
	f, _ := typed(t, "cmd and to")
	f.HandleKey(tuitest.Key("enter"))
	if f.Text() != "cmd and to" || f.Focused() {
		t.Errorf("after enter in force is %q: a word may be one", f.Text())
	}
}

func TestEveryFieldIsOfferedAndCompiles(t *testing.T) {
	for _, name := range trace.Fields() {
		if strings.HasPrefix(name, "property") {
			continue
		}
		f, c := typed(t, name+" ")
		if got := drawn(c, func(fr *ui.Frame) { f.DrawHints(fr.Row) }); !strings.Contains(got, "[=]") {
			t.Errorf("behind %s stands %q", name, strings.TrimSpace(got))
		}
	}
}

func TestFiltersLastToTheNextLaunch(t *testing.T) {
	memory := tuitest.Memory{}
	f := ui.NewFilters(memory)
	f.Save("slow  ones", "latency > 1s")()
	f.Save("a", "cmd")()
	f.Save("a", "data")()
	f.Note("pending")()
	f.Note("cmd")()
	f.Note("pending")()
	again := ui.NewFilters(memory)
	if want := []ui.Saved{{Name: "a", Text: "data"}, {Name: "slow ones", Text: "latency > 1s"}}; !slices.Equal(again.Saved(), want) {
		t.Errorf("saved are %v", again.Saved())
	}
	if got := memory[ui.FilterHistory]; !slices.Equal(got, []string{"cmd", "pending"}) {
		t.Errorf("the history is %q", got)
	}
	again.Delete("a")()
	if _, ok := ui.NewFilters(memory).Find("a"); ok {
		t.Error("what was deleted comes back")
	}
}

// press gives keys to a line.
func press(f *ui.FilterLine, keys ...string) {
	for _, k := range keys {
		f.HandleKey(tuitest.Key(k))
	}
}

// editing is a line that is edited while something is in focus.
func editing(focus ui.Focus, before string) (*ui.FilterLine, *ui.Common) {
	c := tuitest.Voice().Common(12*time.Second, theme.Plain(true))
	c.Filters = ui.NewFilters(nil)
	f := ui.NewFilterLine(c)
	f.Set(before)
	f.Edit(focus)
	return &f, c
}

func TestSelectorsAreOfferedWhereATermMayStand(t *testing.T) {
	for text, want := range map[string]string{"@": "[@all]  @focus  @held  @marked  @shown", "cmd @": "@focus", "not @ma": "[@marked]", "(cmd or @sh": "[@shown]", "to = @": ""} {
		f, c := typed(t, text)
		if got := drawn(c, func(fr *ui.Frame) { f.DrawHints(fr.Row) }); !strings.Contains(got, want) || want == "" && strings.Contains(got, "@a") {
			t.Errorf("behind %q stands %q, want %q", text, strings.TrimSpace(got), want)
		}
	}
	f, _ := typed(t, "@ma")
	if press(f, "tab", "enter"); f.Text() != "@marked " {
		t.Errorf("tab makes %q of it", f.Text())
	}
}

func TestALineThatIsLeftHasWhatItsSelectorsStoodFor(t *testing.T) {
	for text, want := range map[string]string{
		"@focus":             "id = 17",
		"data or not @focus": "data or not (id = 17)",
		"@shown and audio":   "(cmd or log) and audio",
		"@held or @marked":   "@held or @marked",
		"@all":               "@all",
		"@focus and to":      "(id = 17) and to",
	} {
		f, _ := editing(ui.Focus{ID: 17}, "cmd or log")
		press(f, "ctrl+u")
		for _, r := range text {
			press(f, string(r))
		}
		if press(f, "enter"); f.Text() != want || f.Focused() {
			t.Errorf("%q is left as %q, want %q", text, f.Text(), want)
		}
	}
	f, _ := editing(ui.Focus{Extension: "llm"}, "")
	for _, r := range "@focus" {
		press(f, string(r))
	}
	if press(f, "enter"); f.Text() != "ext = llm or from = llm or to = llm" {
		t.Errorf("an extension in focus is %q", f.Text())
	}
}

func TestEscGivesBackTheFilterOfBefore(t *testing.T) {
	f, _ := editing(ui.Focus{ID: 17}, "cmd")
	was := f.Filter()
	press(f, " ", "@", "a", "l", "l", "esc")
	if f.Text() != "cmd" || f.Filter() != was || f.Focused() {
		t.Errorf("esc leaves %q", f.Text())
	}
	if f.Edit(ui.Focus{}); f.Wrong() != nil {
		t.Error("what was wrong stays wrong")
	}
	press(f, " ", "@", "f", "o", "c", "u", "s")
	if w := f.Wrong(); w == nil || w.Col != 5 || !strings.Contains(w.Msg, "nothing is selected here") {
		t.Errorf("with nothing selected @focus is %v", w)
	}
}

func TestAWordThatMayMeanAConditionIsPointedAt(t *testing.T) {
	for text, want := range map[string]string{"cmd failed": `        ^ "failed" is looked for as a text; did you mean status:error?`, "to relay": `    ^ to is a field; did you mean to:relay?`, "cmd weather": "",
		"name = tol_call":            `        ^ no message was called tol_call; did you mean tool_call?`,
		"name = tol_call and cmd":    `        ^ no message was called tol_call; did you mean tool_call?`,
		"name = quite_another":       `        ^ no message was called quite_another so far`,
		"to in (tts, wether_tool)":   `^ no extension is called wether_tool; did you mean weather_tool?`,
		"ext = bench or from:BENCH":  "",
		"n:tool":                     "",
		"name != tol_call":           "",
		"name ~ /tol/ or from = tts": "",
		"lvl ":                       `^ "lvl" is looked for as a text; did you mean the field level?`,
	} {
		f, c := typed(t, text)
		got := drawn(c, func(fr *ui.Frame) { f.DrawHints(func() *ui.Line { return fr.Row() }) })
		if want == "" && strings.Contains(got, "^") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", text, strings.TrimRight(got, " \n"), want)
		}
	}
}

// Why nothing passes is still known when the line was left; a filter that is switched off is in nobody's way.
func TestTheDoubtStaysWithTheFilter(t *testing.T) {
	for text, want := range map[string]string{"failed": `"failed" is looked for as a text; did you mean status:error?`, "name = tol_call": "No message was called tol_call; did you mean tool_call?", "cmd": ""} {
		f, _ := typed(t, text)
		if f.Doubt() != "" {
			t.Errorf("%s, while it is typed: %q", text, f.Doubt())
		}
		if press(f, "enter"); f.Focused() || f.Doubt() != want {
			t.Errorf("%s: %q, want %q", text, f.Doubt(), want)
		}
		if f.Toggle(); f.Doubt() != "" {
			t.Errorf("%s, switched off: %q", text, f.Doubt())
		}
	}
}
