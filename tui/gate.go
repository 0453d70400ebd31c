package tui

import (
	"errors"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// gateDone says what came of something that was done at the gate.
func (m *Model) gateDone(msg ui.GateMsg) tea.Cmd {
	m.common.LookAtGate()
	if msg.Err != nil {
		m.say(trace.Error, msg.Err.Error())
	} else {
		m.say(trace.Info, msg.Text)
	}
	return m.screens[ui.Gate].Update(msg)
}

// openGate shows the Gate screen; from there, what was shown before.
func (m *Model) openGate() tea.Cmd {
	switch {
	case m.common.CanHold() == nil:
		m.say(trace.Warn, m.common.Over("nothing runs here that could be held", ": nothing is on its way that could be held"))
		return nil
	case m.shown == ui.Gate:
		m.back()
		return nil
	}
	return m.jump(ui.GotoMsg{Screen: ui.Gate})
}

// gateShows reports that a rule is on or a message is held: the header says so then.
func (m *Model) gateShows() bool {
	holds, faults := m.common.Gate.On()
	return holds+faults+len(m.common.Gate.Held) > 0
}

// gateFact is what the gate does just now: "2 held, 1 rule, fault: drop 30%".
func (m *Model) gateFact() fact {
	th, g := m.common.Theme, &m.common.Gate
	holds, faults := g.On()
	var parts []string
	if n := len(g.Held); n > 0 {
		parts = append(parts, strconv.Itoa(n)+" held")
	}
	if holds > 0 {
		parts = append(parts, ui.Plural(holds, "rule"))
	}
	if faults == 1 {
		parts = append(parts, "fault: "+faultOn(g))
	} else if faults > 1 {
		parts = append(parts, ui.Plural(faults, "fault"))
	}
	text := strings.Join(parts, ", ")
	return fact{0, 2 + ui.Width(text), func(l *ui.Line) { l.Sign(th.Held, th.Signs.Held).Gap(1).Text(th.Held, text) }}
}

// faultOn says what the only fault rule that is on does.
func faultOn(g *ui.GateState) string {
	for i := range g.Rules {
		if r := &g.Rules[i]; !r.Off && r.Action != trace.GateHold {
			if r.Action == trace.GateAnswer {
				return "answer"
			}
			return r.What()
		}
	}
	return ""
}

// quit leaves the workbench, after a question if messages are held: nobody can let them go then.
func (m *Model) quit() tea.Cmd {
	if m.common.Gate.Waiting() == 0 {
		return tea.Quit
	}
	m.ask = &question{says: m.stillHeld, yes: tea.Quit, moot: m.noneHeld}
	return nil
}

// stillHeld says what is lost by leaving now.
func (m *Model) stillHeld() string {
	if n := m.common.Gate.Waiting(); n > 1 {
		return strconv.Itoa(n) + " messages are held and will not arrive any more. Quit?"
	}
	return "1 message is held and will not arrive any more. Quit?"
}

// noneHeld is why nothing is lost by leaving any more, "" while messages are held.
func (m *Model) noneHeld() string {
	if why := m.over(); why != "" {
		return why + " What was held is gone with it."
	}
	if m.common.Gate.Waiting() > 0 {
		return ""
	}
	return "nothing is held any more. " + ui.KeyQuit.Help().Key + " quits."
}

// gateCommands are what the palette offers for the gate.
func (m *Model) gateCommands() []ui.Command {
	if m.common.CanHold() == nil {
		var all []ui.Command
		for _, name := range []string{"gate", "hold", "delay", "drop", "answer", "let all go"} {
			all = append(all, ui.Command{Name: name, Lacks: m.common.Over("nothing runs here that could be held.", ": nothing is on its way that could be held.")})
		}
		return all
	}
	all := []ui.Command{{Name: "gate", Help: "rules that hold or lose messages, and what is held", Key: ui.KeyGate, Run: func(string) tea.Cmd { return m.openGate() }}}
	for _, r := range []struct{ name, hint, example, help string }{
		{"hold", "FILTER", "cmd and name = tool_call", "stop messages until you let them go"},
		{"delay", "200ms FILTER", "200ms to = weather_tool", "let messages wait on their way"},
		{"drop", "30% FILTER", "30% audio", "lose messages, or a share of them"},
		{"answer", `ok|error "TEXT" {"n": 1} FILTER`, `error "try again" cmd and name = tool_call`, "answer commands in place of their receiver"},
	} {
		all = append(all, ui.Command{Name: r.name, Help: r.help, Run: m.addRule(r.name),
			Arg: &ui.Arg{Hint: r.hint, Example: r.example, Free: true, Check: m.checkRule(r.name), Means: m.previewRule(r.name), Options: m.ruleOptions(r.hint)}})
	}
	if len(m.common.Gate.Held) > 0 {
		all = append(all, ui.Command{Name: "let all go", Help: "every held message goes on", Run: func(string) tea.Cmd { return m.common.LetAllGo() }})
	} else {
		all = append(all, ui.Command{Name: "let all go", Lacks: nothingHeld})
	}
	return all
}

// ruleOptions offers selectors as the filter of a rule that needs nothing else.
func (m *Model) ruleOptions(hint string) func() []ui.Option {
	if hint != "FILTER" {
		return nil
	}
	return func() []ui.Option {
		return ui.SelectorOptions(m.common.RuleSelectors(m.selected), "focus", "marked", "shown", "all")
	}
}

// checkRule says what is wrong with what is typed behind the name of a rule.
func (m *Model) checkRule(name string) func(string) string {
	return func(arg string) string {
		_, err := m.common.RuleSelectors(m.selected).ParseGateRule(name + " " + arg)
		var bad *trace.FilterError
		switch {
		case err == nil:
			return ""
		case errors.As(err, &bad):
			return bad.Msg // its column is of another line than the one that is typed
		}
		return err.Error()
	}
}

// previewRule says what the rule that is typed would match.
func (m *Model) previewRule(name string) func(string) []string {
	return func(arg string) []string {
		rule, err := m.common.RuleSelectors(m.selected).ParseGateRule(name + " " + arg)
		if err != nil {
			return nil
		}
		p := m.common.PreviewRule(rule)
		return p.Sentences()
	}
}

func (m *Model) addRule(name string) func(string) tea.Cmd {
	return func(arg string) tea.Cmd {
		rule, err := m.common.RuleSelectors(m.selected).ParseGateRule(name + " " + arg)
		if err != nil {
			return ui.Toast(trace.Error, err.Error())
		}
		return m.common.AddRule(rule)
	}
}
