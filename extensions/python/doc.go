// Package python is the host of extensions that are written in Python. They run in processes of their own, on the runtime that is
// embedded here, and speak to the engine through extensions/wire.
//
// What a child that floods its output costs its neighbours is the wait for a processor behind it, much more than the reading of what it
// prints: so it is made nicer. To read it at a pace, with pauses between the lines, was tried and measured no better.
package python
