package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tenbench/engine/config"
	"tenbench/engine/diagnose"
	"tenbench/engine/doctor"
	"tenbench/engine/graph"
	"tenbench/engine/record"
)

// Check finds out what is wrong with what opt names without starting anything, and which exit status that deserves. Of Python
// packages it reads manifest, properties and sources; a path may also be a single .py file, or a folder with such files.
func Check(ctx context.Context, opt Options) ([]diagnose.Problem, Status, error) {
	c, a, demo, err := load(opt)
	if status := StatusOf(err); status == Usage {
		return nil, status, err
	} else if err != nil {
		return checkBare(ctx, opt, err)
	}
	defer a.close()
	if demo {
		opt.Note("there is no config.toml here, so the demo was checked")
	}
	problems := []diagnose.Problem{}
	for _, w := range c.Warnings {
		problems = append(problems, problem(*w))
	}
	return judged(joined(problems, examine(ctx, opt, c, a.examined(c))))
}

// joined are the problems of the config and those of packages. What both say of a place is said once, by the one that has a rule.
func joined(ofConfig, ofPackages []diagnose.Problem) []diagnose.Problem {
	again := func(p diagnose.Problem) bool {
		return slices.ContainsFunc(ofPackages, func(q diagnose.Problem) bool {
			return p.Text == q.Text && filepath.Clean(p.File) == filepath.Clean(q.File) && p.Line == q.Line && p.Column == q.Column
		})
	}
	return append(slices.DeleteFunc(ofConfig, again), ofPackages...)
}

// checkBare is Check of what cannot be opened, for a reason that is no news where there are only sources.
func checkBare(ctx context.Context, opt Options, reason error) ([]diagnose.Problem, Status, error) {
	packages := bare(opt.path())
	problems := mapped(graph.Problems(reason), problem)
	if len(packages) == 0 {
		return problems, StatusOf(reason), nil
	}
	c, err := config.Settings(opt.Flags)
	if err != nil {
		return nil, Invalid, Fail(Invalid, err)
	}
	found := examine(ctx, opt, c, packages)
	if sourcesAlone(opt.path(), reason) {
		return judged(found)
	}
	return joined(problems, found), StatusOf(reason), nil
}

// judged are problems with the status that they deserve.
func judged(problems []diagnose.Problem) ([]diagnose.Problem, Status, error) {
	if slices.ContainsFunc(problems, func(p diagnose.Problem) bool { return p.Level == "error" }) {
		return problems, CheckFailed, nil
	}
	return problems, OK, nil
}

// configRule is the rule of what is wrong in a config or a graph.
const configRule = "config"

// problem is a mistake in a file as the screens and `check --format json` tell it.
func problem(e graph.Error) diagnose.Problem {
	p := diagnose.Problem{Rule: configRule, Level: "error", File: e.Pos.File, Line: e.Pos.Line, Column: e.Pos.Col,
		Confidence: diagnose.Proven, Text: e.Msg, Remedy: e.Remedy, Count: 1}
	if e.Warning {
		p.Level = "warn"
	}
	if e.Near != "" {
		p.Remedy = fmt.Sprintf("did you mean %q?", e.Near)
	}
	return p
}

// Line is a problem as `check` prints it: where, how bad, what, what to do, and the rule whose page says more.
func Line(p diagnose.Problem) string {
	text := fmt.Sprintf("%s: %s", p.Level, p.Text)
	switch {
	case p.Remedy == "":
	case strings.HasSuffix(p.Text, "."):
		text += " " + p.Remedy
	default:
		text += "; " + p.Remedy
	}
	if p.Rule != configRule {
		text += " [" + p.Rule + "]"
	}
	switch {
	case p.File == "":
		return text
	case p.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, text)
	case p.Column == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// Tally says of how many problems of each level a check consists: "config.toml: no errors, 2 warnings, 5 remarks".
func Tally(opt Options, problems []diagnose.Problem) string {
	count := map[string]int{}
	for _, p := range problems {
		count[p.Level]++
	}
	say := func(level, word string) string {
		switch n := count[level]; n {
		case 0:
			return "no " + word + "s"
		case 1:
			return "1 " + word
		default:
			return fmt.Sprintf("%d %ss", n, word)
		}
	}
	return fmt.Sprintf("%s: %s, %s, %s", opt.path(), say("error", "error"), say("warn", "warning"), say("info", "remark"))
}

// Lines is a problem of a run as `diagnose` prints it: Line, with how sure it is and whether it is over, and below it what is different
// and how to ask for more. file is what names the run on the command line, "" for the newest.
func Lines(v *diagnose.Verdict, file string) string {
	text := Line(v.Problem)
	more := ""
	if v.Confidence != "" {
		more = ", " + string(v.Confidence)
	}
	if v.Ended {
		more += ", over"
	}
	text = strings.TrimSuffix(text, "]") + more + "]"
	if v.Different != nil {
		text += "\n    what is different: " + v.Different.Text
	}
	if len(v.Path) > 0 {
		text += strings.TrimRight(fmt.Sprintf("\n    more: tenbench why %d %s", v.ID, file), " ")
	}
	return text + "\n"
}

// StateDir is the folder in which what opt names is recorded; the usual one if its config cannot be read.
func StateDir(opt Options) string {
	if c, _, err := look(opt); err == nil && c.Record.Dir != "" {
		return c.Record.Dir
	}
	dir, _ := record.StateDir() // "" is a finding of its own
	return dir
}

// Finding is what doctor says of the config.
func Finding(opt Options) doctor.Finding {
	f := doctor.Finding{Subject: "config"}
	c, demo, err := look(opt)
	switch {
	case err != nil:
		first, rest, more := strings.Cut(err.Error(), "\n")
		if more {
			first += fmt.Sprintf(" (and %d more)", strings.Count(rest, "\n")+1)
		}
		f.Level, f.Text, f.Remedy = doctor.Wrong, first, "mend it; `tenbench check` says all of it"
	case demo:
		f.Text = "there is none here, so the demo is opened"
	default:
		f.Text = describe(c)
	}
	return f
}

func describe(c *config.Config) string {
	nodes := 0
	for _, g := range c.Graphs {
		nodes += len(g.Nodes)
	}
	text := fmt.Sprintf("%s: %d of %d graphs start, %d nodes", c.Path, len(c.Graphs), len(c.Predefined), nodes)
	if wd, err := os.Getwd(); err == nil {
		text += ", in " + wd
	}
	return text
}
