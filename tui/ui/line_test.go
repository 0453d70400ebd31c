package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"tenbench/tui/theme"
)

func colourful(t testing.TB) *theme.Theme {
	t.Helper()
	th, err := theme.New(theme.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func TestLineCells(t *testing.T) {
	th := theme.Plain(false)
	tests := []struct {
		name string
		draw func(l *Line)
		want string
	}{
		{"text", func(l *Line) { l.Text(th.Text, "abc") }, "abc         "},
		{"cell pads", func(l *Line) { l.Cell(th.Text, "ab", 4).Text(th.Text, "c") }, "ab  c       "},
		{"cell cuts", func(l *Line) { l.Cell(th.Text, "abcdef", 4).Text(th.Text, "x") }, "abc…x       "},
		{"wide runes are cut whole", func(l *Line) { l.Cell(th.Text, "日本語", 4).Text(th.Text, "x") }, "日… x       "},
		{"right", func(l *Line) { l.Right(th.Text, "7", 3).Text(th.Text, "x") }, "  7x        "},
		{"end", func(l *Line) { l.Text(th.Text, "a").End(th.Text, "z", 1) }, "a         z "},
		{"end without room is left out", func(l *Line) { l.Text(th.Text, "abcdefghijk").End(th.Text, "zz", 1) }, "abcdefghijk "},
		{"column", func(l *Line) { l.Text(th.Text, "a").Col(3).Text(th.Text, "b").Col(2).Text(th.Text, "c") }, "a  bc       "},
		{"number", func(l *Line) { l.Int(th.Text, 42, 5).Dur(th.Text, 1_840_000_000, 6) }, "   42 1.84s "},
		{"number that is too long", func(l *Line) { l.Int(th.Text, 123456, 4) }, "123…        "},
		{"micro is one cell", func(l *Line) { l.Dur(th.Text, 42_000, 5).Text(th.Text, "|") }, " 42µs|      "},
		{"margin", func(l *Line) { l.Margin(2).Text(th.Text, strings.Repeat("x", 20)) }, "xxxxxxxxx…  "},
		{"escape sequences", func(l *Line) { l.Cell(th.Text, "\x1b[31mred", 5).Text(th.Text, "|") }, "red  |      "},
		{"gauge", func(l *Line) { l.Gauge(th.OK, 0.5, 8) }, "████░░░░    "},
		{"spark", func(l *Line) { l.Spark(th.OK, []int{0, 1, 4, 8}, 6, 8, 0) }, "▁▁▁▂▅█      "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f Frame
			f.Begin(th, 12, 1)
			tt.draw(f.Row())
			if got := f.String(); got != tt.want {
				t.Errorf("drew %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFrameIsExact(t *testing.T) {
	th := colourful(t)
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 60).Draw(t, "w"), rapid.IntRange(1, 8).Draw(t, "h")
		var f Frame
		f.Begin(th, w, h)
		for range rapid.IntRange(0, 10).Draw(t, "rows") {
			l := f.Row()
			for range rapid.IntRange(0, 6).Draw(t, "cells") {
				drawSomething(t, l, th)
			}
		}
		lines := strings.Split(f.String(), "\n")
		if len(lines) != h {
			t.Fatalf("%d lines, want %d", len(lines), h)
		}
		for _, l := range lines {
			if n := ansi.StringWidth(l); n != w {
				t.Fatalf("%d cells, want %d: %q", n, w, l)
			}
		}
	})
}

func drawSomething(t *rapid.T, l *Line, th *theme.Theme) {
	s := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"日本語", "e\u0301\u0301", "👩‍👩‍👧‍👦🇩🇪", "\x1b[2Jx", "\u200b", "plain", "\xff\xfe"})).Draw(t, "text")
	n := rapid.IntRange(-2, 30).Draw(t, "n")
	switch rapid.IntRange(0, 8).Draw(t, "what") {
	case 0:
		l.Text(th.Bright, s)
	case 1:
		l.Cell(th.Text, s, n)
	case 2:
		l.Right(th.Quiet, s, n)
	case 3:
		l.End(th.Quiet, s, 1)
	case 4:
		l.Col(n)
	case 5:
		l.Select(n%2 == 0).Dur(th.OK, int64(n)*12345678, n)
	case 6:
		l.Repeat(th.Hairline, th.Signs.Hairline, n)
	case 7:
		l.IDCell(th.Text, uint64(n+2)*99999, max(n, 0))
	case 8:
		var f Field
		f.SetValue(s)
		f.Focus()
		f.Draw(l, th.Text, max(n, 0))
	}
}

func TestSelectionReachesTheEndOfTheRow(t *testing.T) {
	th := colourful(t)
	var f Frame
	f.Begin(th, 10, 1)
	f.Row().Select(true).Text(th.Text, "ab")
	got := f.String()
	if want := th.Text.Prefix(true) + "ab" + strings.Repeat(" ", 8) + th.Reset; got != want {
		t.Errorf("drew %q, want %q", got, want)
	}
}

func TestPlainThemeWritesNoSequence(t *testing.T) {
	th := theme.Plain(true)
	var f Frame
	f.Begin(th, 30, 2)
	f.Row().Select(true).Text(th.Wrong, "wrong").Gap(2).Sign(th.OK, th.Signs.OK).Int(th.Text, 7, 3)
	f.Rule()
	if got := f.String(); strings.Contains(got, "\x1b") {
		t.Errorf("plain drawing holds a sequence: %q", got)
	}
}
