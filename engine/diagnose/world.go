package diagnose

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const (
	maxRunning = 64
	maxSpent   = 16
	manySpent  = 1024 // from which on the older half counts half
	maxBlocks  = 8
)

// world is what is known of an extension at the newest event.
type world struct {
	stage
	before       stage // the stage in which stop found it, and what that hung at
	hung         fact
	stopAt       int64 // when its stop began, 0 while it has not
	makeNS       int64 // how long its instance took to be made
	lives        int   // how often it was created
	born         begun // its lives
	started      begun // their on_start had ended
	inited       inited
	running      []running
	blocks       []*block // the newest last; those on one loop share them
	stuck        fact     // a stage that does not end
	failure      fact
	failedBefore fact // the last failure of an earlier life
	dead         fact // its process
	left         left
	takes        bool     // it is seen to take results, so one that it does not take is news
	workers      []mishap // the newest tasks that served more than one command and ended with an error that nobody has seen
	python       bool     // it is written in Python
	program      bool     // it runs in a program, which opened its app
	is           nature   // as it said when it was made
	full         full
	spent        []spent
}

// nature is of what kind an extension is.
type nature struct {
	Sync    bool `json:"sync"`      // its callbacks are no coroutines
	NoOnCmd bool `json:"no_on_cmd"` // its class has none: commands are dropped
}

// left is the commands that an extension left without an answer when it failed: the first, and how many they are.
type left struct {
	id    uint64
	name  trace.Sym
	count int
}

// say ends a sentence about the end of a process.
func (l left) say() string {
	switch l.count {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(", when %s #%d was open there", l.name, l.id)
	}
	return fmt.Sprintf(", when %s #%d and %d more were open there", l.name, l.id, l.count-1)
}

// full is what a full mailbox has cost: now says that it was full in the present life.
type full struct {
	now                bool
	refused, pushedOut int
}

// detailQueueFull and detailPushedOut are what is said of each command that a full mailbox refused, and of what it pushed out.
const (
	detailQueueFull = "queue full"
	detailPushedOut = "pushed out of a full mailbox"
)

// say begins what a lint says of a full mailbox with how much that has cost by now: the lint comes at the first time and at every thousandth.
func (f full) say(detail string) string {
	var cost []string
	if f.refused > 0 {
		cost = append(cost, "refused "+plural(f.refused, "command"))
	}
	if f.pushedOut > 0 {
		cost = append(cost, "pushed "+plural(f.pushedOut, "message")+" out")
	}
	mailbox, rest, ok := strings.Cut(detail, " was full (")
	size, _, ok2 := strings.Cut(rest, ")")
	if !ok || !ok2 || len(cost) == 0 {
		return detail
	}
	return mailbox + " " + strings.Join(cost, " and ") + ": it was full (" + size + ")."
}

// begun is when something was, in the present life and in the one before; 0 if it was not.
type begun struct{ now, before int64 }

// inited is the on_init of the present life that has ended: when, how long it took, and where it is if that was long.
type inited struct {
	at, ns int64
	place  place
}

// spent is what the messages of a name cost their receiver: the newest count most.
type spent struct {
	kind  msg.Kind
	name  trace.Sym
	place place // of the handler
	count int64
	ns    int64
}

// running is a message whose handler has begun and not ended.
type running struct {
	id    uint64
	kind  msg.Kind
	name  trace.Sym
	place place
	since int64
}

// fact is something that an event said of an extension.
type fact struct {
	seq    uint64
	at     int64
	detail string
	work   work
	place  string
}

// block is a stretch of time in which one callback held the loop.
type block struct {
	fact
	of    trace.Sym // the extension whose callback it is
	id    uint64    // of the message that was handled, if it was one
	since int64
	until int64 // 0 while it lasts
}

