// Package lint reads packages of Python extensions without running them and says what is wrong with them.
//
// The reading is done by Python itself, for only the interpreter that will run a package knows its grammar: the modules in the
// folder checker, standard library alone, go to it on its standard input, and what they find comes back as JSON. Nothing of the
// package is imported or executed, nothing is written to the disk. What is installed beside the interpreter matters to one rule alone,
// which names the modules that are missing.
//
// What a finding promises. A rule has one name for ever, and a page in engine/diagnose. A finding of level error is proven: the
// line fails, or never does what it says, whenever it is reached. A warning is a defect that shows itself under some circumstances,
// or a thing that may be meant. What cannot be told for certain from the source alone, such as an attribute of a class whose base
// is not in the package, is not said at all.
//
// A syntax error hides what else is wrong in a file, and says so. Where a colon is all that is missing the file is mended in
// memory and read on; what is found then says that it was found after the mending.
package lint
