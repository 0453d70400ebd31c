package msg

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What stands around a variable.
const (
	opens  = "{{"
	closes = "}}"
)

// knownVariables are for errors.
const knownVariables = "{{uuid}}, {{now}} and {{n}} are known; write {{{{ for {{ itself"

// Fill replaces the variables in the strings of m's properties, keys and values alike: {{uuid}} by a new id each time it stands there,
// {{now}} by the time in UTC as RFC 3339 has it, and {{n}} by n, which counts the messages of a repetition from 1. {{{{ stands for {{.
// What has been filled once is plain text. After an error m is as it was.
func Fill(m Message, n int) error {
	v, err := filled(Obj(m.Properties()), func(name string) string {
		switch name {
		case "uuid":
			return NewUUID()
		case "now":
			return time.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00")
		}
		return strconv.Itoa(n)
	})
	if err != nil || v.t != ObjectType {
		return err
	}
	*m.Properties() = *v.Object()
	return nil
}

// EscapeVariables writes properties that Fill leaves as they are. In JSON the braces of a variable stand nowhere but in strings.
func EscapeVariables(json string) string { return strings.ReplaceAll(json, opens, opens+opens) }

// CheckVariables returns where a text, which may be JSON, has something between {{ and }} that is no variable, and an error for it.
func CheckVariables(text string) (at int, err error) {
	for {
		i := strings.Index(text[at:], opens)
		if i < 0 {
			return 0, nil
		}
		at += i
		_, n, err := variable(text[at:])
		if err != nil {
			return at, err
		}
		at += n
	}
}

// variable reads the name of the variable that text begins with, "" for what stands for the braces themselves, and how long it is.
func variable(text string) (name string, n int, err error) {
	if strings.HasPrefix(text, opens+opens) {
		return "", 2 * len(opens), nil
	}
	name, _, found := strings.Cut(text[len(opens):], closes)
	if !found {
		return "", 0, fmt.Errorf("{{ without }}; %s", knownVariables)
	}
	switch name {
	case "uuid", "now", "n":
		return name, len(opens) + len(name) + len(closes), nil
	}
	return "", 0, fmt.Errorf("there is no variable {{%s}}; %s", name, knownVariables)
}

// filled is v with the variables in it replaced by what they are.
func filled(v Value, is func(name string) string) (Value, error) {
	switch v.t {
	case StringType:
		s, _ := v.Str()
		out, err := filledText(s, is)
		if err != nil || out == s {
			return v, err
		}
		return String(out), nil
	case ArrayType:
		out := make([]Value, 0, len(v.Items()))
		for _, item := range v.Items() {
			item, err := filled(item, is)
			if err != nil {
				return v, err
			}
			out = append(out, item)
		}
		return Array(out...), nil
	case ObjectType:
		out := new(Object)
		for key, item := range v.object().All() {
			key, err := filledText(key, is)
			if err != nil {
				return v, err
			}
			item, err := filled(item, is)
			if err != nil {
				return v, err
			}
			out.Put(key, item)
		}
		return Obj(out), nil
	}
	return v, nil
}

func filledText(s string, is func(name string) string) (string, error) {
	var out strings.Builder
	for {
		before, _, found := strings.Cut(s, opens)
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		s = s[len(before):]
		name, n, err := variable(s)
		if err != nil {
			return "", err
		}
		if s = s[n:]; name == "" {
			out.WriteString(opens)
		} else {
			out.WriteString(is(name))
		}
	}
}

// IsUUID reports that text has the form of one.
func IsUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if digit := strings.IndexByte("0123456789abcdefABCDEF", text[i]) >= 0; dash && text[i] != '-' || !dash && !digit {
			return false
		}
	}
	return true
}

// NewUUID returns a random UUID, version 4.
func NewUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
