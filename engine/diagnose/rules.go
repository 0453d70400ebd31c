package diagnose

import (
	"strings"

	"tenbench/engine/trace"
)

// The rules, as lint events name them. Others may come; their problems say what their lint says.
const (
	Unanswered      = "unanswered"
	Lost            = "lost"
	Kept            = "kept"
	NoRoute         = "no-route"
	ExtensionFailed = "extension-failed"
	SlowStage       = "slow-stage"
	StageNeverDone  = "stage-never-done"
	StopHang        = "stop-hang"
	EnvUsedOffLoop  = "env-used-off-loop"
	QueueFull       = "queue-full"
	LoopBlocked     = "loop-blocked"
	AnsweredTwice   = "answered-twice"
	LateAnswer      = "late-answer"
	MessageCycle    = "message-cycle"
	QueueGrowing    = "queue-growing"
	MediaPace       = "media-pace"
	Misspelt        = "property-misspelt"
	AddonNotFound   = "addon-not-found"
)

// The rules of verdicts on a command, beside those above that are both.
const (
	NotStarted       = "not-started"
	WaitsOnInit      = "waits-on-init"
	QueuedBehind     = "queued-behind"
	HandlerRunning   = "handler-running"
	WaitsOnChild     = "waits-on-child"
	PartialOnly      = "partial-only"
	ReturnedNoResult = "returned-no-result"
	WaitsForYou      = "waits-for-you"
	Held             = "held"
	DroppedByRule    = "dropped"
	AnsweredLate     = "answered-late"
	ResultUnhandled  = "result-unhandled"
	HostDead         = "host-dead"
	Restarted        = "restarted"
	Timeout          = "timeout"
	Stopped          = "stopped"
	Cut              = "cut"
	EngineAnswered   = "engine-answered"
	AnsweredError    = "answered-error"
	AnsweredOK       = "answered"
)

var (
	symUnanswered      = trace.Intern(Unanswered)
	symHandlerAt       = trace.Intern("handler-at") // no problem: it says where the handler of a command is that is one
	symLost            = trace.Intern(Lost)
	symKept            = trace.Intern(Kept)
	symNoRoute         = trace.Intern(NoRoute)
	symExtensionFailed = trace.Intern(ExtensionFailed)
	symLateAnswer      = trace.Intern(LateAnswer)
	symSlowStage       = trace.Intern(SlowStage)
	symOnInit          = trace.Intern("on_init")
	symStageNeverDone  = trace.Intern(StageNeverDone)
	symEnvUsedOffLoop  = trace.Intern(EnvUsedOffLoop)
	symStopHang        = trace.Intern(StopHang)
	symTaskException   = trace.Intern("task-exception")
	symTaskPending     = trace.Intern("task-pending")
	symPropertyMissing = trace.Intern("property-missing")
	symPropertyUnread  = trace.Intern("property-unread")
	symPropertyType    = trace.Intern("property-type")
	symResultOfAnother = trace.Intern("result-of-another")
	symNotAwaited      = trace.Intern("coroutine-not-awaited")
	symLoopBlocked     = trace.Intern(LoopBlocked)
	symAnsweredTwice   = trace.Intern(AnsweredTwice)
	symQueueFull       = trace.Intern(QueueFull)
	symMessageCycle    = trace.Intern(MessageCycle)
)

// remedies of the rules that say the same each time, see words; those of commands depend on who owes the answer.
var remedies = map[string]string{
	NoRoute:         "Connect the message in [[graph.connections]], name a destination that exists, or stop sending it.",
	HostDead:        "See in the logs what the process said last, then {restart}.",
	ExtensionFailed: "Open the place, mend the error, then {renew}.",
	SlowStage:       "Move slow work out of the stage into a task ({task}), or raise [bench] slow if this is as it should be.",
	StageNeverDone:  "See in the stack what the stage waits for; return from it, and do the waiting in a task ({task}).",
	StopHang:        "{ends}; or raise [bench] stop_deadline.",
	EnvUsedOffLoop:  "Start the work with env.Go, or with env.Await if it blocks, instead of a goroutine with the handler's ctx.",
	QueueFull:       "See why the receiver is slower than its senders, send less, or raise [bench] queue (messages) or queue_bytes.",
	LoopBlocked:     "Take the blocking call off the loop with {off_loop}: nothing else on it runs meanwhile.",
	Misspelt:        "Rename it in the config, or read it in the extension.",
	AddonNotFound:   "Install its package into ten_packages/extension, or say in [stand_in.NAME] of a config.toml what it shall answer.",
	LateAnswer:      "Answer sooner, or give the command longer: [bench] path_timeout, or ten.path_timeout of its sender.",
	AnsweredTwice:   "Return one final result for a command; earlier ones must say that they are not final.",
}

// remedyFailed says what to do about an extension that failed at a place, or where no place is known.
func remedyFailed(place, detail string) string {
	switch {
	case strings.Contains(detail, noModule):
		return "Install what is missing, or mend the import; then {renew}."
	case place == "":
		return "Read the error, mend what it names, then {renew}."
	}
	return remedies[ExtensionFailed]
}

// remedyWanted is the one for a stand-in that [stand_in] asks for.
const remedyWanted = "The config wants it so; leave [stand_in.NAME] out to have the addon itself, if it runs here."

// remedyMaking is the one for an extension that takes long to be made.
const remedyMaking = "Its process starts and imports its code: what is large or slow there is better imported in on_init."

// remedyElsewhere is the one for an addon that is there, in a language that does not run here.
const remedyElsewhere = "Say in [stand_in.NAME] of a config.toml what it shall answer; it runs itself only in TEN."

// noModule is in the error of Python code that imports what is not there.
const noModule = "No module named "

const remedyUnknown = "Look at the events named as evidence."

// confidences of the rules that are not simply observed.
var confidences = map[string]Confidence{Lost: Proven, NoRoute: Proven, ExtensionFailed: Proven, HostDead: Proven, EnvUsedOffLoop: Proven, AnsweredTwice: Proven, AddonNotFound: Proven}

func confidenceOf(rule string) Confidence {
	if c, ok := confidences[rule]; ok {
		return c
	}
	return Observed
}

func aboutCommand(rule trace.Sym) bool {
	return rule == symUnanswered || rule == symLost || rule == symKept
}
