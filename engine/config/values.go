package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/near"
)

// size is a number of bytes, written as in 64MiB.
type size int64

func (s *setting) store(v any) {
	switch target := s.target.(type) {
	case *time.Duration:
		*target = v.(time.Duration)
	case *size:
		*target = v.(size)
	case *int:
		*target = v.(int)
	case *bool:
		*target = v.(bool)
	case *string:
		*target = v.(string)
	case *[]string:
		*target = v.([]string)
	}
}

// read turns a raw value of any layer into what the target holds. The error says what is wanted instead.
func (s *setting) read(raw any) (any, error) {
	switch s.target.(type) {
	case *time.Duration:
		return s.readDuration(raw)
	case *size:
		return s.readSize(raw)
	case *int:
		return s.readInt(raw)
	case *bool:
		return s.readBool(raw)
	case *string:
		return s.readText(raw)
	}
	return s.readTexts(raw)
}

func (s *setting) refuse(raw any, want string) error {
	switch v := raw.(type) {
	case string:
		return fmt.Errorf("%s is %q, not %s", s.name(), v, want)
	case []string:
		return fmt.Errorf("%s is a list of %d, not %s", s.name(), len(v), want)
	case *graph.Tree:
		return fmt.Errorf("%s is %s, not %s", s.name(), v.Show(), want)
	}
	return fmt.Errorf("%s is %v, not %s", s.name(), raw, want)
}

func (s *setting) readDuration(raw any) (any, error) {
	const want = `a duration such as "100ms", "2s" or "3m"`
	text, ok := raw.(string)
	if !ok {
		return nil, s.refuse(raw, want)
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return nil, s.refuse(raw, want)
	case d < 0 || d == 0 && !s.zero:
		return nil, s.refuse(raw, "more than nothing")
	}
	return d, nil
}

func (s *setting) readSize(raw any) (any, error) {
	if n, ok := raw.(int); ok && n > 0 {
		return size(n), nil
	}
	text, _ := raw.(string)
	n, ok := parseSize(text)
	if !ok {
		return nil, s.refuse(raw, `a size such as "64MiB" or "1GiB"`)
	}
	return n, nil
}

// units are the endings of sizes, longest first.
var units = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"KB", 1e3}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
}

// maxSize keeps sums of sizes far from overflow.
const maxSize = 1 << 50

func parseSize(text string) (size, bool) {
	for _, u := range units {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		digits = strings.TrimSpace(digits)
		if strings.Trim(digits, "0123456789.") != "" {
			return 0, false
		}
		n, err := strconv.ParseFloat(digits, 64)
		n *= u.bytes
		return size(n), err == nil && n >= 1 && n <= maxSize
	}
	return 0, false
}

func (s *setting) readInt(raw any) (any, error) {
	want := fmt.Sprintf("a whole number from %d", s.low)
	n, ok := raw.(int)
	if text, isText := raw.(string); isText {
		var err error
		n, err = strconv.Atoi(text)
		ok = err == nil
	}
	if !ok || n < s.low {
		return nil, s.refuse(raw, want)
	}
	return n, nil
}

func (s *setting) readBool(raw any) (any, error) {
	switch raw {
	case true, "true":
		return true, nil
	case false, "false":
		return false, nil
	}
	return nil, s.refuse(raw, "true or false")
}

func (s *setting) readText(raw any) (any, error) {
	text, ok := raw.(string)
	switch {
	case !ok:
		return nil, s.refuse(raw, "a string")
	case s.choices != nil && !slices.Contains(s.choices, text):
		return nil, s.refuse(raw, "one of "+strings.Join(s.choices, ", "))
	}
	return text, nil
}

// readTexts takes a list, and from the environment one string with commas.
func (s *setting) readTexts(raw any) (any, error) {
	switch v := raw.(type) {
	case []string:
		return v, nil
	case string:
		var out []string
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
		return out, nil
	}
	return nil, s.refuse(raw, "a list of strings")
}

func (s *setting) near(raw any) string {
	text, _ := raw.(string)
	return near.Name(text, s.choices)
}