// work is what a host was busy with, as a lint says.
type work struct {
	What    string `json:"what"`
	SinceMS int64  `json:"since_ms"`
	Await   string `json:"await"`
	Stack   string `json:"stack"`
	Row     bool   `json:"row"`    // several callbacks one after another, which hold the loop together
	Has     bool   `json:"has"`    // a task is known to have the command; what is not known may be so all the same
	Worker  bool   `json:"worker"` // a task that has the command and that its handler has not started

	// Of what has ended, where that is known.
	Holds   []uint64 `json:"holds"`   // the commands that it had
	Answers *bool    `json:"answers"` // its code returns results

}

// worldOf returns what is known of an event's extension, and makes it known.
func (f *Fold) worldOf(n node) *world {
	w := f.nodes[n]
	if w == nil {
		if f.nodes == nil {
			f.nodes = map[node]*world{}
		}
		w = &world{}
		f.nodes[n] = w
	}
	return w
}

// at returns what is known of an extension; of one that is not known, nothing.
func (f *Fold) at(n node) *world {
	if w := f.nodes[n]; w != nil {
		return w
	}
	return &world{}
}

// enter takes a transition.
func (w *world) enter(e *trace.Event) {
	switch e.State {
	case trace.Created:
		w.free(e.Mono) // its loop is another
		w.lives++
		w.born, w.stopAt = begun{e.Mono, w.born.now}, 0
		w.started, w.inited = begun{before: w.started.now}, inited{}
		if w.failure.seq != 0 {
			w.failedBefore = w.failure
		}
		w.failure, w.dead, w.left, w.running, w.spent, w.full.now = fact{}, fact{}, left{}, nil, nil, false
		w.workers = nil
	case trace.Configure:
		w.makeNS, w.is = e.StageNS, nature{}
		_ = json.Unmarshal(e.Property, &w.is) // a host that says nothing leaves it as it is
	case trace.Start:
		w.inited.at, w.inited.ns = e.Mono, e.StageNS
	case trace.Running:
		w.started.now = e.Mono
	case trace.Stop:
		w.before, w.hung, w.stopAt = w.stage, w.stuck, e.Mono
	case trace.Failed:
		w.free(e.Mono)
		w.failure = fact{seq: e.Seq, at: e.Mono, detail: strings.Clone(e.Detail)}
	}
	w.stuck = fact{}
	if e.State != trace.Stop && e.State != trace.Deinit { // these two may begin while the loop is held
		w.release(e.Mono)
	}
	w.stage = stage{e.State, e.Mono}
}

// begin notes that a handler began: whatever held the loop holds it no longer.
func (w *world) begin(e *trace.Event) {
	w.release(e.Mono)
	if e.Type == msg.KindResult {
		w.takes = true
		return
	}
	if len(w.running) < maxRunning {
		w.running = append(w.running, running{e.ID, e.Type, e.Name, place{e.PC, e.Source}, e.Mono})
	}
}

func (w *world) end(e *trace.Event) {
	w.release(e.Mono)
	i := slices.IndexFunc(w.running, func(r running) bool { return r.id == e.ID })
	if i < 0 {
		return
	}
	w.spend(&w.running[i], e.Mono)
	w.running = slices.Delete(w.running, i, i+1)
}

// spend adds up what a handler took that has ended.
func (w *world) spend(r *running, at int64) {
	i := slices.IndexFunc(w.spent, func(s spent) bool { return s.name == r.name && s.kind == r.kind })
	if i < 0 {
		if len(w.spent) == maxSpent {
			return
		}
		i = len(w.spent)
		w.spent = append(w.spent, spent{kind: r.kind, name: r.name})
		w.speaks(r.place.source.String())
	}
	s := &w.spent[i]
	if s.count == manySpent {
		s.count, s.ns = s.count/2, s.ns/2
	}
	s.place, s.count, s.ns = r.place, s.count+1, s.ns+at-r.since
}

