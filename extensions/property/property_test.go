package property_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/extensions/property"
)

const bag = `{"text":"Ahoy","yes":true,"whole":440,"half":0.5,"short":"150ms","nothing":"0s","odd":"soon",
	"deep":{"list":[1,"2s"]}}`

// reading is a reader with its path and default, and what it should return.
type reading struct {
	path string
	read reader
	want any
	says string // in the error
}

type reader func(ctx context.Context, env engine.Env, path string) (any, error)

// as makes a reader of any type from one of the package's.
func as[T any](read func(context.Context, engine.Env, string, T) (T, error), absent T) reader {
	return func(ctx context.Context, env engine.Env, path string) (any, error) {
		return read(ctx, env, path, absent)
	}
}

func TestReading(t *testing.T) {
	text, yes, whole := as(property.String, "Hello"), as(property.Bool, false), as(property.Int, 7)
	number, duration, interval := as(property.Float, 7.5), as(property.Duration, time.Hour), as(property.Interval, time.Hour)
	env := enginetest.NewFakeEnv(t, "reader", bag)
	for _, c := range []reading{
		{"text", text, "Ahoy", ""},
		{"absent", text, "Hello", ""},
		{"whole", text, nil, "property whole: "},
		{"yes", yes, true, ""},
		{"absent", yes, false, ""},
		{"text", yes, nil, "property text: "},
		{"whole", whole, int64(440), ""},
		{"deep.list[0]", whole, int64(1), ""},
		{"deep.list[9]", whole, int64(7), ""},
		{"half", whole, nil, "property half: "},
		{"half", number, 0.5, ""},
		{"whole", number, 440.0, ""},
		{"text", number, nil, "property text: "},
		{"short", duration, 150 * time.Millisecond, ""},
		{"deep.list[1]", duration, 2 * time.Second, ""},
		{"nothing", duration, time.Duration(0), ""},
		{"odd", duration, nil, `property odd: "soon" is not a duration; write it like "100ms" or "1m30s"`},
		{"whole", duration, nil, "property whole: "},
		{"short", interval, 150 * time.Millisecond, ""},
		{"nothing", interval, nil, "property nothing: 0s is not an interval; give a positive one"},
		{"deep[", text, nil, "property deep[: "},
	} {
		got, err := c.read(t.Context(), env, c.path)
		switch {
		case c.says == "" && (err != nil || got != c.want):
			t.Errorf("%s: got %v, %v; want %v", c.path, got, err, c.want)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: got %v, %v; want an error with %q", c.path, got, err, c.says)
		}
	}
}
