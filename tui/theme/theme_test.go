package theme

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

// TestContrast checks the colours of texts against the background they were chosen for, and on the selected row.
func TestContrast(t *testing.T) {
	for _, name := range []string{"light", "contrast"} {
		p := palettes[name]
		texts := map[string]colour{"text": p.text, "quiet": p.quiet, "bright": p.bright, "focus": p.focus, "ok": p.ok,
			"attention": p.attention, "wrong": p.wrong, "held": p.held}
		for i, c := range p.stages {
			texts["stage "+strconv.Itoa(i)] = c
		}
		for i, c := range p.kinds {
			if c.hex != "" {
				texts["kind "+strconv.Itoa(i)] = c
			}
		}
		if r := ratio(p.hairline.hex, p.background); r < 2 {
			t.Errorf("%s: rules have a contrast of %.1f, want 2", name, r)
		}
		for role, c := range texts {
			for _, back := range []string{p.background, p.row} {
				if r := ratio(c.hex, back); r < 4.5 {
					t.Errorf("%s: %s #%s on #%s has a contrast of %.1f, want 4.5", name, role, c.hex, back, r)
				}
			}
		}
	}
}

func ratio(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

func luminance(hex string) float64 {
	n, _ := strconv.ParseUint(hex, 16, 32)
	part := func(v uint64) float64 {
		f := float64(v&255) / 255
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n>>16) + 0.7152*part(n>>8) + 0.0722*part(n)
}

func TestEverySignIsOneCellAndHasAnASCIITwin(t *testing.T) {
	for _, s := range []Signs{unicodeSigns, asciiSigns} {
		v := reflect.ValueOf(s)
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.String {
				checkSign(t, v.Type().Field(i).Name, f.String(), s == asciiSigns)
			}
		}
		for _, l := range s.Levels {
			checkSign(t, "Levels", l, s == asciiSigns)
		}
	}
}

func checkSign(t *testing.T, name, sign string, ascii bool) {
	t.Helper()
	if ansi.StringWidth(sign) != 1 {
		t.Errorf("%s: %q is %d cells wide", name, sign, ansi.StringWidth(sign))
	}
	if ascii && (len(sign) != 1 || sign[0] < 0x20 || sign[0] > 0x7e) {
		t.Errorf("%s: %q is not ASCII", name, sign)
	}
}

func TestDepths(t *testing.T) {
	tests := []struct {
		depth termenv.Profile
		want  string
	}{
		{termenv.TrueColor, "\x1b[0;1;38;2;255;93;9"},
		{termenv.ANSI256, "\x1b[0;1;38;5;"},
		{termenv.ANSI, "\x1b[0;1;91m"},
		{termenv.Ascii, "\x1b[0;1m"},
	}
	for _, tt := range tests {
		th, err := New(Options{Name: "dark", Depth: tt.depth})
		if err != nil {
			t.Fatal(err)
		}
		if got := th.Wrong.Prefix(false); !strings.HasPrefix(got, tt.want) {
			t.Errorf("depth %v: %q, want %q", tt.depth, got, tt.want)
		}
		if th.Wrong.Prefix(true) == th.Wrong.Prefix(false) {
			t.Errorf("depth %v: the selected row looks like any other", tt.depth)
		}
	}
}

func TestUnknownThemeNamesTheOnesThereAre(t *testing.T) {
	_, err := New(Options{Name: "drak"})
	if err == nil || !strings.Contains(err.Error(), "dark, light, contrast, mono") {
		t.Errorf("error is %v", err)
	}
}

func TestPlainHasNoSequence(t *testing.T) {
	th := Plain(false)
	for _, s := range []Style{th.Text, th.Wrong, th.Key, th.Stage(3)} {
		if s.Prefix(false) != "" || s.Prefix(true) != "" {
			t.Errorf("plain style holds %q", s)
		}
	}
}

// In ASCII the selected row does not look as if it led somewhere, and what was never answered not as if somebody asked.
func TestASCIISignsThatStandBesideEachOtherDiffer(t *testing.T) {
	s := asciiSigns
	if s.Bar == s.Arrow || s.Bar == s.Right || s.Bar == s.Crumb || s.Dashed == "?" || s.Dashed == s.Start {
		t.Errorf("bar %q, arrow %q, pointer %q, crumb %q, never answered %q", s.Bar, s.Arrow, s.Right, s.Crumb, s.Dashed)
	}
}
