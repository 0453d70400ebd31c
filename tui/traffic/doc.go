// Package traffic is the screen that lists the messages of a run, each command in one row with its answer, and shows one of
// them in detail: what was in it, what came back, the way it went and who owes the answer now.
//
// The list is the store's index of sent events, through a filter or with floods of media folded; a row is drawn from the
// event itself, so only what is visible is read.
package traffic
