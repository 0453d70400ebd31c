// Package diagnose turns a trace into problems: what an author should look at, in a sentence, with what to do about it.
//
// A Fold takes events one by one, from a live log or a recording, and gives the same answer for the same events. What is wrong
// is detected where it happens and stands in the trace as lint events; the fold joins them with what the rest of the trace
// knows: how long the handler ran, who owes the answer, whether it came after all.
//
// One command is one problem, whatever is found out about it: it begins as unanswered, and becomes kept or lost when that is
// known, under the same Key. Commands of one name from one sender to one receiver share a problem if they stand alike: what is lost
// is not counted with what merely waits. While all stand alike the problem has the same Key; else the worst has it. An answer from the receiver ends it, however late; the end of the run, the path timeout and
// answer_lost do not, because then nobody answered.
//
// Memory is bounded: of more than a thousand problems those go first that have ended, then the oldest; Forgotten counts them.
package diagnose
