package graph

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"tenbench/engine/msg"
)

// definition says what made a TOML table or list, and so who may add to it.
type definition uint8

const (
	byPath   definition = iota // on the way to a [header]: a later header may define it
	byHeader                   // its own [header]
	byDots                     // a.b = 1: further dotted keys may add to it, and headers below it
	byHeads                    // a list made by [[header]]
	closed                     // an inline value: complete as it stands
)

// ParseTOML reads a TOML file. Of syntax errors the first is reported, and nothing else; of duplicates and bad values all.
func ParseTOML(file string, data []byte, report *Report) *Tree {
	src := newSource(file, data)
	b := tomlBuilder{src: src, report: report}
	b.root = &Tree{Form: Table, Pos: src.pos(0), KeyPos: src.pos(0), def: byHeader}
	b.table = b.root
	b.parser.Reset(data)
	for b.parser.NextExpression() {
		b.expression(b.parser.Expression())
	}
	if err := b.parser.Error(); err != nil {
		b.syntaxError(err)
	}
	return b.root
}

type tomlBuilder struct {
	parser unstable.Parser
	src    *source
	report *Report
	root   *Tree
	table  *Tree // that key = value lines go to
}

func (b *tomlBuilder) syntaxError(err error) {
	e := b.report.Addf(Pos{File: b.src.file}, "not valid TOML: %s", err)
	e.Syntax = true
	var perr *unstable.ParserError
	if errors.As(err, &perr) {
		if at := cap(b.src.data) - cap(perr.Highlight); at >= 0 && at <= len(b.src.data) {
			e.Pos = b.src.pos(at)
			e.Value = string(perr.Highlight)
			b.unclosed(e, perr.Message, at)
		}
	}
}

// unclosed makes an error at the end of the line, or the file, to which a string goes on one at its beginning, where the mistake is seen.
func (b *tomlBuilder) unclosed(e *Error, says string, at int) {
	switch {
	case strings.Contains(says, "cannot have new lines"):
	case strings.Contains(says, "terminated"):
		at = len(b.src.data)
	default:
		return
	}
	start, quotes := openString(b.src.data[:at])
	if quotes == "" {
		return
	}
	e.Pos, e.Value = b.src.pos(start), ""
	e.Msg, e.Remedy = "not valid TOML: a string that never ends", "close it with "+quotes
}

// openString returns where in what a parser has taken the string begins that has not ended, and its quotes; "" if there is none.
func openString(data []byte) (start int, quotes string) {
	for i := 0; i < len(data); {
		switch c := data[i]; c {
		case '#':
			if i = endOf(data, i, "\n", false); i < 0 {
				return 0, ""
			}
		case '"', '\'':
			quotes = string(c)
			if three := strings.Repeat(quotes, 3); bytes.HasPrefix(data[i:], []byte(three)) {
				quotes = three
			}
			end := endOf(data, i+len(quotes), quotes, c == '"')
			if end < 0 {
				return i, quotes
			}
			i = end
		default:
			i++
		}
	}
	return 0, ""
}

// endOf returns the offset behind the next mark, -1 if there is none. A backslash may take the meaning from what follows it.
func endOf(data []byte, i int, mark string, escapes bool) int {
	for ; i < len(data); i++ {
		switch {
		case escapes && data[i] == '\\':
			i++
		case bytes.HasPrefix(data[i:], []byte(mark)):
			return i + len(mark)
		}
	}
	return -1
}

func (b *tomlBuilder) expression(n *unstable.Node) {
	switch n.Kind {
	case unstable.Table:
		b.table = b.header(n.Key(), false)
	case unstable.ArrayTable:
		b.table = b.header(n.Key(), true)
	case unstable.KeyValue:
		b.keyValue(b.table, n, 0)
	}
}

// header goes to the table that a [header] or [[header]] names, and makes it. After an error it returns a table that belongs
// to nothing, so that the lines below are still checked.
func (b *tomlBuilder) header(keys unstable.Iterator, list bool) *Tree {
	at := b.root
	for keys.Next() {
		key := keys.Node()
		last := keys.IsLast()
		kid := at.Get(string(key.Data))
		switch {
		case kid == nil && last && list:
			kid = b.newKid(at, key, List, byHeads)
			at = b.newElement(kid, key)
		case kid == nil && last:
			at = b.newKid(at, key, Table, byHeader)
		case kid == nil:
			at = b.newKid(at, key, Table, byPath)
		case last && list && kid.def == byHeads:
			at = b.newElement(kid, key)
		case last && !list && kid.Form == Table && kid.def == byPath:
			kid.def = byHeader
			kid.Pos, kid.KeyPos = b.pos(key), b.pos(key)
			at = kid
		case !last && kid.def == byHeads:
			at = kid.Kids[len(kid.Kids)-1]
		case !last && kid.Form == Table && kid.def != closed:
			at = kid
		default:
			b.taken(key, kid)
			return &Tree{Form: Table, Pos: b.pos(key), KeyPos: b.pos(key), def: byHeader}
		}
	}
	return at
}

func (b *tomlBuilder) newKid(in *Tree, key *unstable.Node, form Form, def definition) *Tree {
	kid := &Tree{Form: form, Key: string(key.Data), Pos: b.pos(key), KeyPos: b.pos(key), def: def}
	in.add(kid)
	return kid
}

func (b *tomlBuilder) newElement(list *Tree, key *unstable.Node) *Tree {
	kid := &Tree{Form: Table, Pos: b.pos(key), KeyPos: b.pos(key), def: byHeader}
	list.add(kid)
	return kid
}

func (b *tomlBuilder) taken(key *unstable.Node, first *Tree) {
	b.report.Addf(b.pos(key), "%q is already there, as %s at line %d", key.Data, first.Form, first.KeyPos.Line).Value = string(key.Data)
}

