package diagnose

import (
	"maps"
	"slices"
)

// Page explains a rule: what its problem means, how it is found, what to do.
type Page struct {
	Means string `json:"means"`
	Found string `json:"found"`
	Do    string `json:"do"`
}

// Rules returns the ids of all rules that have a page, in order.
func Rules() []string { return slices.Sorted(maps.Keys(Pages)) }

// Pages are the pages of all rules, by id.
var Pages = map[string]Page{
	// Of commands without an answer.
	Unanswered: {
		"A command has been open for longer than [bench] unanswered_after, and no other rule knows why.",
		"The bench looks at all open commands twenty times a second. What stop, the path timeout or answer_lost answered later counts as unanswered all the same.",
		"Look at the events named as evidence, and at the logs of the receiver."},
	Lost: {
		"The receiver's handler ended without a result, and nothing holds the command any more. No code can answer it: its sender waits until the path timeout.",
		"Proven: once a handler has ended without a result the bench lets the garbage collector say when the last reference to the command, its clones and its results went.",
		"Call ReturnResult (return_result in Python) on every way out of the handler, also after an error. The line named is the handler's last log line, else a way out without a result, else its beginning: likely, not proven."},
	Kept: {
		"The receiver's handler ended without a result, but something (a list, a queue, a task) still holds the command and could answer it.",
		"Observed: a forced collection, at most one a second, did not free the command. Where a task goes on that the handler has started, it is named with the line at which it waits; else the line named is where the handler puts the command away, as far as its source shows that: likely, not proven.",
		"Find what keeps the command and see why it does not answer. A worker that answers later is fine: then raise [bench] unanswered_after."},
	ReturnedNoResult: {
		"The receiver's handler ended without a result, and it is not known whether something still holds the command.",
		"Likely: the handler's end is in the trace, a result is not. Within two seconds this becomes lost or kept, unless the receiver's host cannot tell.",
		"Call ReturnResult (return_result in Python) on every way out of the handler; if it hands the command on, see why that does not answer."},
	WaitsForYou: {
		"A package that was opened alone sent a command to its peer, which is the bench: only a person can answer it.",
		"Proven: the command's receiver is ten:bench, and it is open.",
		"Answer it by hand, in Traffic. In a graph, connect the command to an extension that answers it."},
	PartialOnly: {
		"Results came, but not the final one: the handler ended and its sender still waits.",
		"The handler ended after results that were not final. Proven when the command was freed, observed when something holds it, likely before that is known.",
		"Return the last result with SetFinal(true) (set_final(True) in Python)."},
	HandlerRunning: {
		"The receiver's handler has begun and not ended. It waits for something other than a command.",
		"The handler's beginning is in the trace, its end is not, and its loop is free. The stack is of the moment at which the command counted as unanswered.",
		"See in the stack what the handler waits for, and give that a timeout."},
	LoopBlocked: {
		"A callback holds its extension's loop without waiting: nothing else of this extension runs, and all that is sent to it waits. Python extensions of one process share a loop; whose callback it is is said.",
		"The bench looks twenty times a second; what holds the loop for longer than [bench] slow without an await is reported with its stack. On Linux the time in which the thread of a Python extension waited for a processor does not count; elsewhere, and of a Go extension, a machine that has too much to do may seem to be a blocked loop.",
		"Run the blocking call in env.Await, in Python with asyncio.to_thread."},
	WaitsOnChild: {
		"The receiver's handler sent a command itself and waits for its answer.",
		"The sender of a command owes its own answer through it. The chain is followed to its end.",
		"Look at the last command of the chain: that is where it hangs."},
	QueuedBehind: {
		"The command waits in the receiver's mailbox: its handler has not begun.",
		"The command was queued, its delivery is not in the trace, the receiver runs and its loop is not seen to be blocked for long. What one of the others costs is the average of their handlers.",
		"See what the receiver is busy with; send less, or let its handlers wait instead of working through."},
	WaitsOnInit: {
		"The command waits because on_init of the receiver has not ended: before that no message is handled.",
		"The command is in the mailbox and the receiver is in state init. If its on_init waits for a command itself, that is followed.",
		"Return from on_init and do the waiting in a task. Two extensions that ask each other in on_init wait for ever."},
	NotStarted: {
		"The command waits because the receiver has not been initialised yet.",
		"The command is in the mailbox and the receiver is in state created or configure.",
		"See why it does not start: on_configure does not end, or its host is not up."},
	Held: {
		"You hold the command: a rule of the gate stopped it before the mailbox.",
		"The gate says what it holds.",
		"Let it go, in Traffic or in the gate, or remove the rule."},
	DroppedByRule: {
		"The command was dropped at the gate, by a rule or by hand: its receiver never saw it, and nobody will answer.",
		"The gate says what it dropped, and by which rule.",
		"Switch the rule off, in the gate, and send the command again."},
	NoRoute: {
		"A message goes nowhere: the graph connects its name to nothing, or it names a place that does not exist. A command is answered at once with an ERROR.",
		"The engine finds no destination when it is sent; the lint comes at the first time and at every thousandth.",
		"Connect the message in [[graph.connections]], name a destination that exists, or stop sending it."},
	HostDead: {
		"The process that ran the receiver has ended, so its open commands were answered with an ERROR.",
		"Proven: the host reports the end of its process with signal or exit status.",
		"See in the logs what it said last, then restart the extension."},
	Restarted: {
		"The receiver was restarted: what its handlers had not finished after [bench] drain was answered with an ERROR; what still waited is kept for the next instance.",
		"The engine answers such commands itself and says so.",
		"Send it again; raise [bench] drain if handlers need longer to end."},
	Timeout: {
		"The path timeout answered the command with “Path timeout.” before it counted as unanswered.",
		"The result was made by the timeout. The text also says who owed the answer then.",
		"Raise ten.path_timeout of the sender or [bench] path_timeout, or see why the receiver is slower than that."},
	AnsweredLate: {
		"The answer came, but only after [bench] unanswered_after.",
		"The command counted as unanswered and its receiver answered it after that.",
		"Nothing, if that is its pace: then raise [bench] unanswered_after. Else see what its handler waits for."},
	AnsweredTwice: {
		"A second final result was returned for a command. It is thrown away.",
		"Proven: the engine refuses the result and names the line that returned it.",
		"Return one final result for a command; earlier ones must say that they are not final."},
	ResultUnhandled: {
		"The command was answered, but nobody took the result: whoever sent it no longer waited.",
		"The result is in the trace, its hand-over to the sender is not, a second later, though this sender is seen to take other results.",
		"Wait for the result as long as it may take. A context that ends earlier, or a loop over results that is left early, loses it."},
	Stopped: {
		"The command came when its receiver had stopped, and was answered with an ERROR.",
		"The engine answers what comes for an extension that is in on_deinit or has ended.",
		"Send it earlier, or not at all while the graph stops."},
	Cut: {
		"The graph stopped while the command was open, and before it counted as unanswered. Nobody is to blame.",
		"Its result was made by the stop and says that it was cut.",
		"Nothing."},
	EngineAnswered: {
		"The engine answered the command itself: it was meant for the engine, or could not be carried out.",
		"The result was made by the engine; its detail says why.",
		"Read the answer."},
	AnsweredError: {
		"The receiver answered with an ERROR: it says that it could not do what was asked.",
		"The final result has status error and was made by the receiver.",
		"Read the answer; look at what is different about the commands that were answered with OK."},
	AnsweredOK: {
		"The command was answered. Nothing is wrong with it.",
		"Its final result came in time.",
		"Nothing."},

	// Of extensions and their hosts.
	ExtensionFailed: {
		"An extension cannot go on: a stage of its lifecycle returned an error, or a callback panicked. Its open commands are answered with an ERROR, the rest of the graph goes on.",
		"Proven: the engine caught the error or the panic; the line is the author's innermost one.",
		"Read the error, open the place if one is named, mend it, then save, or restart the extension. [bench] restart = \"on-failure\" does that by itself."},
	SlowStage: {
		"A stage of the lifecycle took longer than [bench] slow. The start of the graph waits for it.",
		"The bench measures each stage.",
		"Move slow work out of the stage into a task (env.Go in Go, asyncio.create_task in Python), or raise [bench] slow if this is as it should be."},
	StageNeverDone: {
		"A stage of the lifecycle has not ended for longer than [bench] stuck. Messages wait until on_init has ended.",
		"The bench measures each stage; the stack says where it is.",
		"See in the stack what the stage waits for; return from it, and do the waiting in a task (env.Go in Go, asyncio.create_task in Python)."},
	StopHang: {
		"An extension did not end within [bench] stop_deadline: what it still did was abandoned by name.",
		"Only stop has a deadline, for on_stop and on_deinit each.",
		"End what is named when the extension stops (its ctx is cancelled in Go; cancel its task in on_stop in Python), or raise [bench] stop_deadline."},
	EnvUsedOffLoop: {
		"A goroutine that the author started used the Env with a handler's ctx. The call was refused: it would have broken the promise that one handler runs at a time.",
		"Proven: each call compares the running goroutine with the handler's.",
		"Start the work with env.Go, or with env.Await if it blocks."},
	QueueFull: {
		"A mailbox was full: the oldest data or frames were pushed out, or a command was refused with an ERROR.",
		"A mailbox holds [bench] queue messages and queue_bytes; each loss is counted.",
		"See why the receiver is slower than its senders, send less, or raise [bench] queue (messages) or queue_bytes."},
	Misspelt: {
		"The config sets a property that the extension never asks for, but it asks for one with nearly the same name.",
		"The bench counts which properties an extension reads.",
		"Rename it in the config, or read it in the extension."},

	LateAnswer: {
		"The answer to a command came when its path timeout had ended it: the sender had got an ERROR by then, and nobody gets the answer.",
		"A final result was returned for a command that its path timeout had ended.",
		"Answer sooner, or give the command longer: [bench] path_timeout, or ten.path_timeout of its sender."},
	"handler-at": {
		"Where the handler of a command is that counted as unanswered before it began: no problem of its own, but evidence of one.",
		"The command waited in the mailbox when it counted as unanswered; its handler runs, and its stack is known now.",
		"Ask why of the command."},

	// Of Python extensions: their runtime says them where they happen, with the author's line.
	"locked-buffer": {
		"A message was sent while its buffer was locked, so it was not sent.",
		"send_* looks at the lock.",
		"Call unlock_buf before you send it."},
	"result-of-another": {
		"An extension returned a result that does not answer what it was asked: one that came for a command it had sent itself, or one made of such a command. As in TEN it is dropped without an error.",
		"A result knows the command that it was made of; this one was made of none that the extension has received and still has. A command that was sent on is empty: a result made of it belongs to none, either.",
		"Make the result of the command that the handler got, CmdResult.create(status, cmd), and copy what it shall say. Send a clone of a command that is to be answered afterwards."},
	"late-reply": {
		"A command was answered after its sender had stopped waiting, so the result was thrown away.",
		"The future of send_cmd had ended, as asyncio.wait_for ends it, when the result came.",
		"Wait longer, or do without the timeout around send_cmd: the path timeout ends it anyway."},
	"property-missing": {
		"The extension reads a property that nobody sets.",
		"The read is counted and its path is not there.",
		"Set it in the graph or in property.json, or read it with a default."},
	"property-type": {
		"The extension reads a property as another type than it has.",
		"The read fails with an error that names both types.",
		"Change the value in the config, or the call that reads it."},
	"property-schema": {
		"A property does not fit the extension's own manifest.",
		"The resolved properties are compared with api.property of manifest.json before on_init.",
		"Change the value in the config, or the manifest."},
	"env-unset": {
		"A property asks for an environment variable that is not set and has no default.",
		"${env:NAME} is resolved where the extension runs.",
		"Set the variable, or write ${env:NAME|default}."},

	"task-exception": {
		"A task raised an exception, or ended with an error, that nobody will ever see; in Python also a thread, or what a loop calls by itself (call_later, add_done_callback).",
		"In Python asyncio says so when the task is thrown away and nobody has awaited it, or when what the loop calls raises, and threading when a thread ends so; in Go nobody was in Wait when the task ended.",
		"Keep the task and wait for it, or deal with the error inside it. A command that the task was to answer must be answered on that way, too."},
	"task-pending": {
		"A task of the extension still ran after on_deinit. It was cancelled.",
		"The tasks that the extension's callbacks have made are counted, and looked at when it has ended.",
		"Keep the task, and end and await it in on_stop."},
	"property-unread": {
		"The graph sets a property that the extension never asked for.",
		"Each read is noted, and what was not read is told when the extension has ended.",
		"See how the extension spells it; or take it out of the graph."},
	"api-mismatch": {
		"A message does not fit what the manifest of its sender or receiver says of it. As in TEN a command is then answered with an ERROR, other messages are dropped, and what was to be sent is not.",
		"Messages are compared with the section api of manifest.json, and with the interfaces it imports: types, the size of numbers, what is required.",
		"Change what the sender puts in, or the manifest, if that is out of date."},
	"memory-growing": {
		"The process of the extension holds more and more memory.",
		"Its resident memory is read every two seconds; it grew fifteen times in a row, and by 64 MiB.",
		"Look what keeps messages, results or buffers: lists and dicts that only grow, tasks that never end."},
	"output-flood": {
		"The extension prints faster than lines can be kept. Some were dropped.",
		"Of a process 5,000 lines at once are taken and 1,000 a second from then on, as many errors besides, and 1,000 a second of what goes past the streams of Python; what comes beyond is dropped where it is written, and counted. Beyond 500 at once it waits a little now and then, as where a pipe is full. From 1,500 in a second on the process has the niceness 10, until it is started anew: its neighbours come first.",
		"Print less, or raise the log level."},

	// Of messages on their way.
	MessageCycle: {
		"A command goes round: what handles it sends it on, and after some stations it comes to the same extension again.",
		"Each command knows the command whose handler sent it; the chain went through one extension with one name many times.",
		"Look at the connections of that name in the graph, or let the handler send it on only once."},
	QueueGrowing: {
		"The mailbox of an extension only grows: it gets more than it handles.",
		"The number of waiting messages is read each second; it grew ten times in a row.",
		"Look what the handlers wait for, let the sender send less, or handle several at once."},
	MediaPace: {
		"Audio comes faster or slower than it plays.",
		"The duration of the frames on a connection is compared with the time that passed, over five seconds.",
		"Send each frame when it is due; where sound is made ahead on purpose, as by speech synthesis, this is as it should be."},

	"config": {
		"A file of the config or the graph has a mistake.",
		"It is read strictly, all mistakes of a file at once, each with line and column.",
		"Mend it as the message says."},
}
