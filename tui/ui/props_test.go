package ui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/theme"
)

func typeProps(p *Props, text string) {
	for _, r := range text {
		p.HandleKey(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

func TestPropsThatAreNotTouchedStayAsTheyAre(t *testing.T) {
	for _, text := range []string{
		"", `{"n":9007199254740993,"f":1.0,"t":true,"z":null}`, `{"s":"","t":"line\nbreak","u":"a` + "\u200b" + `b","q":"say \"x\""}`,
		`{"deep":{"a":[1,2.0,{"b":"c"}]},"":1}`, `{"s":"\u001b[31m","日本":"👩‍👩‍👧‍👦"}`, `{"s":"********"}`,
	} {
		var p Props
		p.Set(text)
		p.Focus(false)
		for p.Move(+1) {
			continue
		}
		if got := p.Text(); got != text {
			t.Errorf("%s became %s", text, got)
		}
		if f := p.Fault(true); f != nil {
			t.Errorf("%s is wrong: %+v", text, f)
		}
		p.HandleKey(tea.KeyMsg{Type: tea.KeyCtrlO})
		p.HandleKey(tea.KeyMsg{Type: tea.KeyCtrlO})
	}
}

func TestPropsAreAddedChangedAndRemoved(t *testing.T) {
	var p Props
	p.Set(`{"city":"Oslo","n":1}`)
	p.Focus(true)
	typeProps(&p, "days=3")
	if got := p.Text(); got != `{"city":"Oslo","n":1,"days":3}` {
		t.Errorf("added: %s", got)
	}
	p.Move(+1)
	typeProps(&p, "word")
	p.Move(+1)
	typeProps(&p, "three")
	if got := p.Text(); got != `{"city":"Oslo","n":1,"days":3,"word":"three"}` {
		t.Errorf("a word: %s", got)
	}
	p.Focus(false)
	typeProps(&p, "!")
	p.Move(+1)
	p.HandleKey(tea.KeyMsg{Type: tea.KeyCtrlX})
	if got := p.Text(); got != `{"city":"Oslo!","days":3,"word":"three"}` {
		t.Errorf("changed and removed: %s", got)
	}
}

func TestPropsAsJSON(t *testing.T) {
	var p Props
	p.Set("")
	p.Focus(false)
	typeProps(&p, `{"a":1,`)
	if f := p.Fault(false); f == nil || f.At != 7 {
		t.Errorf("half an object: %+v", f)
	}
	if p.HandleKey(tea.KeyMsg{Type: tea.KeyCtrlO}); !p.raw {
		t.Error("what is no object became a form")
	}
	typeProps(&p, `"b":"x"}`)
	if p.HandleKey(tea.KeyMsg{Type: tea.KeyCtrlO}); p.raw || len(p.rows) != 2 {
		t.Errorf("an object became no form: %+v", p)
	}
	if got := p.Text(); got != `{"a":1,"b":"x"}` {
		t.Errorf("as a form: %s", got)
	}
}

func TestDeclaredPropsComeAndGoWithTheReceiver(t *testing.T) {
	var p Props
	p.Declare([]DeclaredProperty{{Name: "city", Type: "string", Required: true}, {Name: "n", Type: "int32"}})
	if p.Text() != "" || len(p.rows) != 2 || p.Warning() != "city is required" {
		t.Errorf("%d rows, %q, %q", len(p.rows), p.Text(), p.Warning())
	}
	p.Set(`{"n":"x"}`)
	if p.Warning() != "n is not int32" || p.Text() != `{"n":"x"}` {
		t.Errorf("%q, %s", p.Warning(), p.Text())
	}
	p.Declare(nil)
	if len(p.rows) != 1 || p.Warning() != "" {
		t.Errorf("without a manifest: %d rows, %q", len(p.rows), p.Warning())
	}
}

// What a line has no room for goes on below it, to its end and with its type.
func TestAWholeTreeShowsALongValueToItsEnd(t *testing.T) {
	c := Common{Theme: theme.Plain(false)}
	var lines []*Line
	add := func() *Line {
		l := c.Styled()
		lines = append(lines, l)
		return l
	}
	WholeTree(c.Theme, []byte(`{"detail":"no voice for boo: there are anna and bert, and that is all","n":1}`), 38, add)
	var all []string
	for _, l := range lines {
		if s := strings.TrimRight(l.String(), " "); Width(s) > 38 {
			t.Errorf("%q has %d cells", s, Width(s))
		}
		all = append(all, strings.Fields(l.String())...)
	}
	if got := strings.Join(all, " "); got != `detail "no voice for boo: there are anna and bert, and that is all" string n 1 int64` {
		t.Errorf("it shows %s", got)
	}
}