// costly returns the messages that cost the extension most; nil if none is known.
func (w *world) costly() (most *spent) {
	for i := range w.spent {
		if s := &w.spent[i]; most == nil || s.ns > most.ns {
			most = s
		}
	}
	return most
}

// each is what one of them took, on average.
func (s *spent) each() int64 { return s.ns / max(s.count, 1) }

// release ends the block that began before a moment at which the loop did something else. A row of callbacks goes on with the next.
func (w *world) release(at int64) {
	if b := w.blocked(); b != nil && at > b.at && !b.work.Row {
		b.until = at
	}
}

// free ends whatever holds the loop.
func (w *world) free(at int64) {
	if b := w.blocked(); b != nil {
		b.until = at
	}
}

// blocked returns what holds the loop now, nil if nothing is known to.
func (w *world) blocked() *block {
	if n := len(w.blocks); n > 0 && w.blocks[n-1].until == 0 {
		return w.blocks[n-1]
	}
	return nil
}

// blockedAt returns what held the loop at a moment.
func (w *world) blockedAt(at int64) *block {
	for i := range slices.Backward(w.blocks) {
		if b := w.blocks[i]; b.since <= at && (b.until == 0 || b.until >= at) {
			return b
		}
	}
	return nil
}

// note takes a lint about the extension itself.
func (w *world) note(e *trace.Event, ended bool) {
	switch e.Rule {
	case symLoopBlocked:
		if ended {
			w.free(e.Mono)
			return
		}
		b := &block{fact: factOf(e), of: e.Extension, id: e.ID}
		if b.since = e.Mono - e.StageNS; e.StageNS == 0 {
			b.since = e.Mono - b.work.SinceMS*1e6
		}
		w.block(b)
	case symStageNeverDone:
		w.stuck = factOf(e)
	case symSlowStage:
		if e.Name == symOnInit {
			w.inited.place = place{e.PC, e.Source}
		}
	case symQueueFull:
		w.full.now = true
	case symExtensionFailed:
		at := w.failure.at
		if w.failure = factOf(e); at != 0 {
			w.failure.at = at
		}
	}
}

// block notes what holds the loop.
func (w *world) block(b *block) {
	if len(w.blocks) == maxBlocks {
		w.blocks = slices.Delete(w.blocks, 0, 1)
	}
	w.blocks = append(w.blocks, b)
}

// inItsProgram begins what is said of a process that the bench did not start for the extension: of its own it says the pid.
const inItsProgram = "the process "

// process takes what is said of the extension's process. Only Python extensions have one of their own.
func (w *world) process(e *trace.Event) {
	w.python = true
	w.program = w.program || strings.HasPrefix(e.Detail, inItsProgram)
	if e.Level >= trace.Error {
		w.dead = factOf(e)
	}
}

// Where somebody waits who waits for no command: in Go and in Python.
var (
	elsewhereInGo     = regexp.MustCompile(`tenbench/engine\.\(\*(goEnv\)\.(Sleep|Await)|Queue\[[^\n]*\]\)\.(Get|Put))\b`)
	sendsInGo         = regexp.MustCompile(`tenbench/engine\.\(\*goEnv\)\.(SendCmd|openStream|Stream)`)
	elsewhereInPython = regexp.MustCompile(`/asyncio/(locks|queues|streams|subprocess)\.py", line \d+, in |/asyncio/tasks\.py", line \d+, in sleep\b`)
)

// elsewhere reports that it is seen to wait for something that is no command's answer: a lock, a queue, a time.
func (w *work) elsewhere() bool {
	if elsewhereInGo.MatchString(w.Stack) {
		return !sendsInGo.MatchString(w.Stack)
	}
	i := strings.LastIndex(w.Stack, `  File "`)
	return i >= 0 && elsewhereInPython.MatchString(w.Stack[i:])
}

// factOf keeps what an event said, and none of its bytes.
func factOf(e *trace.Event) fact {
	f := fact{seq: e.Seq, at: e.Mono, detail: strings.Clone(e.Detail), place: e.Where()}
	f.work = workOf(e)
	if f.place == "" {
		f.place = placeIn(f.work.Stack)
	}
	return f
}

