package palette

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// score says how well a pattern fits a text: its letters must be there, in order, whatever the case. Letters at the beginning of
// words and letters that follow each other count more; at are the bytes of text where they stand.
func score(pattern, text string) (points int, at []int, ok bool) {
	if pattern == "" {
		return 0, nil, true
	}
	low := strings.ToLower(text)
	if len(low) != len(text) { // some letters are longer in lower case: then places are not comparable
		low = text
	}
	if i := strings.Index(low, strings.ToLower(pattern)); i >= 0 {
		for k := range len(pattern) {
			at = append(at, i+k)
		}
		points = 10*len(pattern) - i
		if wordBegins(text, i) {
			points += 100
		}
		return points, at, true
	}
	next, last := 0, -2
	for _, want := range strings.ToLower(pattern) {
		if want == ' ' {
			continue
		}
		i := strings.IndexRune(low[next:], want)
		if i < 0 {
			return 0, nil, false
		}
		i += next
		if j := wordStart(low, text, want, i); j >= 0 && i != last+1 {
			i = j
		}
		switch {
		case i == last+1:
			points += 8
		case wordBegins(text, i):
			points += 15
		default:
			points -= min(i-next, 5)
		}
		at = append(at, i)
		last, next = i, i+utf8.RuneLen(want)
	}
	return points, at, true
}

// wordStart returns where a word begins with a letter, at or after a place; -1 if none does.
func wordStart(low, text string, want rune, from int) int {
	for i, r := range low[from:] {
		if r == want && wordBegins(text, from+i) {
			return from + i
		}
	}
	return -1
}

func wordBegins(text string, i int) bool {
	if i == 0 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
