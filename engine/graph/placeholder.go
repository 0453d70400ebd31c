package graph

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/msg"
)

// ErrPlaceholder says that a placeholder is not of the form ${env:NAME} or ${env:NAME|default}. ResolveEnv then returns the
// value as it was; TEN goes on with the raw strings, and so may the caller.
var ErrPlaceholder = errors.New("unsupported placeholder")

// ErrUnset says that a placeholder names a variable that is not set and gives no default. What asked for it cannot run.
var ErrUnset = errors.New("environment variable is not set")

// ResolveEnv replaces the strings of v, at any depth, that are one whole placeholder: ${env:NAME} or ${env:NAME|default}. A
// resolved value is always a string. secrets are the values that came from the environment, for masking; defaults stand in the
// file for all to read and are not among them. The error joins all that is wrong, each with its path.
func ResolveEnv(v msg.Value, lookup func(string) (string, bool)) (out msg.Value, secrets []string, err error) {
	r := resolver{lookup: lookup}
	out = r.value("", v)
	if len(r.errs) > 0 {
		return v, r.secrets, errors.Join(r.errs...)
	}
	return out, r.secrets, nil
}

type resolver struct {
	lookup  func(string) (string, bool)
	secrets []string
	errs    []error
}

func (r *resolver) value(path string, v msg.Value) msg.Value {
	if o := v.Object(); o != nil {
		return r.object(path, v, o)
	}
	if v.Type() == msg.ArrayType {
		return r.array(path, v)
	}
	s, err := v.Str()
	if err != nil || !isPlaceholder(s) {
		return v
	}
	return r.placeholder(path, s, v)
}

func (r *resolver) object(path string, v msg.Value, o *msg.Object) msg.Value {
	var out *msg.Object
	for key, old := range o.All() {
		resolved := r.value(join(path, key), old)
		if out == nil {
			if resolved.Equal(old) {
				continue
			}
			shared := o.Share()
			out = &shared
		}
		out.Put(key, resolved)
	}
	if out == nil {
		return v
	}
	return msg.Obj(out)
}

func (r *resolver) array(path string, v msg.Value) msg.Value {
	items := slices.Clone(v.Items())
	for i, item := range items {
		items[i] = r.value(fmt.Sprintf("%s[%d]", path, i), item)
	}
	return msg.Array(items...)
}

func isPlaceholder(s string) bool { return strings.HasPrefix(s, "${") && strings.HasSuffix(s, "}") }

func (r *resolver) placeholder(path, s string, v msg.Value) msg.Value {
	scope, rest, ok := strings.Cut(s[2:len(s)-1], ":")
	if !ok || scope != "env" {
		r.errs = append(r.errs, fmt.Errorf("property %s: %w %q; write ${env:NAME} or ${env:NAME|default}", path, ErrPlaceholder, s))
		return v
	}
	// TEN removes the backslashes before it looks for the bar, so an escaped bar separates too.
	name, def, hasDefault := strings.Cut(unescape(rest), "|")
	if !hasDefault {
		name = rest
	}
	if value, set := r.lookup(name); set {
		if value != "" {
			r.secrets = append(r.secrets, value)
		}
		return msg.String(value)
	}
	if !hasDefault {
		r.errs = append(r.errs, fmt.Errorf("property %s: %w: %s; set it, or give a default: ${env:%s|default}", path, ErrUnset, name, name))
		return v
	}
	return msg.String(def)
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