// workOf reads the first piece of work in a lint; of a foreign lint there may be none.
func workOf(e *trace.Event) work {
	if len(e.Property) == 0 {
		return work{}
	}
	var p struct {
		Work []work `json:"work"`
		work
	}
	if json.Unmarshal(e.Property, &p) != nil {
		return work{}
	}
	if len(p.Work) > 0 {
		return p.Work[0]
	}
	return p.work
}

// sharing reads, in a lint about a loop, which other extensions run on it.
func sharing(e *trace.Event) []string {
	var p struct {
		Others []string `json:"others"`
	}
	if e.Rule != symLoopBlocked || json.Unmarshal(e.Property, &p) != nil {
		return nil
	}
	return p.Others
}

// StackOf returns the stack that a lint came with, "" if it has none.
func StackOf(e *trace.Event) string { return workOf(e).Stack }

// foreign begin the names of functions that are no author's.
var foreign = []string{"runtime.", "runtime/", "internal/", "sync.", "sync/", "time.", "syscall.", "os.", "os/", "reflect.", "iter.", "context.", "io.", "bufio.", "net.", "net/",
	"crypto/", "database/", "encoding/", "panic(", "tenbench/engine.", "tenbench/engine/msg."}

// library are parts of the names of Python files that are no author's.
var library = []string{"/asyncio/", "/ten_runtime/", "/tenbench/runtime-", "/lib/python3", "/site-packages/", "<frozen"}

// placeIn returns the author's innermost line in a stack. Go writes the innermost call first, and the place is folder/file:line, as
// those of events; Python writes it last, and the place is the whole path. Where no line is an author's, Python's last one stands.
func placeIn(stack string) string {
	author, any := "", ""
	var fn string
	for line := range strings.SplitSeq(stack, "\n") {
		if where, ok := strings.CutPrefix(line, "\t"); ok {
			if fn != "" && !slices.ContainsFunc(foreign, func(p string) bool { return strings.HasPrefix(fn, p) }) {
				return shortPlace(where)
			}
			continue
		}
		fn = line
		where, ok := pythonPlace(line)
		if !ok {
			continue
		}
		if any = where; !slices.ContainsFunc(library, func(p string) bool { return strings.Contains(where, p) }) {
			author = where
		}
	}
	return cmp.Or(author, any)
}

// lineIn returns the source of the author's innermost line in a stack of Python, "" where there is none.
func lineIn(stack string) string {
	_, after, ok := strings.Cut(stack, quoted(placeIn(stack)))
	if !ok {
		return ""
	}
	_, after, _ = strings.Cut(after, "\n")
	text, _, _ := strings.Cut(after, "\n")
	text, _, _ = strings.Cut(text, "  #") // a comment behind it
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "File \"") {
		return ""
	}
	return text
}

// quoted writes a place as a Python stack does.
func quoted(place string) string {
	i := strings.LastIndexByte(place, ':')
	if i < 0 {
		return "\x00"
	}
	return `File "` + place[:i] + `", line ` + place[i+1:] + ","
}

// pythonPlace reads `File "x.py", line 3, in on_cmd`.
func pythonPlace(line string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(line), `File "`)
	if !ok {
		return "", false
	}
	file, rest, ok := strings.Cut(rest, `", line `)
	if !ok {
		return "", false
	}
	number, _, _ := strings.Cut(rest, ",")
	return file + ":" + strings.TrimSpace(number), true
}

// shortPlace keeps the file and its folder, as the places of events are written.
func shortPlace(place string) string {
	place, _, _ = strings.Cut(strings.TrimSpace(place), " ")
	i := strings.LastIndexByte(place, '/')
	if i < 0 {
		return place
	}
	return place[strings.LastIndexByte(place[:i], '/')+1:]
}
