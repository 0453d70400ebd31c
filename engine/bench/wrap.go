package bench

import (
	"io"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"tenbench/engine/doctor"
)

// Wrapped writes text for people to out. On a terminal no word is broken at its edge: what does not fit goes on below, indented under
// where it began. To all else the text goes as it is.
func Wrapped(out *os.File) io.Writer { return wrapper{out: out, hang: hangOf} }

// Page is Wrapped for pages of help: no line is longer than is good to read, on a wide terminal and on none.
func Page(out *os.File) io.Writer { return wrapper{out: out, most: pageWidth, hang: hangOfPage} }

// pageWidth is how long the lines of a page are at most.
const pageWidth = 120

type wrapper struct {
	out  *os.File
	most int // 0: as wide as the terminal
	hang hanging
}

// hanging says how far what goes on below a line is indented.
type hanging func(line string, width int) int

// Write implements io.Writer. The text begins at the left edge.
func (w wrapper) Write(text []byte) (int, error) {
	cols, _, ok := doctor.Terminal(w.out, w.out)
	if w.most > 0 && (!ok || cols > w.most) {
		cols, ok = w.most, true
	}
	if !ok {
		return w.out.Write(text)
	}
	if _, err := io.WriteString(w.out, wrap(string(text), cols, w.hang)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// leastRoom is what of a line is left for words, at least; a narrower terminal breaks them itself.
const leastRoom = 20

// wrap breaks the lines of a text that are longer than a width.
func wrap(text string, width int, hang hanging) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if utf8.RuneCountInString(line) > width && width > leastRoom {
			lines[i] = wrapLine(line, width, min(hang(line, width), width-leastRoom))
		}
	}
	return strings.Join(lines, "\n")
}

// wrapLine breaks a line at blanks. A word that is longer than the width stays whole, so that it can be copied.
func wrapLine(line string, width, hang int) string {
	var b strings.Builder
	at, left := 0, hang // in the line that is written, and where its text begins
	for first, word := range words(line) {
		n := utf8.RuneCountInString(word)
		switch text := strings.TrimLeft(word, " "); {
		case first || at+n <= width || at <= left:
			b.WriteString(word)
			at += n
		default:
			b.WriteString("\n" + strings.Repeat(" ", hang) + text)
			at = hang + utf8.RuneCountInString(text)
		}
	}
	return b.String()
}

// unit is what no line is broken before: a number does not stand without it.
var unit = regexp.MustCompile(`^ (ns|µs|ms|s)\b`)

// words calls yield with each word and the blanks before it; first is true of the first.
func words(line string) func(yield func(first bool, word string) bool) {
	return func(yield func(bool, string) bool) {
		start := 0
		for i := 1; i <= len(line); i++ {
			ends := i == len(line) || line[i] == ' ' && line[i-1] != ' ' && !unit.MatchString(line[i:])
			if !ends {
				continue
			}
			if !yield(start == 0, line[start:i]) {
				return
			}
			start = i
		}
	}
}

// hangOf is how far what goes on below a line is indented: under the last column of a table, a little under what begins with a name and
// a colon, and under the line's own beginning where it is prose.
func hangOf(line string, width int) int {
	hang, indent := hangOfPage(line, width), indentOf(line)
	name, stop := strings.Index(line, ": "), strings.Index(line, ". ")
	if hang == indent && name >= 0 && (stop < 0 || name < stop) {
		hang += 4
	}
	return hang
}

// hangOfPage is hangOf where nothing begins with a name: a sentence may well have a colon.
func hangOfPage(line string, width int) int {
	indent := indentOf(line)
	hang := indent
	for i := indent; i+2 < len(line) && i < width/2; i++ {
		if line[i] == ' ' && line[i+1] == ' ' && line[i+2] != ' ' {
			hang = utf8.RuneCountInString(line[:i+2])
		}
	}
	return hang
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
