package msg

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseSend(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`cmd hello {"n":1} to greeter`, `cmd "hello" {"n":1} to [{  greeter}]`},
		{`cmd hello to greeter`, `cmd "hello" {} to [{  greeter}]`},
		{`data tick {} to g/worker`, `data "tick" {} to [{ g worker}]`},
		{"  audio_frame\tpcm { \"a\" : [1, 2] }\n to meter  ", `audio_frame "pcm" {"a":[1,2]} to [{  meter}]`},
		{`video_frame v to a, g/b ,c`, `video_frame "v" {} to [{  a} { g b} {  c}]`},
		{`cmd hello{"n":1}to greeter`, `cmd "hello" {"n":1} to [{  greeter}]`},
		{`cmd hello to a, g/b as relay `, `cmd "hello" {} to [{  a} { g b}] as relay`},
		{`cmd as to as as as`, `cmd "as" {} to [{  as}] as as`},
		{`cmd x to as`, `cmd "x" {} to [{  as}]`},
		{`cmd "two words" to to`, `cmd "two words" {} to [{  to}]`},
		{`cmd to to to`, `cmd "to" {} to [{  to}]`},
		{`cmd ten:close {"text":" to x "} to ten:bench`, `cmd "ten:close" {"text":" to x "} to [{  ten:bench}]`},
	} {
		m, err := ParseSend(c.line)
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		got := fmt.Sprintf("%s %q %s to %v", m.Kind(), m.Name(), m.Properties(), m.Dests())
		if m.Source() != (Loc{}) {
			got += " as " + m.Source().Extension
		}
		if got != c.want {
			t.Errorf("%s is read as\n%s, want\n%s", c.line, got, c.want)
		}
	}
}

func TestParseSendErrors(t *testing.T) {
	for _, c := range []struct {
		line string
		col  int
		want string
	}{
		{"", 1, `"" is not cmd, data, audio_frame or video_frame; write it like: cmd hello {"name":"Ada"} to greeter`},
		{"command hello to x", 1, `"command" is not cmd`},
		{"result hello to x", 1, `"result" is not cmd`},
		{"cmd", 4, "the name of the message is missing"},
		{`cmd {"n":1} to x`, 5, "the name of the message is missing"},
		{`cmd "" to x`, 5, "the name of the message is missing"},
		{`cmd "open to x`, 15, "no closing"},
		{`cmd hello {"n":} to x`, 16, "'}' where a value is expected"},
		{`cmd größe {"n":} to x`, 16, "'}' where a value is expected"},
		{`cmd hello [1] to x`, 11, `the properties are a JSON object such as {"n":1}, not array`},
		{`cmd hello {"n":1}`, 18, `"" where "to" and an extension are expected`},
		{`cmd hello greeter`, 11, `"greeter" where "to"`},
		{`cmd hello to`, 13, `"" is not an extension or graph/extension`},
		{`cmd hello to a/b/c`, 14, `"a/b/c" is not an extension`},
		{`cmd hello to /b`, 14, `"/b" is not an extension`},
		{`cmd hello to a/`, 14, `"a/" is not an extension`},
		{`cmd hello to a b`, 16, "the line goes on after the destination"},
		{`cmd hello to a az relay`, 16, "the line goes on after the destination"},
		{`cmd hello to a as`, 18, `"" is not one extension of the receiver's graph`},
		{`cmd hello to a as g/b`, 19, `"g/b" is not one extension`},
		{`cmd hello to a as b,c`, 19, `"b,c" is not one extension`},
		{`cmd hello to a as b c`, 21, `the line goes on after "as b"`},
		{`cmd größe to a as`, 18, `"" is not one extension`},
		{`cmd hello to a,`, 16, `"" is not an extension`},
		{"cmd hello \xff to a", 11, "not UTF-8"},
	} {
		_, err := ParseSend(c.line)
		var e *SendError
		if !errors.As(err, &e) {
			t.Errorf("%q gives %v, want a *SendError", c.line, err)
			continue
		}
		if e.Col != c.col || !strings.Contains(e.Msg, c.want) {
			t.Errorf("%q gives %v; want column %d and %q", c.line, err, c.col, c.want)
		}
	}
}

func FuzzParseSend(f *testing.F) {
	for _, line := range []string{"", `cmd hello {"n":1} to greeter`, `data "a b" to g/x,y`, `cmd x{`, `cmd "`, "cmd \xff", "audio_frame a to a,"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		m, err := ParseSend(line)
		var e *SendError
		switch {
		case err != nil && (!errors.As(err, &e) || e.Col < 1 || e.Col > len(line)+1):
			t.Fatalf("%q gives %v", line, err)
		case err == nil && (m.Name() == "" || len(m.Dests()) == 0 || m.Kind() == KindNone):
			t.Fatalf("%q is read as %v", line, m)
		}
	})
}
