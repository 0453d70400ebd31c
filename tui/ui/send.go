package ui

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// AskTimeout bounds how long the engine may take to accept what is asked of it: a message, a property.
const AskTimeout = 5 * time.Second

// graphOf names the graph that a message must be sent to; "" is the first one, which needs no name.
func (c *Common) graphOf(e *trace.Event) string {
	name := e.Graph.String()
	if all := c.Source.Graphs(); len(all) > 0 && all[0].Name == name {
		return ""
	}
	return name
}

// SendLine writes the message of a sent event as one would type it: cmd hello {"name":"Ada"} to greeter. What looks like a variable
// stays text.
func SendLine(c *Common, e *trace.Event) string {
	var b strings.Builder
	b.WriteString(e.Type.String() + " " + sendName(e.Name.String()))
	if len(e.Property) > 0 && string(e.Property) != "{}" {
		b.WriteString(" " + msg.EscapeVariables(string(e.Property)))
	}
	if e.To != 0 {
		b.WriteString(" to ")
		if g := c.graphOf(e); g != "" {
			b.WriteString(g + "/")
		}
		b.WriteString(e.To.String())
	}
	return b.String()
}

// sendName quotes a name that would not be read as one word.
func sendName(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n\"{,") || strconv.Quote(s) != `"`+s+`"` {
		b, err := json.Marshal(s)
		if err == nil {
			return string(b)
		}
	}
	return s
}

// rebuild makes the message of a sent event again, for a graph.
func rebuild(e *trace.Event, graph string) (msg.Message, error) {
	var m msg.Message
	name, buf := e.Name.String(), append([]byte(nil), e.BufHead...)
	switch e.Type {
	case msg.KindCmd:
		m = msg.NewCmd(name)
	case msg.KindAudioFrame:
		m = msg.NewAudioFrame(name, buf)
	case msg.KindVideoFrame:
		m = msg.NewVideoFrame(name, buf)
	default:
		m = msg.NewData(name, buf)
	}
	if len(e.Property) > 0 {
		v, err := msg.ParseJSON(e.Property)
		if err != nil {
			return nil, err
		}
		if o := v.Object(); o != nil {
			for key, p := range o.All() {
				m.Properties().Put(key, p)
			}
		}
	}
	m.SetDests(msg.Loc{Graph: graph, Extension: e.To.String()})
	return m, nil
}

// SendEachAgain returns the command that sends the messages of sent events once more, one after the other, and says how many went.
func SendEachAgain(c *Common, seqs []uint64) tea.Cmd {
	if len(seqs) == 1 {
		if e, ok := c.Store.At(seqs[0]); ok {
			return SendAgain(c, &e)
		}
	}
	var again []msg.Message
	for _, seq := range seqs {
		e, ok := c.Store.At(seq)
		if !ok {
			continue
		}
		if m, refused := Rebuild(c, &e); refused == nil {
			again = append(again, m)
		}
	}
	controller, all := c.Controller, len(seqs)
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), AskTimeout)
		defer cancel()
		sent, last := 0, error(nil)
		for _, m := range again {
			if _, err := controller.Inject(ctx, m); err != nil {
				last = err
			} else {
				sent++
			}
		}
		return LiveMsg{Said: eachSaid(sent, all, last)}
	}
}

// eachSaid says how many of the messages were sent again, and what kept the others.
func eachSaid(sent, all int, last error) ToastMsg {
	switch {
	case sent == all:
		return ToastMsg{Level: trace.Info, Text: Plural(all, "message") + " were sent again."}
	case last != nil:
		return ToastMsg{Level: trace.Error, Text: strconv.Itoa(sent) + " of " + Plural(all, "message") + " were sent again: " + last.Error()}
	}
	return ToastMsg{Level: trace.Warn, Text: strconv.Itoa(sent) + " of " + Plural(all, "message") + " were sent again; of the others the trace keeps too little, or they went to nobody."}
}

// SendAgain returns the command that sends the message of a sent event once more, from the bench. It says what became of that and,
// since somebody waits for it, ends a pause.
func SendAgain(c *Common, e *trace.Event) tea.Cmd {
	if !c.CanAct() {
		return Recorded(c)
	}
	again, err := Rebuild(c, e)
	if err != nil {
		return Toast(err.Level, err.Text)
	}
	name := e.Name.String()
	return Send(c, again, func(id uint64, err error) tea.Msg {
		if err != nil {
			return ToastMsg{Level: trace.Error, Text: name + " was not sent: " + err.Error()}
		}
		number := strconv.FormatUint(id, 10)
		return LiveMsg{Said: ToastMsg{Level: trace.Info, Text: name + " was sent again as #" + number + "; :message " + number + " opens it."}}
	})
}

// Rebuild makes the message of a sent event once more, or says why that cannot be.
func Rebuild(c *Common, e *trace.Event) (msg.Message, *ToastMsg) {
	switch {
	case e.To == 0:
		return nil, &ToastMsg{Level: trace.Warn, Text: "It went to nobody; press i to choose a receiver."}
	case int64(len(e.BufHead)) < e.BufLen:
		return nil, &ToastMsg{Level: trace.Warn, Text: "The trace keeps only " + Size(int64(len(e.BufHead))) + " of its buffer, so it cannot be sent again."}
	}
	again, err := rebuild(e, c.graphOf(e))
	if err != nil {
		return nil, &ToastMsg{Level: trace.Error, Text: "Its properties cannot be read: " + err.Error()}
	}
	return again, nil
}

// Send returns the command that sends a message from the bench, and makes a message of what became of that.
func Send(c *Common, m msg.Message, said func(id uint64, err error) tea.Msg) tea.Cmd {
	controller := c.Controller
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), AskTimeout)
		defer cancel()
		return said(controller.Inject(ctx, m))
	}
}
