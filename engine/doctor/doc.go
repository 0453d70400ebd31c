// Package doctor examines the machine the bench runs on and says what is missing, what follows from it and what to do.
//
// It asks the machine through Machine alone, so that every finding can be tested without changing the machine.
package doctor
