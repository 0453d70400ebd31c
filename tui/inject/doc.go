// Package inject is the screen that sends messages by hand: a form, what was sent before, and the answer beside it.
//
// A message goes through the Controller and from there through dispatch like any other; the answer is read from the store by
// the id that the send returned.
package inject
