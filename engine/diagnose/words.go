package diagnose

import "strings"

// Remedies name what an author would call: between braces stands what is called otherwise in Go and in Python.
var (
	inGo = strings.NewReplacer("{return_result}", "ReturnResult", "{final}", "SetFinal(true)", "{off_loop}", "env.Await", "{task}", "env.Go",
		"{timeout}", "context.WithTimeout", "{ends}", "End what is named when ctx is cancelled")
	inPython = strings.NewReplacer("{return_result}", "return_result", "{final}", "set_final(True)", "{off_loop}", "asyncio.to_thread", "{task}", "asyncio.create_task",
		"{timeout}", "asyncio.wait_for", "{ends}", "End what is named in on_stop: cancel its task, or let its thread see an event")
)

// What gives an extension a new life stands between braces too: the bench does it, but not to one in a program of its own.
var (
	inBench   = strings.NewReplacer("{restart}", "press R to restart the extension", "{renew}", "save or press R to restart the extension")
	inProgram = strings.NewReplacer("{restart}", "run the program again", "{renew}", "run the program again")
)

// speaks learns the language of the extension from a place in it.
func (w *world) speaks(place string) {
	if !w.python {
		w.python = strings.Contains(place, ".py:")
	}
}

// words writes a remedy in the language of the extension, for where it runs.
func (w *world) words(remedy string) string {
	if w.program {
		remedy = inProgram.Replace(remedy)
	} else {
		remedy = inBench.Replace(remedy)
	}
	if w.python {
		return inPython.Replace(remedy)
	}
	return inGo.Replace(remedy)
}