func (b *tomlBuilder) pos(n *unstable.Node) Pos { return b.src.pos(int(n.Raw.Offset)) }

// keyValue adds one a.b = value to a table and returns the offset behind the value.
func (b *tomlBuilder) keyValue(in *Tree, n *unstable.Node, depth int) (end int) {
	keys := n.Key()
	valueAt, misplaced := 0, false
	for keys.Next() {
		key := keys.Node()
		valueAt = int(key.Raw.Offset + key.Raw.Length)
		if misplaced {
			continue
		}
		kid := in.Get(string(key.Data))
		switch {
		case keys.IsLast() && kid == nil:
			kid = b.newKid(in, key, Absent, closed)
			return b.value(kid, n.Value(), b.behindEquals(valueAt), depth)
		case kid == nil:
			in = b.newKid(in, key, Table, byDots)
		case !keys.IsLast() && kid.Form == Table && kid.def == byDots:
			in = kid
		default:
			b.taken(key, kid)
			misplaced = true
		}
	}
	return b.value(&Tree{}, n.Value(), b.behindEquals(valueAt), depth)
}

// behindEquals returns where the value of a key that ends at offset begins.
func (b *tomlBuilder) behindEquals(offset int) int {
	rest := bytes.TrimLeft(b.src.data[offset:], " \t=")
	return len(b.src.data) - len(rest)
}

// value fills kid from n, which begins at offset (the parser does not say where arrays begin), and returns the offset behind it.
func (b *tomlBuilder) value(kid *Tree, n *unstable.Node, offset, depth int) (end int) {
	kid.Pos = b.src.pos(offset)
	if kid.KeyPos.Line == 0 {
		kid.KeyPos = kid.Pos
	}
	if depth > maxDepth {
		b.tooDeep(kid.Pos)
		return offset
	}
	switch n.Kind {
	case unstable.Array:
		return b.array(kid, n, offset, depth)
	case unstable.InlineTable:
		return b.inlineTable(kid, n, offset, depth)
	}
	b.scalar(kid, n)
	return int(n.Raw.Offset + n.Raw.Length)
}

func (b *tomlBuilder) tooDeep(pos Pos) {
	// The first of them says it; the rest of such a file is no better.
	for _, e := range b.report.list {
		if e.Msg == tooDeep {
			return
		}
	}
	b.report.Addf(pos, "%s", tooDeep)
}

var tooDeep = fmt.Sprintf("values lie more than %d deep in each other", maxDepth)

func (b *tomlBuilder) array(kid *Tree, n *unstable.Node, offset, depth int) (end int) {
	kid.Form, kid.def = List, closed
	end = offset + 1
	for it := n.Children(); it.Next(); {
		el := &Tree{def: closed}
		end = b.value(el, it.Node(), b.skipFiller(end), depth+1)
		kid.add(el)
	}
	return b.skipFiller(end) + 1
}

func (b *tomlBuilder) inlineTable(kid *Tree, n *unstable.Node, offset, depth int) (end int) {
	kid.Form = Table
	end = offset + 1
	for it := n.Children(); it.Next(); {
		end = b.keyValue(kid, it.Node(), depth+1)
	}
	kid.close()
	return b.skipFiller(end) + 1
}

// close makes an inline table and what dotted keys made in it complete.
func (t *Tree) close() {
	t.def = closed
	for _, kid := range t.Kids {
		if kid.def == byDots {
			kid.close()
		}
	}
}

// skipFiller returns the offset of the next value or bracket: behind white space, commas and comments.
func (b *tomlBuilder) skipFiller(offset int) int {
	data := b.src.data
	for offset < len(data) {
		switch data[offset] {
		case ' ', '\t', '\r', '\n', ',':
			offset++
		case '#':
			line := bytes.IndexByte(data[offset:], '\n')
			if line < 0 {
				return len(data) - 1
			}
			offset += line
		default:
			return offset
		}
	}
	return len(data) - 1
}

func (b *tomlBuilder) scalar(kid *Tree, n *unstable.Node) {
	text := string(n.Data)
	var err error
	switch n.Kind {
	case unstable.String:
		kid.Form, kid.Scalar = Text, msg.String(text)
	case unstable.Bool:
		kid.Form, kid.Scalar = Truth, msg.Bool(text == "true")
	case unstable.Integer:
		kid.Form = Whole
		kid.Scalar, err = parseWhole(text)
	case unstable.Float:
		kid.Form = Real
		var f float64
		f, err = strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
		kid.Scalar = msg.Float(f)
	default:
		kid.Form, kid.Scalar = Time, msg.String(text)
		err = checkTime(n.Kind, n.Data)
	}
	if err != nil {
		b.report.Addf(kid.Pos, "%s is not %s that can be stored", text, kid.Form).Value = text
	}
}

// parseWhole takes what fits into 64 bits, with or without a sign.
func parseWhole(text string) (msg.Value, error) {
	text = strings.ReplaceAll(text, "_", "")
	i, err := strconv.ParseInt(text, 0, 64)
	if err == nil {
		return msg.Int(i), nil
	}
	u, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, 64)
	return msg.Uint(u), err
}

func checkTime(kind unstable.Kind, data []byte) error {
	switch kind {
	case unstable.LocalDate:
		return new(toml.LocalDate).UnmarshalText(data)
	case unstable.LocalTime:
		return new(toml.LocalTime).UnmarshalText(data)
	case unstable.LocalDateTime:
		return new(toml.LocalDateTime).UnmarshalText(data)
	}
	text := strings.ToUpper(string(data))
	_, err := time.Parse(time.RFC3339, strings.Replace(text, " ", "T", 1))
	return err
}
