package diagnose

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// What a place is. That it is the one to look at is always a guess, however sure the verdict is.
const (
	placeLog      = "the handler's last log line"
	placeExit     = "a way out without a result"
	placeAfterLog = "a way out without a result after its last log line"
	placeKeep     = "where it is put away"
	placeHandler  = "where the handler begins"
	placeClass    = "the class without an on_cmd"
	placeSent     = "where it was sent"
	placeAnswer   = "where it was answered"
	placeAgain    = "where it was answered again"
	placeMishap   = "where that went wrong"
	placePartial  = "where its last partial result was returned"
)

// Ways are what the source of a handler says of a command that it does not answer; "" where nothing is found.
type Ways struct {
	Exit   string // the place of the first way out without an answer
	Others []int  // the lines of the others, in the same file
	Keep   string // the place where the command is put away: into a list, a queue, a field
}

// exitIs says what Exit is, beginning with the words for one.
func (w *Ways) exitIs(one string) string {
	const most = 4
	lines, more := w.Others, ""
	if n := len(lines) - most; n > 0 {
		lines, more = lines[:most], fmt.Sprintf(" and %d more", n)
	}
	if len(lines) == 0 {
		return one
	}
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i] = strconv.Itoa(line)
	}
	if len(all) == 1 && more == "" {
		return one + "; so is " + all[0]
	}
	return one + "; so are " + strings.Join(all, ", ") + more
}

// after are the ways out that come after a line of the same file: the handler came as far as that line.
func (w *Ways) after(line string) (left Ways) {
	file, from := cutPlace(line)
	exits, first := cutPlace(w.Exit)
	if line == "" || w.Exit == "" || exits != file {
		return left
	}
	for _, exit := range append([]int{first}, w.Others...) { // in order
		switch {
		case exit < from:
		case left.Exit == "":
			left.Exit = file + ":" + strconv.Itoa(exit)
		default:
			left.Others = append(left.Others, exit)
		}
	}
	return left
}

// cutPlace parts file:line.
func cutPlace(place string) (file string, line int) {
	i := strings.LastIndexByte(place, ':')
	if i < 0 {
		return place, 0
	}
	line, _ = strconv.Atoi(place[i+1:])
	return place[:i], line
}

// A Fold does not read files: whoever has it asks Unread and tells with SetWays.

// Handler is what is asked of the sources: where a handler begins, file:line, and the name of the command that it did not answer, "" where
// that is not known. One handler takes the commands of all names.
type Handler struct{ Place, Name string }

// Unread returns the handlers whose ways out would be worth knowing. Each is returned once.
func (f *Fold) Unread() []Handler {
	out := f.unread
	f.unread = nil
	return out
}

// SetWays tells what was found of a handler that Unread named.
func (f *Fold) SetWays(handler Handler, found Ways) {
	if _, asked := f.ways[handler]; asked {
		f.ways[handler] = found
	}
}

// waysOf returns what is known of a handler's ways.
func (f *Fold) waysOf(handler Handler) Ways {
	found, asked := f.ways[handler]
	if asked || handler.Place == "" || len(f.ways) >= maxPlaces {
		return found
	}
	if f.ways == nil {
		f.ways = map[Handler]Ways{}
	}
	f.ways[handler] = Ways{}
	f.unread = append(f.unread, handler)
	return Ways{}
}

// forgetWays asks anew for what may have changed: an extension has a new instance.
func (f *Fold) forgetWays(n node) {
	for h, at := range f.handlers {
		if h.node == n {
			place := at.String()
			maps.DeleteFunc(f.ways, func(h Handler, _ Ways) bool { return h.Place == place })
		}
	}
}

// String returns file:line.
func (p place) String() string { return (&trace.Event{PC: p.pc, Source: p.source}).Where() }

// handlerOf returns the handler of a command; its place is "" if it is not known.
func (f *Fold) handlerOf(v *view) Handler {
	n := node{v.Graph, v.To}
	if at, ok := f.handlers[handler{n, v.Name}]; ok {
		return Handler{at.String(), v.Name.String()}
	}
	return Handler{Place: f.handlers[handler{n, 0}].String()} // a conversion may have given it another name
}

// locate sets the place that a verdict points at and returns what that place is.
func (f *Fold) locate(p *Problem, v *view, r *ruling) string {
	where, is := f.lookAt(v, r)
	p.at(where)
	return is
}

// lookAt returns the place to look at and what it is, as far as anything is known.
func (f *Fold) lookAt(v *view, r *ruling) (where, is string) {
	log, handler := place{v.LogPC, v.LogSource}.String(), f.handlerOf(v)
	if v.Delivered == 0 {
		log, handler = "", Handler{} // it has not begun
	}
	if v.lacksHandler(r.rule) && handler.Place != "" {
		return handler.Place, placeClass
	}
	var ways Ways
	if missesResult(r.rule) {
		ways = f.waysOf(handler)
	}
	if r.rule != Kept && r.conf != Observed {
		ways.Keep = "" // it is not known to be kept
	}
	if after := ways.after(log); r.where == "" && ways.Keep == "" && after.Exit != "" {
		return after.Exit, after.exitIs(placeAfterLog)
	}
	for _, c := range []struct{ place, is string }{{r.where, r.is}, {ways.Keep, placeKeep}, {log, placeLog}, {ways.Exit, ways.exitIs(placeExit)}, {handler.Place, placeHandler}} {
		if c.place != "" && c.is != "" {
			return c.place, c.is
		}
	}
	return "", ""
}

