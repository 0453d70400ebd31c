package diagnose

import (
	"cmp"
	"strings"

	"tenbench/engine/trace"
)

// What a place is. That it is the one to look at is always a guess, however sure the verdict is.
const (
	placeLog     = "the handler's last log line"
	placeExit    = "a way out without a result"
	placeHandler = "where the handler begins"
)

// Exits finds, in the source of a handler that begins at a place (file:line), a way out without an answer. A Fold does not read
// files: whoever has it asks Unread and tells with SetExit.

// Unread returns the places of handlers whose ways out would be worth knowing. Each is returned once.
func (f *Fold) Unread() []string {
	out := f.unread
	f.unread = nil
	return out
}

// SetExit tells where a handler has a way out without an answer, as Unread named it; exit is "" if none was found.
func (f *Fold) SetExit(handler, exit string) {
	if _, asked := f.exits[handler]; asked {
		f.exits[handler] = exit
	}
}

// exitOf returns the way out of a handler without an answer, "" if none is known.
func (f *Fold) exitOf(handler string) string {
	exit, asked := f.exits[handler]
	if asked || handler == "" || len(f.exits) >= maxPlaces {
		return exit
	}
	if f.exits == nil {
		f.exits = map[string]string{}
	}
	f.exits[handler] = ""
	f.unread = append(f.unread, handler)
	return ""
}

// forgetExits asks anew for what may have changed: an extension has a new instance.
func (f *Fold) forgetExits(n node) {
	for h, at := range f.handlers {
		if h.node == n {
			delete(f.exits, at.String())
		}
	}
}

// String returns file:line.
func (p place) String() string { return (&trace.Event{PC: p.pc, Source: p.source}).Where() }

// handlerOf returns where the handler of a command begins, "" if that is not known.
func (f *Fold) handlerOf(v *view) string {
	n := node{v.Graph, v.To}
	if at, ok := f.handlers[handler{n, v.Name}]; ok {
		return at.String()
	}
	return f.handlers[handler{n, 0}].String() // a conversion may have given it another name
}

// locate sets the place that a verdict points at and returns what that place is.
func (f *Fold) locate(p *Problem, v *view, r *ruling) string {
	log := place{v.LogPC, v.LogSource}.String()
	handler := f.handlerOf(v)
	exit := ""
	if missesResult(r.rule) {
		exit = f.exitOf(handler)
	}
	for _, c := range []struct{ place, is string }{{r.where, r.is}, {log, placeLog}, {exit, placeExit}, {handler, placeHandler}} {
		if c.place != "" && c.is != "" {
			p.at(c.place)
			return c.is
		}
	}
	p.File, p.Line = "", 0
	return ""
}

// missesResult reports that a rule blames the handler for having ended.
func missesResult(rule string) bool {
	switch rule {
	case Lost, Kept, ReturnedNoResult, PartialOnly:
		return true
	}
	return false
}

// say writes the sentences of a problem about a command; what names it, or all that it stands for.
func (f *Fold) say(p *Problem, v *view, r *ruling, what string) {
	p.Rule, p.Confidence, p.Why, p.Remedy = r.rule, r.conf, r.why, r.remedy
	p.Ended = v.Finished && !v.open
	receiver := v.receiver()
	open := v.now - v.Sent
	between := "; "
	switch {
	case r.rule == Lost:
		p.Brief, between = receiver+" lost "+strings.TrimSuffix(what, ","), ": "
		if v.By == trace.ByLost {
			p.Why += v.end(open)
		}
	case v.Finished && v.open:
		p.Brief = receiver + " had not answered " + what + v.end(open)
	case !v.Finished:
		p.Brief = receiver + " has not answered " + what + " for " + span(open)
	default:
		p.Brief = v.brief(r, what, receiver, span(open))
	}
	p.Text = p.Brief + "."
	if p.Why != "" {
		p.Text = p.Brief + between + p.Why + "."
	}
}

// brief says what became of a command that is not open any more.
func (v *view) brief(r *ruling, what, receiver, after string) string {
	switch r.rule {
	case AnsweredLate:
		return receiver + " answered " + what + " only after " + after
	case AnsweredError:
		return receiver + " answered " + what + " with ERROR after " + after
	case AnsweredTwice:
		return receiver + " answered " + what + " twice"
	case ResultUnhandled:
		return receiver + " answered " + what + " after " + after + ", but nobody took the result"
	case Timeout:
		return receiver + " had not answered " + what + " when its path timeout ended it after " + after
	case NoRoute:
		return "nobody gets " + what
	case Cut:
		return "stop cut " + what + " after " + after
	}
	if v.By == trace.ByEngine {
		return "the engine answered " + what + " in place of " + cmp.Or(v.To.String(), "a receiver") + " after " + after
	}
	return receiver + " answered " + what + " after " + after
}

// end says what ended a command that its receiver never answered.
func (v *view) end(open int64) string {
	switch v.By {
	case trace.ByStop:
		return " when stop ended it after " + span(open)
	case trace.ByTimeout:
		return " when the path timeout ended it after " + span(open)
	case trace.ByLost:
		return "; answer_lost answered it after " + span(open)
	}
	return ""
}
