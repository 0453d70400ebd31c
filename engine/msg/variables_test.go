package msg

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestVariablesAreFilled(t *testing.T) {
	m, err := ParseSend(`cmd x {"a":"{{n}} of {{n}}","deep":[{"k{{n}}":"<{{uuid}}>"},"{{uuid}}",7],"at":"{{now}}","lit":"{{{{n}} {{{{{{{{ {x} }}"} to a`)
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-time.Second)
	if err := Fill(m, 3); err != nil {
		t.Fatal(err)
	}
	const uuid = `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`
	got := string(m.Properties().AppendJSON(nil))
	want := regexp.MustCompile(`^\{"a":"3 of 3","deep":\[\{"k3":"<(` + uuid + `)>"\},"(` + uuid + `)",7\],"at":"([^"]+)","lit":"\{\{n\}\} \{\{\{\{ \{x\} \}\}"\}$`)
	found := want.FindStringSubmatch(got)
	if found == nil {
		t.Fatalf("filled to %s", got)
	}
	if found[1] == found[2] {
		t.Error("two ids are one")
	}
	if at, err := time.Parse(time.RFC3339, found[3]); err != nil || at.Before(before) || at.After(time.Now().Add(time.Second)) {
		t.Errorf("now is %s: %v", found[3], err)
	}
}

func TestUnknownVariablesAreErrors(t *testing.T) {
	for _, c := range []struct {
		line string
		col  int
		want string
	}{
		{`cmd x {"a":"{{uid}}"} to a`, 13, "there is no variable {{uid}}; {{uuid}}, {{now}} and {{n}} are known"},
		{`cmd größe {"a":"{{n}} {{N}}"} to a`, 23, "{{N}}"},
		{`cmd x {"a":"{{n"} to a`, 13, "{{ without }}"},
	} {
		_, err := ParseSend(c.line)
		var e *SendError
		if !errors.As(err, &e) || e.Col != c.col || !strings.Contains(e.Msg, c.want) {
			t.Errorf("%s gives %v; want column %d and %q", c.line, err, c.col, c.want)
		}
	}
	m := NewCmd("x")
	_ = m.Set("a", "{{n}}")
	_ = m.Set("b", "{{what}}")
	if err := Fill(m, 1); err == nil || !strings.Contains(err.Error(), "{{what}}") {
		t.Errorf("filled: %v", err)
	}
	if got := m.Properties().String(); got != `{"a":"{{n}}","b":"{{what}}"}` {
		t.Errorf("after an error the properties are %s", got)
	}
}

func TestEscapedTextStaysAsItIs(t *testing.T) {
	for _, text := range []string{"", "{", "{{n}}", "{{{", "{{{{{x}}", "a {{ b {{{{ c"} {
		o := new(Object)
		o.Put("t"+text, String(text))
		m, err := ParseSend("cmd x " + EscapeVariables(string(o.AppendJSON(nil))) + " to a")
		if err == nil {
			err = Fill(m, 1)
		}
		if err != nil || !m.Properties().Equal(o) {
			t.Errorf("%q comes back as %v, %v", text, m, err)
		}
	}
}
