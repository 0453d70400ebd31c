// Package engine runs graphs of TEN extensions and notes everything that happens in a trace.
//
// # Order
//
// Messages from one sender to one receiver arrive in the order they were sent. A receiver's handlers begin in the order of
// arrival; what they do after their first wait interleaves. Results resume their waiting handler in turn with the messages.
//
// # Ownership of messages
//
// A message belongs to one extension at a time. Sending takes its content; what the receiver gets is a new object. Several
// receivers share an immutable body that the first writer copies. The engine keeps ids and encoded bytes, never messages, so
// that a command that nobody holds any more is garbage: that is how a loss is proven.
//
// # Ownership of goroutines
//
// Each Go extension has a loop. The worker that holds its baton is the loop; a wait hands the baton to a parked worker. Workers are
// coroutines: they run on drivers, goroutines that take up the next worker where the last one has given its baton on, of the same
// loop or of one that it asked or answered. A relief looks that nobody waits for long behind a callback that goes on after its
// answer. Each graph has one watch goroutine, each App a trace drainer. All of them have ended when App.Close returns, except a
// callback that blocks for ever, which is named with its stack, and one that has locked its thread for good.
//
// # Backpressure
//
// Nothing in the core blocks. A mailbox holds 12,800 data and frames, then the oldest go (counted); a command that would take it
// beyond 64 MiB is answered with ERROR. Data and frames come in beside it while their receiver works, and are gathered all at once:
// what they take there is lent them from its bound (see arrivals). Results always pass. The trace is bounded by bytes and never waits for its readers.
//
// # The gate
//
// Rules by filter stop messages between the graph and the mailbox: hold, delay, drop a share, answer with an ERROR. Messages that
// no rule names keep their order. What goes in comes out once, with an event each time: let go, dropped, answered, or refused when
// its receiver has ended for good. A dropped command stays open and nobody owes its answer.
//
// # Answers
//
// Each path (a command on its way to one destination) has exactly one debtor at each instant, stored by the code that hands the
// path over: see trace.Debtor. What the runtime loses is answered at once with an ERROR that says why. What an extension keeps or
// forgets stays open until its path timeout, but is named at once.
//
// # Stop
//
// on_stop, on_deinit, env closed, open commands answered, contexts of leftovers cancelled, wait until the deadline, name the rest
// with stacks. Only stop has a deadline; an earlier stage that still waits when it has passed is interrupted.
//
// # What the spikes showed
//
// The loop. A round trip between two extensions, every message traced, is two hand-overs of the baton, five events and four
// allocations. A third of its time goes into the events, a fifth into making the messages. Events ride one reading of the clock
// where one callback ends or waits and the next begins; the author's line is read off the frame pointer, as runtime.Callers costs more than
// two events. Workers that were goroutines, woken through channels, took half as long again: with each hand-over Go wakes an idle
// processor, which takes the callback away from its caches and goes to sleep again.
//
// Env from wrong goroutines. The state of an activation (running, parked, ended) does not tell a foreign goroutine from the
// handler while the handler runs: both look alike, and if the foreign one waits, two callbacks run at once. So each call
// compares the running goroutine with the worker's; that costs a nanosecond and finds every case.
//
// Proof of loss. TestNoLossIsProvenFalsely -loss 1000000: one command in a hundred forgotten in ten ways, five of which can still
// answer. Every one of the 5,000 lost ones was proven, none falsely. What keeps that true: nothing but the command and its results
// holds the command, and a handler that was given it has ended.
package engine
