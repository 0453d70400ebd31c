package msg

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SendError says what is wrong with a line given to ParseSend, and where.
type SendError struct {
	Col int // counted in characters, from 1
	Msg string
}

// Error gives the column and what is wrong there.
func (e *SendError) Error() string { return fmt.Sprintf("column %d: %s", e.Col, e.Msg) }

// sendForm is what a line looks like, for errors.
const sendForm = `write it like: cmd hello {"name":"Ada"} to greeter`

// ParseSend reads a message in the form
//
//	cmd hello {"name":"Ada"} to greeter
//
// The kind is cmd, data, audio_frame or video_frame. A name with spaces is written in double quotes. The properties are a JSON
// object and may be left out. The destination is an extension or graph/extension; several are separated by commas. After them may
// stand as whose the receiver shall take the message, "as relay": Source names that extension then.
// Strings of the properties may have variables, which Fill replaces. Errors are *SendError.
func ParseSend(line string) (Message, error) {
	p := sendParser{parser{text: line}}
	if !utf8.ValidString(line) {
		return nil, p.failAt(firstInvalid(line), "the line is not UTF-8")
	}
	m, err := p.message()
	if err != nil {
		return nil, err
	}
	props, err := p.properties()
	if err != nil {
		return nil, err
	}
	for key, v := range props.All() {
		m.Properties().Put(key, v)
	}
	dests, err := p.dests()
	if err != nil {
		return nil, err
	}
	m.SetDests(dests...)
	as, err := p.as()
	if err != nil {
		return nil, err
	}
	SendAs(m, as)
	return m, nil
}

// SendAs makes an injected message look to its receiver as if that extension of the receiver's graph had sent it; "" is the bench.
// What an extension sends is always its own.
func SendAs(m Message, extension string) {
	m.head().src = nil
	if extension != "" {
		m.head().src = &Loc{Extension: extension}
	}
}

type sendParser struct{ parser }

func (p *sendParser) failAt(at int, format string, args ...any) error {
	return &SendError{Col: column(p.text[:at]), Msg: fmt.Sprintf(format, args...)}
}

// next skips space and returns the word there, which ends before a space or one of the bytes in stop.
func (p *sendParser) next(stop string) string {
	p.space()
	rest := p.text[p.pos:]
	if end := strings.IndexAny(rest, " \t\r\n"+stop); end >= 0 {
		rest = rest[:end]
	}
	p.pos += len(rest)
	return rest
}

// message reads the kind and the name.
func (p *sendParser) message() (Message, error) {
	p.space()
	at := p.pos
	word := p.next("")
	kind, _ := ParseKind(word)
	if kind == KindNone || kind == KindResult {
		return nil, p.failAt(at, "%q is not cmd, data, audio_frame or video_frame; %s", word, sendForm)
	}
	name, err := p.name()
	if err != nil {
		return nil, err
	}
	switch kind {
	case KindCmd:
		return NewCmd(name), nil
	case KindData:
		return NewData(name, nil), nil
	case KindAudioFrame:
		return NewAudioFrame(name, nil), nil
	}
	return NewVideoFrame(name, nil), nil
}

func (p *sendParser) name() (string, error) {
	p.space()
	at := p.pos
	name := ""
	if strings.HasPrefix(p.text[at:], `"`) {
		s, err := p.str()
		if err != nil {
			return "", p.jsonError(err)
		}
		name = s
	} else {
		name = p.next("{")
	}
	if name == "" {
		return "", p.failAt(at, "the name of the message is missing; %s", sendForm)
	}
	return name, nil
}

func (p *sendParser) jsonError(err error) error {
	e := err.(*JSONError)
	return p.failAt(e.Offset, "%s", e.Msg)
}

// properties reads the JSON object, if there is one.
func (p *sendParser) properties() (*Object, error) {
	p.space()
	if p.pos >= len(p.text) || strings.IndexByte(`{["`, p.text[p.pos]) < 0 {
		return new(Object), nil
	}
	at := p.pos
	v, err := p.value()
	if err != nil {
		return nil, p.jsonError(err)
	}
	if i, err := CheckVariables(p.text[at:p.pos]); err != nil {
		return nil, p.failAt(at+i, "%s", err)
	}
	if v.t != ObjectType {
		return nil, p.failAt(at, `the properties are a JSON object such as {"n":1}, not %s`, v.t)
	}
	return v.object(), nil
}

func (p *sendParser) dests() ([]Loc, error) {
	p.space()
	at := p.pos
	if word := p.next(""); word != "to" {
		return nil, p.failAt(at, "%q where \"to\" and an extension are expected; %s", word, sendForm)
	}
	var dests []Loc
	for {
		loc, err := p.dest()
		if err != nil {
			return nil, err
		}
		dests = append(dests, loc)
		p.space()
		if !p.take(',') {
			return dests, nil
		}
	}
}

// as reads whose the message shall seem, to the end of the line; "" if that is left out.
func (p *sendParser) as() (string, error) {
	p.space()
	at := p.pos
	switch word := p.next(""); {
	case word == "" && p.pos == len(p.text):
		return "", nil
	case word != "as":
		return "", p.failAt(at, "the line goes on after the destination; separate destinations by ',', and write \"as relay\" for whose it shall seem")
	}
	p.space()
	at = p.pos
	name := p.next("")
	if name == "" || strings.ContainsAny(name, "/,") {
		return "", p.failAt(at, "%q is not one extension of the receiver's graph; write it like: as relay", name)
	}
	if p.space(); p.pos < len(p.text) {
		return "", p.failAt(p.pos, "the line goes on after \"as %s\"", name)
	}
	return name, nil
}

// dest reads extension or graph/extension.
func (p *sendParser) dest() (Loc, error) {
	p.space()
	at := p.pos
	word := p.next(",")
	graph, ext, found := strings.Cut(word, "/")
	if !found {
		graph, ext = "", word
	}
	if ext == "" || strings.Contains(ext, "/") || found && graph == "" {
		return Loc{}, p.failAt(at, "%q is not an extension or graph/extension; %s", word, sendForm)
	}
	return Loc{Graph: graph, Extension: ext}, nil
}
