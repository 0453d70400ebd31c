package ui

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestSanitise(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain text is untouched", "hello, wörld → 日本", "hello, wörld → 日本"},
		{"colours", "\x1b[1;31mred\x1b[0m", "red"},
		{"window title", "a\x1b]0;owned\x07b", "ab"},
		{"C1 introducer", "a\u009b31mb", "a31mb"},
		{"clear screen", "\x1b[2J\x1b[Hx", "x"},
		{"bell, backspace, delete", "a\x07b\x08c\x7fd", "abcd"},
		{"tab and line break", "a\tb\nc", "a    b c"},
		{"carriage return", "good\rbad", "goodbad"},
		{"bidirectional override", "a\u202eb\u2066c\u2069", "abc"},
		{"bytes that are no UTF-8", "bad\xff\xfe", `bad\xff\xfe`},
		{"raw C1 byte is no UTF-8", "a\x9b31m", `a\x9b31m`},
		{"escape between bad bytes", "\xff\x1b[31m\xfex", `\xff\xfex`},
		{"unfinished escape", "a\x1b[", "a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Sanitise(tt.in); got != tt.want {
				t.Errorf("Sanitise(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestSanitiseCopiesNothingOfSafeText(t *testing.T) {
	for _, s := range []string{"an ordinary line", "ein gewöhnlicher → 行"} {
		if n := testing.AllocsPerRun(100, func() { Sanitise(s) }); n != 0 {
			t.Errorf("Sanitise(%q) allocates %v times", s, n)
		}
	}
}

func FuzzSanitise(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[31m", "\x9b1m", "\u009b1m", "a\xff\x1b]8;;x\x1b\\", "👩‍👩‍👧‍👦", "\u202e", "\x1bP+q\x1b\\", "\t\n\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Sanitise(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q became %q, which is no UTF-8", s, got)
		}
		for _, r := range got {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Fatalf("%q became %q, which holds %U", s, got, r)
			}
		}
		if again := Sanitise(got); again != got {
			t.Fatalf("%q became %q, and that became %q", s, got, again)
		}
		if ansi.Strip(got) != got || strings.Contains(got, "\x1b") {
			t.Fatalf("%q became %q, which holds a sequence", s, got)
		}
	})
}
