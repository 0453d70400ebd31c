// Package why is the screen that says why a command got no answer, or what is wrong otherwise: the verdict and how sure it is, the
// line to look at, the way of the command, what it waits for, and what is different about the commands that were answered.
//
// It says what `tenbench why` says: both ask engine/diagnose. The verdict is made anew while the run goes on, four times a second; a
// drawing lasts as long as its verdict.
package why
