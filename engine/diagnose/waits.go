package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/trace"
)

// waitsElsewhere judges a command whose handler has sent one that is open, and is seen to wait for something else.
func (f *Fold) waitsElsewhere(v *view) ruling {
	r := f.judgeHandled(v)
	r.why += "; " + f.openBesides(v)
	return r
}

// openBesides names a command that was sent for v and is open, as a sentence that blames nobody.
func (f *Fold) openBesides(v *view) string {
	return f.waited(v) + ", which was sent for it, is open too"
}

// waitsOnChild judges a command whose handler waits for one that it sent.
func (f *Fold) waitsOnChild(v *view, now trace.Snapshot, seen []uint64) ruling {
	return f.waitsFor(v, "its handler", now, seen)
}

// waitsFor judges a command for whose answer somebody, its handler or a task of that, waits for one that was sent.
func (f *Fold) waitsFor(v *view, who string, now trace.Snapshot, seen []uint64) ruling {
	chain, text, end := f.chainOf(v.owed.waits, now, seen)
	r := ruling{rule: WaitsOnChild, conf: Observed, chain: chain, why: who + " waits for " + text, tail: ", which waits for " + text,
		remedy: "Look at the command it waits for."}
	if f.inRound(v) {
		r.rule, r.chain = MessageCycle, chain[:min(len(chain), 1)]
		r.why, r.tail = "its handler waits for "+f.waited(v)+", and so on without end: "+v.Name.String()+" goes round", ", which goes round without end"
		r.so, r.remedy = "Nothing answers the last of them, as each brings about the next.", remedyRound
		return r
	}
	onward := v.Relayed // it does not wait: it was sent on, and its answer is that of the other
	if onward {
		r.why, r.tail = "it was sent on as "+text, ", which was sent on as "+text
	}
	if end == nil {
		return r
	}
	r.hopeless, r.ahead = end.hopeless, true
	switch first := fmt.Sprintf("%s #%d", chain[0].Name, chain[0].ID); {
	case r.hopeless != "" && onward:
		r.so = fmt.Sprintf("Nothing can answer %s any more, and so not this one.", r.hopeless)
	case r.hopeless != "":
		r.so = fmt.Sprintf("Nothing can answer %s any more: it goes on only when that wait is given up.", r.hopeless)
	case onward:
		r.so = "It is answered when " + first + " is."
	default:
		r.so = "It goes on when " + first + " is answered."
	}
	r.seqs, r.stack, r.where, r.is = end.seqs, end.stack, end.where, end.is
	last := &chain[len(chain)-1]
	r.seqs = append(r.seqs, last.SentSeq)
	if r.remedy = end.remedy; len(chain) == 1 { // a longer chain's has said it
		r.remedy = lookFirst(chain, end)
	}
	return r
}

// waitsOnInit judges a command whose receiver has not finished on_init, and follows what that waits for.
func (f *Fold) waitsOnInit(v *view, st stage, stuck fact, now trace.Snapshot, seen []uint64) ruling {
	took := span(v.now - st.since)
	r := ruling{rule: WaitsOnInit, conf: Observed, why: fmt.Sprintf("it waits in the mailbox until on_init of %s has ended, which has taken %s so far", v.To, took),
		tail: ", whose on_init has not ended for " + took, so: "Messages are handled once on_init has ended.", ahead: true,
		remedy: "See what on_init waits for; return from it, and do the waiting in a task.", stack: stuck.work.Stack, where: stuck.place, is: "where on_init waits"}
	if stuck.seq != 0 {
		r.seqs = []uint64{stuck.seq}
	}
	if id := f.sentBy(v, st.since); id != 0 {
		chain, text, _ := f.chainOf([]uint64{id}, now, seen)
		r.chain = chain
		r.why += " and waits for " + text
		r.tail += " and waits for " + text
	}
	return r
}

// sentBy returns the oldest open command that the receiver itself sent since a moment, outside of any handler; 0 if there is none.
func (f *Fold) sentBy(v *view, since int64) (id uint64) {
	f.commands.Open(func(c *trace.Command) bool {
		if c.From == v.To && c.Graph == v.Graph && c.Parent == 0 && c.Sent >= since {
			id = c.ID
		}
		return id == 0
	})
	return id
}

// maxChain bounds how far waits are followed.
const maxChain = 16

// chainOf follows what a command waits for to its end: the links, and the words for it: "look #50 to dictionary, which lost it".
func (f *Fold) chainOf(ids []uint64, now trace.Snapshot, seen []uint64) ([]Link, string, *ruling) {
	if len(ids) == 0 {
		return nil, "a command it sent", nil
	}
	id := ids[0]
	v, ok := f.view(id, now)
	text := fmt.Sprintf("#%d", id)
	if ok {
		text = v.what()
	}
	if len(ids) > 1 {
		text += fmt.Sprintf(" and %d more", len(ids)-1)
	}
	switch {
	case !ok:
		return nil, text, nil
	case slices.Contains(seen, id):
		return nil, text + " again: they wait for each other", nil
	case len(seen) >= maxChain:
		return nil, text, nil
	}
	r := f.judgeAfter(&v, now, append(seen, id))
	named := r.where != "" // by a rule, or by a chain that has said of whom it is
	if f.place(&v, &r, nil); r.where == "" {
		r.where, r.is = f.lookAt(&v, &r)
	}
	if !named && r.where != "" {
		r.is += ", of " + v.receiver()
	}
	for _, its := range []string{"handler", "task"} { // further up another one would be meant
		r.is = strings.Replace(r.is, "its "+its, "the "+its+" of "+v.receiver(), 1)
	}
	link := Link{ID: id, Name: v.Name.String(), From: v.From.String(), To: v.receiver(), Rule: r.rule, Confidence: r.conf, Text: r.why, SentSeq: v.SentSeq}
	return append([]Link{link}, r.chain...), text + r.tail, &r
}
