package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const tabWidth = 4

// Sanitise makes foreign text safe to draw on one line: escape sequences, control characters and bidirectional overrides are
// removed, tabs and line breaks become spaces, bytes that are no UTF-8 become \xNN. Text that is safe is returned as it is.
func Sanitise(s string) string {
	if safe(s) {
		return s
	}
	if strings.ContainsRune(s, 0x1b) {
		s = stripSequences(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		writeSafe(&b, r, s[i:i+n])
		i += n
	}
	return b.String()
}

// stripSequences removes escape sequences but keeps the bytes that are no UTF-8, which ansi.Strip would take for C1 controls.
func stripSequences(s string) string {
	if utf8.ValidString(s) {
		return ansi.Strip(s)
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		end := n
		for end < len(s) {
			r, n := utf8.DecodeRuneInString(s[end:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			end += n
		}
		b.WriteString(ansi.Strip(s[:end]))
		s = s[end:]
	}
	return b.String()
}

func writeSafe(b *strings.Builder, r rune, raw string) {
	const hex = "0123456789abcdef"
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		b.WriteString(`\x`)
		b.WriteByte(hex[raw[0]>>4])
		b.WriteByte(hex[raw[0]&15])
	case r == '\t':
		b.WriteString("    "[:tabWidth])
	case r == '\n':
		b.WriteByte(' ')
	case !drawable(r):
	default:
		b.WriteString(raw)
	}
}

// safe reports that Sanitise would change nothing.
func safe(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			return safeRunes(s[i:])
		}
	}
	return true
}

func safeRunes(s string) bool {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || !drawable(r) {
			return false
		}
		i += n
	}
	return true
}

// prepended reports a sign that melts with whatever is drawn after it, be it a blank.
func prepended(r rune) bool {
	switch {
	case r < 0x600:
		return false
	case r <= 0x605, r == 0x6dd, r == 0x70f, r == 0x890, r == 0x891, r == 0x8e2, r == 0xd4e, r == 0x110bd, r == 0x110cd,
		r == 0x111c2, r == 0x111c3, r == 0x1193f, r == 0x11941, r == 0x11a3a, r >= 0x11a84 && r <= 0x11a89, r == 0x11d46,
		r == 0x11f02:
		return true
	}
	return false
}

// drawable reports that a terminal draws the rune and does nothing else with it.
func drawable(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0: // C0, DEL, C1
		return false
	case r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // bidirectional controls
		return false
	case r == 0x2028, r == 0x2029, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb: // separators, byte order mark, annotations
		return false
	case r >= 0xe0000 && r <= 0xe0fff: // tags: invisible text
		return false
	case prepended(r):
		return false
	case r == 0x00ad: // soft hyphen: terminals disagree about its width
		return false
	}
	return r < 0x300 || !unicode.Is(unicode.Co, r) && !unicode.Is(unicode.Cs, r)
}
