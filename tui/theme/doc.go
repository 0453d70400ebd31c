// Package theme holds what things look like, named by what they mean.
//
// A screen asks for theme.Wrong or theme.Stage(trace.Init), never for a colour. Each Style is a pair of ready-made escape
// sequences, on a plain and on a selected row, so that painting a cell costs a copy of a few bytes and no allocation.
//
// Colour is never the only bearer of a meaning: each role has a sign or a word too, and each sign has a twin in ASCII.
package theme
