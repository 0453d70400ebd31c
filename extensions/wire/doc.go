// Package wire is the protocol between the engine and a process that runs extensions: frames, the packed bodies of messages and
// their results, the JSON bodies of all else. PROTOCOL.md has it in words, for both languages; testdata has one frame of each packed
// type, which both read and write byte for byte.
//
// The package does no I/O beyond a Reader's: an Append function writes a frame behind what is there already, so that many frames go
// out in one write; a Decode function reads a frame's body. Nothing here waits or keeps state, except a Reader.
package wire
