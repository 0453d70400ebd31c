// Package store folds trace events into the tables that the screens read: nodes, commands, messages, log lines, flows of
// media, problems and rates.
//
// A Store belongs to the goroutine of the terminal's program. Apply takes a batch and costs well under a microsecond an event;
// every table has a bound, and says what the bound cost. The store keeps sequence numbers, not events: a screen asks
// the log for the few events it draws.
//
// The package knows no terminal: what a table looks like is a screen's business.
package store
