package logs

import (
	"tenbench/engine/trace"
)

// Explain says whose line the selected one is.
func (m *Model) Explain() (heading string, sentences []string) {
	e, ok := m.event()
	if !ok {
		return "", nil
	}
	heading = speaker(&e) + ": " + lineText(&e)
	switch e.Kind {
	case trace.LogLine:
		sentences = append(sentences, "An extension wrote it with its env's log functions, at level "+lineLevel(&e).String()+".")
	case trace.Lint:
		sentences = append(sentences, "The bench noticed it: the rule is "+e.Rule.String()+". tenbench why --rule "+e.Rule.String()+" explains it.")
	case trace.Transition:
		sentences = append(sentences, "A stage of the extension failed: it does not take part any more until it is restarted.")
	default:
		sentences = append(sentences, "The bench says so; no extension wrote it.")
	}
	if e.ID != 0 {
		sentences = append(sentences, "It was written while the message of that number was handled.")
	}
	return heading, sentences
}
