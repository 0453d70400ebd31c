// Package python is the host of extensions that are written in Python. They run in processes of their own, on the runtime that is
// embedded here, and speak to the engine through extensions/wire.
//
// A child ends when its connection does. What its code registered with atexit runs before, with a second for all of it, and what that
// prints is in the log; threads that are left are not waited for.
//
// What a child that floods its output costs its neighbours is the wait for a processor: behind the child, so it is made nicer; and
// behind the engine while that takes what it keeps of the flood, so this is spread over each second. To read at a pace, with pauses
// between the lines, was tried and measured no better.
package python
