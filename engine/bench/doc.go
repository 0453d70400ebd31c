// Package bench is one session: a config file, the app made from it, its recording and its reloads. The workbench and `run` are
// two faces of it, and it knows neither: the screens read the app's trace, `run` prints it.
//
// Order. Open reads and checks everything and starts nothing. Start begins the recording, then the graphs; Watch begins to apply
// the file when it is saved. Close ends them in the opposite order: no reload comes any more, the app stops (on_stop and
// on_deinit run, each within its deadline), the recording is written to its end. Nothing runs on when Close returns.
//
// Reload. A saved file that reads and validates is applied, everything else changes nothing: the event `config` and a note say
// what was wrong and where. Settings that are read once, at the start, wait for the next one, and Settings says so. With [reload]
// config = false a saved file is only read and compared; Apply takes it.
//
// Verdicts. The exit status of a run is folded from the same events that it prints.
package bench
