package bench

import (
	"tenbench/engine"
	"tenbench/engine/config"
	"tenbench/engine/trace"
)

// engineOptions are the settings of the config as the session's app wants them.
func (bench *Bench) engineOptions(c *config.Config) engine.Options {
	o := engineOptions(c)
	o.LongRunning = c.LongRunning || bench.opt.Screen
	o.Ended = bench.addons.close
	return o
}

func engineOptions(c *config.Config) engine.Options {
	b := c.Bench
	o := engine.Options{
		URI:             c.URI,
		UnansweredAfter: b.UnansweredAfter,
		Slow:            b.Slow,
		Stuck:           b.Stuck,
		StopDeadline:    b.StopDeadline,
		Drain:           b.Drain,
		PathTimeout:     b.PathTimeout,
		AnswerLost:      b.AnswerLost,
		RestartOnFail:   b.Restart == config.RestartOnFailure,
		Queue:           b.Queue,
		QueueBytes:      b.QueueBytes,
		LogLevel:        level(c.Log.Level),
		LogLevels:       map[string]trace.Level{},
		Secrets:         c.Secrets.Names,
		Property:        c.Property,
		Trace:           traceOptions(c),
	}
	for extension, l := range c.Log.Levels {
		o.LogLevels[extension] = level(l)
	}
	for _, g := range c.Predefined {
		o.Predefined = append(o.Predefined, engine.Predefined{Graph: g})
	}
	return o
}

func traceOptions(c *config.Config) trace.Options {
	return trace.Options{Memory: c.Trace.Memory, Tap: c.Trace.Tap, TuneGC: true}
}

// LowestLevel is the lowest level at which something of c is logged.
func LowestLevel(c *config.Config) trace.Level {
	lowest := level(c.Log.Level)
	for _, l := range c.Log.Levels {
		lowest = min(lowest, level(l))
	}
	return lowest
}

// level is a level that the config has checked.
func level(name string) trace.Level {
	l, _ := trace.ParseLevel(name)
	return l
}
