// Package python is the host of extensions that are written in Python. They run in processes of their own, on the runtime that is
// embedded here, and speak to the engine through extensions/wire.
//
// A child ends when its connection does. What its code registered with atexit runs before, with a second for all of it, and what that
// prints is in the log; threads that are left are not waited for.
//
// What a child that floods its output costs its neighbours is the wait for a processor. So most of it is dropped where it is written,
// by the runtime or in the pipe, before anybody works for it; what is kept is written and read at a pace; and the child is made nicer,
// and gives its processor up as soon as somebody wakes up: niceness alone leaves it the rest of its time slice, which is longer than
// all else that an answer waits for.
package python
