package engine

import (
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Options are an App's settings. The zero Options work: each zero field means its default.
type Options struct {
	Name            string        // of the app, in events; "" in the bench
	URI             string        // ten.uri; "" for a local app
	Base            string        // the app's folder, where the imports of graphs that commands start begin; "" for the current one
	UnansweredAfter time.Duration // 1s
	Slow            time.Duration // 100ms: a stage or callback longer than this is slow
	Stuck           time.Duration // 5s: a stage longer than this is a problem
	StopDeadline    time.Duration // 5s, for on_stop and on_deinit each
	Drain           time.Duration // 2s: how long a restart waits for commands in flight
	PathTimeout     time.Duration // 3m
	AnswerLost      bool          // answer a command that was proven lost
	RestartOnFail   bool          // restart a failed extension
	Queue           int           // 12800 messages a mailbox
	QueueBytes      int64         // 64 MiB a mailbox
	LogLevel        trace.Level   // info
	LogLevels       map[string]trace.Level
	Secrets         []string  // name patterns, such as *key*
	Property        msg.Value // the app's own properties
	LongRunning     bool      // the app goes on when its last graph ends
	Predefined      []Predefined
	Trace           trace.Options // of a log of the App's own
	Log             *trace.Log    // shared with other Apps, and closed by whoever made it; nil: the App has its own
	Under           *App          // shows the App's graphs among its own, and has the gate for both; on the same log

	// Ended is called by Close when every graph has ended, before the log does: what hosts have left behind is ended in it.
	Ended func()
}

const (
	defaultUnansweredAfter = time.Second
	defaultSlow            = 100 * time.Millisecond
	defaultStuck           = 5 * time.Second
	defaultStopDeadline    = 5 * time.Second
	defaultDrain           = 2 * time.Second
	defaultPathTimeout     = 3 * time.Minute
	defaultQueue           = 12800
	defaultQueueBytes      = 64 << 20
)

func orDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

func (o Options) withDefaults() Options {
	orDefault(&o.UnansweredAfter, defaultUnansweredAfter)
	orDefault(&o.Slow, defaultSlow)
	orDefault(&o.Stuck, defaultStuck)
	orDefault(&o.StopDeadline, defaultStopDeadline)
	orDefault(&o.Drain, defaultDrain)
	orDefault(&o.PathTimeout, defaultPathTimeout)
	orDefault(&o.Queue, defaultQueue)
	orDefault(&o.QueueBytes, defaultQueueBytes)
	orDefault(&o.LogLevel, trace.Info)
	return o
}
