// Package config is the screen of the configuration as it runs: the properties of each extension as they are by now, the settings
// and where each value comes from, and what came of the reloads.
//
// The left list says what there is, the right one what it holds. Both are made when something changed and at ticks, never while
// drawing; the properties of the extension that is looked at are asked for four times a second. A property that is edited is given to
// what runs, and to no file; the row says so as long as that is.
//
// Of each reload of an extension the store says whether it is better or worse since. What an extension was sent before its newest reload
// can be sent to it again: one message after the other, each when the one before was answered, and each answer is held against the first.
package config
