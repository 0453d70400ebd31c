package diagnose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Remedies name what an author would call: between braces stands what is called otherwise in Go and in Python.
var (
	inGo = strings.NewReplacer("{return_result}", "ReturnResult", "{final}", "SetFinal(true)", "{off_loop}", "env.Await", "{task}", "env.Go",
		"{timeout}", "context.WithTimeout", "{ends}", "End what is named when ctx is cancelled")
	inPython = strings.NewReplacer("{return_result}", "return_result", "{final}", "set_final(True)", "{off_loop}", "asyncio.to_thread", "{task}", "asyncio.create_task",
		"{timeout}", "asyncio.wait_for", "{ends}", "End what is named in on_stop: cancel its task, or let its thread see an event")
	// In a class derived from the synchronous Extension nothing can be awaited, and there is no loop to make a task on.
	inSync = strings.NewReplacer("{off_loop}", "a thread of its own (threading.Thread)", "{task}", "threading.Thread", "{timeout}", "the call's own, if it has one")
)

// What a person does by hand stands between braces too. The screen has keys for it; a program of its own the bench cannot restart.
var (
	onScreen = strings.NewReplacer("{restart}", "press R to restart the extension", "{renew}", "save or press R to restart the extension",
		"{let_go}", "Press a to let it go", "{switch_off}", "Switch the rule off in :gate, if it is still on,", "{answer}", "Press a to answer it")
	inPlain = strings.NewReplacer("{restart}", "run it again", "{renew}", "save, or run it again",
		"{let_go}", "Let it go", "{switch_off}", "Switch the rule off, if it is still on,", "{answer}", "Open it with the screen, where it is answered by hand")
	inProgram = strings.NewReplacer("{restart}", "run the program again", "{renew}", "run the program again")
)

// speaks learns the language of the extension from a place in it.
func (w *world) speaks(place string) {
	if !w.python {
		w.python = strings.Contains(place, ".py:")
	}
}

// words writes a remedy in the language of the extension, for where it runs and for where it is read.
func (f *Fold) words(w *world, remedy string) string {
	if w.program {
		remedy = inProgram.Replace(remedy)
	}
	if f.Keys {
		remedy = onScreen.Replace(remedy)
	} else {
		remedy = inPlain.Replace(remedy)
	}
	if w.is.Sync {
		remedy = inSync.Replace(remedy)
	}
	if w.python {
		return inPython.Replace(remedy)
	}
	return inGo.Replace(remedy)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// oneLine is the first line of what was said.
func oneLine(detail string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(detail), "\n")
	return strings.TrimRight(first, " \t\r:")
}

// upperFirst lets words begin a sentence.
func upperFirst(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// namesCode reports that a sentence begins with the name of a function, which stays as it is.
func namesCode(sentence string) bool {
	first, _, _ := strings.Cut(sentence, " ")
	return strings.ContainsAny(first, "(.")
}

// lowerFirst lets a sentence go on after a colon.
func lowerFirst(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && (s[1] < 'A' || s[1] > 'Z') {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}
