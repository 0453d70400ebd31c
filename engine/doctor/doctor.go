package doctor

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// Level says how much a finding matters.
type Level int

// The levels of a finding.
const (
	Fine  Level = iota // as it should be
	Note               // something works less well, or not yet
	Wrong              // the bench cannot do its work
)

// String returns the word that doctor prints before a finding.
func (l Level) String() string {
	switch l {
	case Fine:
		return "ok"
	case Note:
		return "note"
	default:
		return "WRONG"
	}
}

// Finding is what was found out about one subject.
type Finding struct {
	Subject string
	Level   Level
	Text    string
	Remedy  string // what to do; "" when there is nothing to do
}

// Machine is what the doctor asks.
type Machine interface {
	// LookPath finds a program.
	LookPath(program string) (string, error)
	// Output runs a program and returns what it prints.
	Output(ctx context.Context, program string, args ...string) (string, error)
	// Env reads an environment variable.
	Env(name string) (string, bool)
	// Terminal returns the size of the terminal the bench would draw on; ok is false if there is none.
	Terminal() (cols, rows int, ok bool)
}

// patience is how long a program may take to say its version.
const patience = 5 * time.Second

// Examine returns all findings about the machine, in a fixed order. stateDir is where runs are recorded.
func Examine(ctx context.Context, m Machine, stateDir string) []Finding {
	return []Finding{
		examineGo(ctx, m),
		examineTerminal(m),
		examineColour(m),
		examineTmux(ctx, m),
		examineState(stateDir),
	}
}

// Print writes one line for each finding, with its remedy below, and reports whether any was Wrong.
func Print(w io.Writer, findings []Finding) (wrong bool) {
	width := 0
	for _, f := range findings {
		width = max(width, len(f.Subject))
	}
	for _, f := range findings {
		fmt.Fprintf(w, "%-5s  %-*s  %s\n", f.Level, width, f.Subject, f.Text)
		if f.Remedy != "" {
			fmt.Fprintf(w, "%-5s  %-*s  -> %s\n", "", width, "", f.Remedy)
		}
		wrong = wrong || f.Level == Wrong
	}
	return wrong
}

// version runs a program that prints its version on the first line.
func version(ctx context.Context, m Machine, program string, args ...string) (text, path string, err error) {
	path, err = m.LookPath(program)
	if err != nil {
		return "", "", err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, err := m.Output(ctx, path, args...)
	if err != nil {
		return "", path, fmt.Errorf("%s %s: %w", path, strings.Join(args, " "), err)
	}
	text, _, _ = strings.Cut(strings.TrimSpace(out), "\n")
	return text, path, nil
}
