// Package enginetest tests extensions, and whatever else lives in an engine.
//
// There are three ways, from the smallest to the whole:
//
//   - FakeEnv runs one extension without an engine: it plays the environment, and notes what the extension sends.
//   - TestAddon is the conformance suite that an addon of any host must pass. Each extension calls it in one test.
//   - Start runs a graph in a real engine; the Bench it returns injects messages and waits for what the log shows.
//
// Nothing in here sleeps for luck: a Watcher waits for the event that the test is about, and fails with the latest events when
// it does not come. All of it works inside testing/synctest, where waiting costs no time.
package enginetest
