// Package export writes stretches of a trace for the programs of others. What it writes is for looking at elsewhere: a run that is to
// be opened again is a run file.
package export
