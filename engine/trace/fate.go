package trace

import "strings"

// Lost reports that nothing could answer the command any more: its last reference went without an answer. It stays lost though something
// ended the wait for that answer since: answer_lost, the stop, a death, the path timeout.
func (c *Command) Lost() bool {
	switch {
	case c == nil:
		return false
	case !c.Finished:
		return c.Freed
	case c.By == ByStop, c.By == ByEngine, c.By == ByTimeout:
		return c.Freed
	}
	return c.By == ByLost
}

// Cut reports that the stop of the graph, or of the sender, ended a command that was too young to count as unanswered: nobody is to blame.
// What was lost before is not cut, however young.
func (c *Command) Cut() bool {
	return c != nil && c.Finished && c.By == ByStop && !c.Unanswered && !c.Freed
}

// How the reason of an extension begins that failed with its process, and so does what its commands are answered with.
const (
	ItsProcess = "its process " // of a child of the bench
	TheProcess = "the process " // of a program that was started by exec
)

// FailedText says that an extension failed; it is the detail of the results that end its commands.
func FailedText(who, reason string) string { return who + " failed: " + reason }

// DiedText reports that a detail says that an extension's process ended.
func DiedText(detail, who string) bool {
	return strings.HasPrefix(detail, FailedText(who, ItsProcess)) || strings.HasPrefix(detail, FailedText(who, TheProcess))
}
