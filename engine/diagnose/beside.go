package diagnose

import (
	"slices"
	"strings"

	"tenbench/engine/trace"
)

// mishap is what went wrong beside the handler of a command: in a task, a thread or a goroutine, in a coroutine of which nothing ran, or in
// a result that answers something else. Whether that was to answer the command wasToAnswer says.
type mishap struct {
	fact
	rule trace.Sym
}

// mishaps are the rules that say so, with the advice for a command that went unanswered for it.
var mishaps = map[trace.Sym]string{
	symTaskException:   "Deal with the error there, and call {return_result} there on every way out.",
	symNotAwaited:      "Await it.",
	symResultOfAnother: "Make the result of the command that the handler got.",
	symEnvUsedOffLoop:  remedies[EnvUsedOffLoop],
}

// besides notes what a lint says that went wrong beside a handler.
func (f *Fold) besides(e *trace.Event) {
	if _, is := mishaps[e.Rule]; !is {
		return
	}
	m := mishap{factOf(e), e.Rule}
	served := e.ID == 0 || f.commands.Command(e.ID).Answered() // so it went on for others
	if served && e.Rule == symTaskException && (m.work.Answers == nil || *m.work.Answers) {
		f.worldOf(nodeOf(e)).diesOn(m)
	}
	if f.beside == nil {
		f.beside = map[uint64]mishap{}
	}
	of := m.work.Holds // it was to answer these, whatever has started it
	if len(of) == 0 && e.ID != 0 {
		of = []uint64{e.ID}
	}
	for _, id := range of {
		f.beside[id] = m
		f.remember(id)
	}
}

// maxWorkers bounds how many tasks are remembered that served more than one command and ended with an error.
const maxWorkers = 3

// diesOn notes that a task has ended with an error that a lifecycle callback had started, or the handler of a command that was answered: it
// may have been to answer what came for it.
func (w *world) diesOn(m mishap) {
	if len(w.workers) == maxWorkers {
		w.workers = w.workers[1:]
	}
	w.workers = append(w.workers, m)
}

// wasToAnswer reports that the code that went wrong was to answer the command for which it is told: it returns results, or is the return of
// one. Of the tasks of Go that is not known.
func (m *mishap) wasToAnswer() bool {
	if m.rule == symTaskException {
		return m.work.Answers != nil && *m.work.Answers
	}
	return m.work.Answers == nil || *m.work.Answers
}

// wentWrong gives the ruling on a command whose handler ended without a result what went wrong beside the handler, if anything did: as the
// cause if that was to answer it, else as what it may be.
func (f *Fold) wentWrong(v *view, r *ruling) {
	m, ok := f.beside[v.ID]
	if !ok || m.at > v.now {
		f.workersDied(v, r)
		return
	}
	said, advice := parted(m.detail)
	if m.rule == symEnvUsedOffLoop && advice == "" {
		said = "a goroutine of its own called the env with the ctx of a handler, which was refused"
	}
	if did, ok := strings.CutPrefix(said, v.To.String()+" "); ok {
		said = "it " + did
	}
	if !m.wasToAnswer() {
		r.besides(said, m.seq)
		return
	}
	if !v.Freed {
		r.so = "" // what was to answer it is gone
	} else if r.rule == Lost { // what held it for a while is the error, which Python keeps until it collects
		r.why = v.returned() + " and nothing holds the command any more"
	}
	r.why = said + "; " + r.why // what says most comes first: a list shows no more
	r.seqs, r.stack, r.where, r.is = append(r.seqs, m.seq), m.work.Stack, m.place, placeMishap
	if r.remedy = mishaps[m.rule]; m.rule != symTaskException && advice != "" {
		r.remedy = advice
	}
}

// workersDied adds to the ruling on a command that no task is known to have which workers have ended with an error: one of them may have been to
// answer it.
func (f *Fold) workersDied(v *view, r *ruling) {
	if v.p == nil || v.p.task.What != "" || v.Handled == 0 {
		return
	}
	for _, m := range v.to.workers {
		if m.at <= v.now && !slices.Contains(m.work.Holds, v.ID) {
			said, _ := parted(m.detail)
			r.besides(said, m.seq)
		}
	}
}

// besides adds what is true as well and may be the cause.
func (r *ruling) besides(said string, seq uint64) {
	r.why += "; besides, " + said
	r.seqs = append(r.seqs, seq)
}

// wentWrongMeanwhile adds to the ruling on a command whose handler runs what went wrong beside it: it may wait for that.
func (f *Fold) wentWrongMeanwhile(v *view, r *ruling) {
	if m, ok := f.beside[v.ID]; ok && m.at <= v.now && m.rule == symTaskException {
		said, _ := parted(m.detail)
		r.besides(said, m.seq)
	}
}

// saidOfCommands reports that a problem of this kind, or what holds a loop, is said of commands that went unanswered for it, at the same
// place, or with none.
func saidOfCommands(p *Problem, all []Problem) bool {
	if _, is := mishaps[trace.Intern(p.Rule)]; !is && p.Rule != LoopBlocked || p.AboutCommands() {
		return false
	}
	if p.File == "" { // a place of which nothing is known is told there as well as here
		return slices.ContainsFunc(all, func(of Problem) bool {
			return of.AboutCommands() && slices.ContainsFunc(p.Evidence, func(seq uint64) bool { return slices.Contains(of.Evidence, seq) })
		})
	}
	return slices.ContainsFunc(all, func(of Problem) bool {
		return of.AboutCommands() && (p.Rule != LoopBlocked || of.Rule == LoopBlocked || of.Rule == AnsweredLate) && of.Ended == p.Ended &&
			of.Graph == p.Graph && of.Extension == p.Extension && of.File == p.File && of.Line == p.Line
	})
}