// place sets the place that a ruling means. events may be nil: then where a command was sent is not known.
func (f *Fold) place(v *view, r *ruling, events Events) {
	result := place{v.ResultPC, v.ResultSource}.String()
	switch {
	case r.where != "":
	case r.is == placeSent:
		r.where = whereOf(v.SentSeq, events)
	case r.rule == AnsweredTwice:
		r.where, r.is = f.twice[v.ID].place.String(), placeAgain
	case r.rule == PartialOnly:
		r.where, r.is = result, placePartial
	case r.rule == AnsweredOK, r.rule == AnsweredError, r.rule == AnsweredLate:
		r.where, r.is = result, placeAnswer
	}
}

// lacksHandler reports that a command is without an answer because the receiver's class takes none.
func (v *view) lacksHandler(rule string) bool {
	return (rule == Lost || rule == ReturnedNoResult) && v.to.is.NoOnCmd
}

// missesResult reports that a rule blames the handler for having ended.
func missesResult(rule string) bool {
	switch rule {
	case Lost, Kept, ReturnedNoResult:
		return true
	}
	return false
}

// say writes the sentences of a problem about a command; what names it, or all that it stands for.
func (f *Fold) say(p *Problem, v *view, r *ruling, what string) {
	if v.lacksHandler(r.rule) {
		r.why, r.remedy = "its class has no on_cmd, so no command is ever answered by it", "Give the class an on_cmd that calls return_result."
	}
	if at := f.tooLate[v.ID]; at > v.Done && v.By == trace.ByTimeout && len(r.chain) == 0 { // else it waited for another that was late
		r.why, r.remedy = strings.TrimPrefix(r.why+"; its answer came "+span(at-v.Done)+" after the timeout", "; "), remedies[LateAnswer]
	}
	p.Rule, p.Confidence, p.Why, p.Remedy = r.rule, r.conf, r.why, r.remedy
	p.Ended = v.Finished && (!v.open || r.rule == WaitsForYou) && r.rule != Held
	receiver := v.receiver()
	open := v.now - v.Sent
	between := "; "
	switch {
	case r.rule == Lost:
		p.Brief, between = receiver+" lost "+strings.TrimSuffix(what, ","), ": "
		if v.By == trace.ByLost {
			p.Why += v.end(open)
		}
	case r.rule == DroppedByRule:
		p.Brief = receiver + " never got " + strings.TrimSuffix(what, ",")
	case r.rule == Held:
		p.Brief = v.keeps() + " " + strings.TrimSuffix(what, ",")
	case v.Finished && v.open:
		p.Brief = receiver + " had not answered " + what + v.end(open)
	case !v.Finished:
		p.Brief = receiver + " has not answered " + what + " for " + span(open)
	default:
		p.Brief = v.brief(r, what, receiver, span(open))
	}
	if v.To == 0 || !strings.HasPrefix(p.Brief, v.To.String()+" ") { // a name stays as it is
		p.Brief = upperFirst(p.Brief)
	}
	p.Text = p.Brief + "."
	if p.Why != "" {
		p.Text = p.Brief + between + p.Why + "."
	}
}

// brief says what became of a command that is not open any more.
func (v *view) brief(r *ruling, what, receiver, after string) string {
	who, inPlace := v.Answerer()
	answered := cmp.Or(who, receiver) + " answered " + what
	if inPlace {
		answered += " in place of " + cmp.Or(v.To.String(), "a receiver")
	}
	switch r.rule {
	case AnsweredLate:
		if v.Status == msg.Error {
			answered += " with ERROR,"
		}
		return answered + " only after " + after
	case AnsweredError:
		return answered + " with ERROR after " + after
	case AnsweredTwice:
		return answered + " twice"
	case ResultUnhandled:
		return answered + " after " + after + ", but nobody took the result"
	case Timeout:
		return receiver + " had not answered " + what + " when its path timeout ended it after " + after
	case NoRoute:
		return "nobody gets " + what
	case Cut:
		return v.ender() + " cut " + what + " after " + after
	case HostDead, ExtensionFailed:
		return v.gone(r, what, receiver, after)
	}
	return answered + " after " + after
}

// gone says that the receiver was gone before it could answer, or when the command was sent.
func (v *view) gone(r *ruling, what, receiver, after string) string {
	at, ended := v.to.failure.at, "it failed"
	if r.rule == HostDead {
		at, ended = v.to.dead.at, "its process ended"
	}
	switch {
	case v.died:
		return receiver + " had not answered " + what + " when the death of its process ended it after " + after
	case at != 0 && at < v.Sent:
		return receiver + " was gone before " + what + " came"
	}
	return receiver + " had not answered " + what + " when " + ended + ", after " + after
}

// end says what ended a command that its receiver never answered.
func (v *view) end(open int64) string {
	switch v.By {
	case trace.ByStop:
		return " when " + v.ender() + " ended it after " + span(open)
	case trace.ByTimeout:
		return " when the path timeout ended it after " + span(open)
	case trace.ByLost:
		return "; answer_lost answered it after " + span(open)
	}
	return ""
}
