// Package property reads an extension's properties as Go types, each with the value to use when the property is absent.
//
// A property that is present but of the wrong type is an error that names it. Returned from OnInit it fails the extension,
// so that a typing mistake in config.toml is seen at once and not as strange behaviour later.
package property

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
)

// String reads a text.
func String(ctx context.Context, env engine.Env, path, absent string) (string, error) {
	return read(ctx, env, path, absent, msg.Value.Str)
}

// Bool reads a yes or no.
func Bool(ctx context.Context, env engine.Env, path string, absent bool) (bool, error) {
	return read(ctx, env, path, absent, msg.Value.Bool)
}

// Int reads a whole number.
func Int(ctx context.Context, env engine.Env, path string, absent int64) (int64, error) {
	return read(ctx, env, path, absent, msg.Value.Int)
}

// Float reads a number; whole ones count, because people write 440 and mean 440.0.
func Float(ctx context.Context, env engine.Env, path string, absent float64) (float64, error) {
	return read(ctx, env, path, absent, func(v msg.Value) (float64, error) {
		if n, err := v.Int(); err == nil {
			return float64(n), nil
		}
		return v.Float()
	})
}

// Duration reads a text such as "100ms" or "1m30s".
func Duration(ctx context.Context, env engine.Env, path string, absent time.Duration) (time.Duration, error) {
	return read(ctx, env, path, absent, func(v msg.Value) (time.Duration, error) {
		s, err := v.Str()
		if err != nil {
			return 0, err
		}
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, fmt.Errorf(`%q is not a duration; write it like "100ms" or "1m30s"`, s)
		}
		return d, nil
	})
}

// Interval reads a Duration that something is repeated at, and so must be longer than nothing.
func Interval(ctx context.Context, env engine.Env, path string, absent time.Duration) (time.Duration, error) {
	d, err := Duration(ctx, env, path, absent)
	if err == nil && d <= 0 {
		err = fmt.Errorf(`property %s: %v is not an interval; give a positive one, such as "1s"`, path, d)
	}
	return d, err
}

func read[T any](ctx context.Context, env engine.Env, path string, absent T, as func(msg.Value) (T, error)) (T, error) {
	v, err := env.Property(ctx, path)
	if errors.Is(err, msg.ErrNotFound) {
		return absent, nil
	}
	out := absent
	if err == nil {
		out, err = as(v)
	}
	if err != nil {
		return absent, fmt.Errorf("property %s: %w", path, err)
	}
	return out, nil
}
