package engine

import (
	"context"
	"log/slog"
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// logHandler makes log events of an extension's slog records.
type logHandler struct {
	n      *Node
	prefix string
	attrs  []slog.Attr
}

func levelOf(l slog.Level) trace.Level {
	switch {
	case l < slog.LevelInfo:
		return trace.Debug
	case l < slog.LevelWarn:
		return trace.Info
	case l < slog.LevelError:
		return trace.Warn
	}
	return trace.Error
}

func (h *logHandler) Enabled(_ context.Context, l slog.Level) bool {
	return levelOf(l) >= h.n.eng.app.logLevel(h.n.name)
}

func (h *logHandler) Handle(ctx context.Context, r slog.Record) error {
	var fields msg.Object
	for _, a := range h.attrs {
		put(&fields, "", a)
	}
	r.Attrs(func(a slog.Attr) bool {
		put(&fields, h.prefix, a)
		return true
	})
	var text []byte
	if fields.Len() > 0 {
		text = fields.AppendMasked(nil, h.n.eng.app.masker.Load())
	}
	h.n.Log(levelOf(r.Level), r.Message, commandOf(ctx), r.PC, "", text)
	return nil
}

// commandOf is the id of the message that ctx's callback handles, or 0.
func commandOf(ctx context.Context) uint64 {
	if a, _ := ctx.Value(activationKey{}).(*activation); a != nil && a.w.g == getg() {
		return a.d.ID
	}
	if f, ok := ctx.(*foreignCtx); ok {
		return f.id
	}
	return 0
}

func put(o *msg.Object, prefix string, a slog.Attr) {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		for _, sub := range v.Group() {
			put(o, prefix+a.Key+".", sub)
		}
		return
	}
	val, err := msg.Of(v.Any())
	if err != nil {
		val = msg.String(v.String())
	}
	o.Put(prefix+a.Key, val)
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := *h
	out.attrs = slices.Clone(h.attrs)
	for _, a := range attrs {
		a.Key = h.prefix + a.Key
		out.attrs = append(out.attrs, a)
	}
	return &out
}

func (h *logHandler) WithGroup(name string) slog.Handler {
	out := *h
	if name != "" {
		out.prefix += name + "."
	}
	return &out
}
