package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const maxText = 300

// describe writes the problem's text and remedy as of a moment.
func (f *Fold) describe(p *finding, now int64) {
	w := f.at(p.key.node)
	f.hostDied(p, w)
	p.Remedy = remedies[p.Rule]
	if p.Remedy == "" {
		p.Remedy = Pages[p.Rule].Do
	}
	switch {
	case p.Remedy == "":
		p.Remedy = remedyUnknown
	case p.Rule == ExtensionFailed:
		p.Remedy = remedyFailed(p.File, p.lint.Detail)
	case p.stage.state == trace.Created && (p.Rule == SlowStage || p.Rule == StageNeverDone):
		p.Remedy = remedyMaking
	case p.Rule == AddonNotFound && p.lint.Level == trace.Info:
		p.Remedy = remedyWanted
	case p.Rule == AddonNotFound && !strings.Contains(p.lint.Detail, "no package"):
		p.Remedy = remedyElsewhere
	}
	said, advice := p.advice()
	if advice != "" {
		p.Remedy = advice
	}
	p.Remedy = f.words(w, p.Remedy)
	stage := fmt.Sprintf("on_%s of %s", p.stage.state, p.Extension)
	if p.stage.state == trace.Created {
		stage = "The making of " + p.Extension // its process starts, its code is read
	}
	switch {
	case p.Rule == LoopBlocked:
		p.Text = p.loopHeld(w, now)
	case p.Rule == QueueFull:
		p.Text, p.Count = sentence(w.full.say(said)), max(p.Count, w.full.refused+w.full.pushedOut)
	case p.Rule == HostDead && p.lint.Where() == "":
		p.Text = strings.TrimSuffix(p.diedIn(w), ".") + f.mates(p.key.node) + "."
	case p.Rule == AnsweredTwice && p.Count > 1:
		p.Text = fmt.Sprintf("%s returned a result for %s commands that had been answered already, the newest #%d.", p.Extension, strings.TrimSpace(thousands(p.Count)+" "+p.Name), p.lint.ID)
	case p.Rule == AnsweredTwice && p.Name == "": // its host knows no more of it, and the trace does
		p.Text = sentence(strings.Replace(said, fmt.Sprintf("for #%d", p.lint.ID), "for "+f.nameOf(p.lint.ID), 1))
	case p.stage.state == trace.StateNone:
		p.Text = sentence(said)
	case p.byStop:
		p.Text = fmt.Sprintf("%s had not ended when the stop ended it after %s.", stage, span(p.took))
	case p.took > 0 && p.key.rule == symStageNeverDone:
		p.Text = fmt.Sprintf("%s ended only after %s.", stage, span(p.took))
	case p.took > 0:
		p.Text = fmt.Sprintf("%s took %s.", stage, span(p.took))
	default:
		p.Text = fmt.Sprintf("%s has not ended for %s.", stage, span(now-p.stage.since))
	}
	p.Brief = strings.TrimSuffix(p.Text, ".")
}

// nameOf names a command: by its name too, where that is known.
func (f *Fold) nameOf(id uint64) string {
	if c := f.commands.Command(id); c != nil {
		return fmt.Sprintf("%s #%d", c.Name, id)
	}
	return fmt.Sprintf("#%d", id)
}

// advised are the rules whose lints end, behind a colon, with what to do: they know the names, which the rule's page does not.
var advised = map[string]bool{
	EnvUsedOffLoop: true, "coroutine-not-awaited": true, "task-exception": true, "task-pending": true, "memory-growing": true,
	"output-flood": true, MessageCycle: true, "env-unset": true, "locked-buffer": true, "property-missing": true, "result-of-another": true,
}

// advice parts what the lint says from what it advises, a sentence, so that neither is said twice; empty if it advises nothing.
func (p *finding) advice() (said, do string) {
	if !advised[p.Rule] {
		return p.lint.Detail, ""
	}
	return parted(p.lint.Detail)
}

// parted parts what is said from the advice behind its last colon.
func parted(detail string) (said, do string) {
	i := strings.LastIndex(detail, ": ")
	if i < 0 {
		return detail, ""
	}
	return detail[:i], sentence(upperFirst(detail[i+2:]))
}

// atOnce is how far apart the end of a process and what it brings about may be told.
const atOnce = int64(1e9)

// hostDied gives the failure of an extension whose process ended the rule that says so.
func (f *Fold) hostDied(p *finding, w *world) {
	if p.key.rule == symExtensionFailed && w.dead.seq != 0 && max(w.dead.at-p.Last, p.Last-w.dead.at) < atOnce {
		p.Rule = HostDead
		p.see(w.dead.seq)
	}
}

// diedIn says what the extension was at work on when its process ended, and points there: nothing else is known of the place.
func (p *finding) diedIn(w *world) string {
	text := sentence(p.lint.Detail)
	n, left := len(w.running), w.left.say()      // what it did in its last moment a process does not tell
	if w.dead.seq == 0 || n == 0 && left == "" { // or what is known is of its next life
		return text
	}
	if !strings.HasSuffix(text, "...") {
		text = strings.TrimSuffix(text, ".")
	}
	if n == 0 {
		return text + left + "."
	}
	at := &w.running[n-1]
	p.at(at.place.String())
	text += ", while it handled " + at.name.String()
	if at.id != 0 && at.kind == msg.KindCmd {
		text += fmt.Sprintf(" #%d", at.id)
	}
	if n > 1 {
		text += fmt.Sprintf(" and %d more", n-1)
	}
	return text + "."
}

// loopHeld says how long the loop has been held by now, or was; the lint comes when that has only begun.
func (p *finding) loopHeld(w *world, now int64) string {
	i := slices.IndexFunc(w.blocks, func(b *block) bool { return b.seq == p.lint.Seq })
	if i < 0 || w.blocks[i].work.What == "" {
		return sentence(p.lint.Detail)
	}
	b := w.blocks[i]
	if b.work.locked() {
		p.Remedy = remedyLock
	}
	who := b.work.What
	if b.until != 0 {
		return fmt.Sprintf("%s of %s held the loop for %s without waiting.", who, p.Extension, span(b.until-b.since))
	}
	has := "has"
	if b.work.Row {
		has = "have"
	}
	return fmt.Sprintf("%s of %s %s held the loop for %s without waiting.", who, p.Extension, has, span(now-b.since))
}

// sentence makes one sentence of what a lint says, which may quote an error of many lines.
func sentence(detail string) string {
	first, _, cut := strings.Cut(strings.TrimSpace(detail), "\n")
	first = strings.TrimRight(first, " \t\r:")
	if len(first) > maxText {
		first, cut = clip(first), true
	}
	switch {
	case first == "":
		return "The lint says no more."
	case cut:
		return first + " ..."
	case strings.ContainsAny(first[len(first)-1:], ".!?"):
		return first
	}
	return first + "."
}

// clip cuts what was said to maxText bytes.
func clip(said string) string { return strings.ToValidUTF8(said[:min(len(said), maxText)], "") }

// runTime is a time of the run to the second, as the screens write it: 04:12.
func runTime(ns int64) string {
	s := max(ns, 0) / 1e9
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// span is a time for people: two or three digits and a unit.
func span(ns int64) string {
	d := time.Duration(ns)
	if d >= 100*time.Millisecond && d < time.Minute {
		d = d.Round(time.Millisecond) // as the screens do: one thing has one number
	}
	switch {
	case d < 100*time.Microsecond:
		return fmt.Sprintf("%d µs", max(d.Microseconds(), 0))
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return d.Round(time.Second).String()
	}
}
