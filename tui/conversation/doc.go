// Package conversation is the screen that shows one command with all that it caused, as a tree with a waterfall: who asked whom
// because of what, what was sent on the way, and where the time went.
//
// It begins at the command that was caused by none and shows the whole tree, so that it looks the same from whichever command it
// was opened. Messages that want no answer are folded by their way, one row each, with a mark for every one.
package conversation
