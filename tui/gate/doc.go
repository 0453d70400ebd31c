// Package gate is the screen of the messages on their way: the rules that hold, delay, drop or answer them, and those that are held,
// to be edited, let go, answered by hand or dropped.
//
// It shows Common.Gate, which the root looks at at each tick, and acts through Common.AtGate; nothing here waits for the engine.
package gate
