// Package msg holds what extensions exchange: commands, results, data, audio and video frames, and the values in them.
//
// Values are immutable; a message's property bag (Object) is not. A message belongs to one extension at a time, so it needs
// no lock: sending moves its content into a new object and leaves the sender's empty. Messages that go to several
// destinations share one bag, which the first writer copies.
//
// JSON is canonical: one text for one value, the same in every language that speaks to the engine. Floats always carry a '.'
// or an 'e', integers are exact to 64 bits, keys keep their order. What JSON cannot say (buffers, non-finite floats, sized
// types) goes into a side table.
//
// Properties are read and written by paths such as a.b[2].c; secrets among them are masked by a Masker when they are written
// for people or files. The shared test of all languages is testdata/values.json at the module's root.
//
// The package is a leaf: it imports the standard library only.
package msg
