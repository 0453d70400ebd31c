package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/trace"
)

// failed judges a command whose receiver has failed.
func (v *view) failed() ruling {
	if v.to.dead.seq != 0 {
		return v.hostDead()
	}
	w := v.to
	why := v.To.String() + " failed"
	if detail := oneLine(w.failure.detail); detail != "" {
		why = strings.TrimSuffix(detail, ".")
		if !strings.Contains(why, v.To.String()) {
			why = trace.FailedText(v.To.String(), why)
		}
	}
	return ruling{rule: ExtensionFailed, conf: Proven, level: trace.Error, why: why, tail: ", which has failed", so: "What is sent to it is answered with an ERROR until it runs again.",
		remedy: remedyFailed(w.failure.place, w.failure.detail), seqs: []uint64{w.failure.seq}, stack: w.failure.work.Stack, where: w.failure.place, is: "where it failed"}
}

// failedBefore judges a command whose receiver failed in an earlier life, of which nothing but this detail is left.
func (v *view) failedBefore(detail string) ruling {
	before := v.to.failedBefore
	r := ruling{rule: ExtensionFailed, conf: Proven, level: trace.Error, why: detail, tail: ", which had failed", so: "The sender got an ERROR.",
		remedy: "It was started again since; send it again."}
	if trace.DiedText(detail, v.To.String()) {
		_, how, _ := strings.Cut(detail, " process ")
		r.rule, r.why, r.tail = HostDead, trace.ItsProcess+how, ", whose process had ended"
	} else if before.seq != 0 && before.at <= v.Done && v.Done-before.at < atOnce {
		r.seqs, r.stack, r.where, r.is = []uint64{before.seq}, before.work.Stack, before.place, "where it failed"
		r.remedy = "Open the place and mend the error; it was started again since, so then send it again."
	}
	return r
}

// hostDead judges a command whose receiver's process has ended.
func (v *view) hostDead() ruling {
	return ruling{rule: HostDead, conf: Proven, level: trace.Error, why: v.to.death() + v.mates, tail: ", whose process has ended", so: v.told(),
		remedy: remedies[HostDead], seqs: []uint64{v.to.dead.seq}}
}

// told says who learns that the receiver's process has ended.
func (v *view) told() string {
	switch {
	case v.died:
		return fmt.Sprintf("%s was in that process too: nobody was left to be told.", v.From)
	case v.Finished:
		return fmt.Sprintf("The engine gave %s an ERROR in place of an answer.", v.From)
	}
	return "Every command that was open there was answered with an ERROR."
}

// diedAt reports that the extension's process ended at about that moment.
func (w *world) diedAt(at int64) bool {
	return w.dead.seq != 0 && max(w.dead.at-at, at-w.dead.at) < atOnce
}

// mates says who else ran in the process of an extension that has ended; "" if nobody did. Any of them may have ended it.
func (f *Fold) mates(of node) string {
	dead := f.at(of).dead
	if dead.seq == 0 {
		return ""
	}
	var names []string
	for n, w := range f.nodes {
		if n != of && n.graph == of.graph && w.dead.detail == dead.detail && w.diedAt(dead.at) {
			names = append(names, n.extension.String())
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return "; " + enumerate(names) + " ran in it too"
}

// death says, in a sentence, how the extension's process ended: the event says "pid 7 was killed by SIGKILL" or "the process was ...".
func (w *world) death() string {
	detail := strings.TrimSuffix(oneLine(w.dead.detail), ".")
	if how, ok := strings.CutPrefix(detail, inItsProgram); ok {
		return "its process " + how
	}
	if pid, how, ok := strings.Cut(strings.TrimPrefix(detail, "pid "), " "); ok && strings.HasPrefix(detail, "pid ") {
		return "its process, pid " + pid + ", " + how
	}
	if detail == "" {
		return "its process has ended"
	}
	return "its process has ended: " + detail
}

// cut judges a command that was ended young: by the stop, or with its sender.
func (v *view) cut() ruling {
	r := ruling{rule: Cut, conf: Proven, level: trace.Info, why: "the graph stopped before it was answered, and before it counted as unanswered", tail: ", which the stop ended",
		remedy: "Nothing: nobody is to blame."}
	if v.sender != "" {
		r.why, r.tail = oneLine(v.sender)+", before it was answered", ", which "+v.ender()+" ended"
		r.remedy = fmt.Sprintf("See what became of %s.", v.From)
	}
	return r
}

// ender names what ended a command that the stop, or its like, ended.
func (v *view) ender() string {
	switch {
	case v.died:
		return "the death of its process"
	case strings.HasPrefix(v.sender, v.From.String()+" failed"):
		return "the failure of " + v.From.String()
	case v.sender != "":
		return "the restart of " + v.From.String()
	case v.alone:
		return "the stop of " + v.To.String() + " alone"
	}
	return "stop"
}
