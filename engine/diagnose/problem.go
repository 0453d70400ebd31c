package diagnose

import (
	"slices"
	"strconv"
	"strings"
)

// Confidence says how sure a verdict is.
type Confidence string

// The three degrees.
const (
	Proven   Confidence = "proven"   // it cannot be otherwise
	Observed Confidence = "observed" // it is so now
	Likely   Confidence = "likely"   // statistics, or the nearest explanation
)

// Problem is something an author should look at. Text is one sentence with a subject and a verb; Remedy says what to do. Commands
// of one name from one sender that one receiver leaves without an answer are one problem as long as they stand alike: ID is the newest
// of them, Count says how many they are, and Since when the present episode began.
type Problem struct {
	Key        string     `json:"key"` // stays the same while Rule, Level, ID and Text change
	Rule       string     `json:"rule"`
	Level      string     `json:"level"` // error, warn or info
	Extension  string     `json:"extension,omitempty"`
	Graph      string     `json:"graph,omitempty"`
	ID         uint64     `json:"id,omitempty"`  // the command it is about
	IDs        []uint64   `json:"ids,omitempty"` // all of them, the newest last; bounded
	Name       string     `json:"name,omitempty"`
	From       string     `json:"from,omitempty"`
	To         string     `json:"to,omitempty"`
	File       string     `json:"file,omitempty"`
	Line       int        `json:"line,omitempty"`
	Column     int        `json:"column,omitempty"`
	Confidence Confidence `json:"confidence"`
	Evidence   []uint64   `json:"evidence,omitempty"` // events, by seq
	Text       string     `json:"text"`
	Brief      string     `json:"brief"`         // Text without its reason, and without a full stop
	Why        string     `json:"why,omitempty"` // the reason in Text
	Remedy     string     `json:"remedy"`
	Since      int64      `json:"since_ns"` // nanoseconds since the log began
	Last       int64      `json:"last_ns"`
	Count      int        `json:"count"`
	Ended      bool       `json:"ended,omitempty"`
	Muted      bool       `json:"muted,omitempty"`   // see Fold.Mute
	Renewed    bool       `json:"renewed,omitempty"` // it has ended since the receiver runs anew, and nothing of it is open

	waitsOn     uint64 // the command that its handler waits for
	consequence bool   // that one is a problem too
}

// AboutCommands reports that commands without an answer are the problem. Others may name the message that was handled meanwhile.
func (p *Problem) AboutCommands() bool { return len(p.IDs) > 0 }

// over reports that nothing is wrong any more, as far as anybody can say.
func (p *finding) over() bool { return p.Ended || p.Renewed }

// see adds an event to the evidence: the first ones and the newest.
func (p *Problem) see(seq uint64) {
	if seq == 0 || slices.Contains(p.Evidence, seq) {
		return
	}
	if len(p.Evidence) == maxEvidence {
		p.Evidence = slices.Delete(p.Evidence, maxEvidence/2, maxEvidence/2+1)
	}
	p.Evidence = append(p.Evidence, seq)
	slices.Sort(p.Evidence)
}

// Place returns file:line, the file alone where no line is known, "" without a file.
func (p *Problem) Place() string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

// at notes a place, file:line.
func (p *Problem) at(place string) {
	file, line := place, ""
	if i := strings.LastIndexByte(place, ':'); i >= 0 {
		file, line = place[:i], place[i+1:]
	}
	p.File = file
	p.Line, _ = strconv.Atoi(line)
}
