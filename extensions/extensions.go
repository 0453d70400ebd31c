// Package extensions lists what an engine can load by name.
//
// A new extension is a folder beside the others, one line in Builtin, and one test with enginetest.TestAddon. The list is
// explicit: nothing registers itself by being imported, so what the program can do is read here. The package property is no
// extension: it reads properties as Go types.
package extensions

import (
	"tenbench/engine"
	"tenbench/extensions/echo"
	"tenbench/extensions/forgetful"
	"tenbench/extensions/greeter"
	"tenbench/extensions/meter"
	"tenbench/extensions/relay"
	"tenbench/extensions/ticker"
	"tenbench/extensions/tone"
	"tenbench/extensions/worker"
)

// Builtin returns the addons that every tenbench has, by name.
func Builtin() []engine.Addon {
	return []engine.Addon{
		echo.Addon(),
		forgetful.Addon(),
		greeter.Addon(),
		meter.Addon(),
		relay.Addon(),
		ticker.Addon(),
		tone.Addon(),
		worker.Addon(),
	}
}
