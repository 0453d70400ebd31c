// Package graph turns what the user wrote into graphs an engine can run: TEN's JSON and config.toml in, checked and flattened
// extension nodes and forward connections out.
//
// Both notations are read into one positioned tree, in which every key and value knows its file, line and column. One strict
// decoder and one validator work on it and collect all that is wrong at once. Go-toml's unstable parser serves well: each key
// and scalar carries its byte range, and where arrays do not, the scan from the value before finds their bracket. It stops at
// the first syntax error, so of those there is one at a time; everything else is reported together.
//
// A Graph is not changed once it was returned. Compile makes its Routes, which any number of goroutines may read. Compare says
// what has to happen to a running graph to become another.
package graph
