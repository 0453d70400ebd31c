package engine_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// actor is an extension that does what the script says for each command's name.
type actor struct {
	engine.DefaultExtension
	ops  map[string][]op
	q    *engine.Queue[int]
	kept []*msg.Cmd
}

func (x *actor) OnInit(_ context.Context, env engine.Env) error {
	x.q = engine.NewQueue[int](env, 1)
	return nil
}

func (x *actor) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	_, _ = x.run(ctx, env, cmd, x.ops[cmd.Name()]) // an error says that the extension stops
}

func (x *actor) run(ctx context.Context, env engine.Env, cmd *msg.Cmd, ops []op) (log []string, err error) {
	for _, o := range ops {
		if log, err = x.do(ctx, env, cmd, o, log); err != nil {
			return log, err
		}
	}
	return log, nil
}

func (x *actor) do(ctx context.Context, env engine.Env, cmd *msg.Cmd, o op, log []string) ([]string, error) {
	switch o.kind {
	case opSleep:
		return log, env.Sleep(ctx, o.d)
	case opSend:
		res, err := env.SendCmd(ctx, addressed(msg.NewCmd(o.name), o.to...))
		if err != nil {
			return log, err
		}
		return append(log, o.name+" "+seen(res)), nil
	case opStream, opGlance:
		for res, err := range env.SendCmdEx(ctx, addressed(msg.NewCmd(o.name), o.to...)) {
			if err != nil {
				return log, err
			}
			log = append(log, o.name+" "+seen(res))
			if o.kind == opGlance {
				break
			}
		}
	case opRelay:
		cmd.SetName(o.name)
		return log, env.Relay(ctx, addressed(cmd, o.to...))
	case opPartial, opAnswer, opError:
		return log, env.ReturnResult(ctx, resultOf(cmd, o.kind, strings.Join(log, " ")))
	case opKeep:
		x.kept = append(x.kept, cmd)
	case opReply:
		if len(x.kept) > 0 {
			kept := x.kept[0]
			x.kept = slices.Delete(x.kept, 0, 1)
			return log, env.ReturnResult(ctx, resultOf(kept, opAnswer, "late"))
		}
	case opPut:
		return log, x.q.Put(ctx, o.n)
	case opGet:
		v, err := x.q.Get(ctx)
		return append(log, fmt.Sprint("got ", v)), err
	case opGo, opGoAndWait:
		var inner []string
		task := env.Go(ctx, "task", func(ctx context.Context) (err error) {
			inner, err = x.run(ctx, env, cmd, o.sub)
			return err
		})
		if o.kind == opGoAndWait {
			err := task.Wait(ctx)
			return append(log, "task("+strings.Join(inner, " ")+")"), err
		}
	case opPanic:
		panic("as the script says")
	}
	return log, nil
}

func addressed(cmd *msg.Cmd, to ...string) *msg.Cmd {
	var dests []msg.Loc
	for _, t := range to {
		dests = append(dests, msg.Loc{Extension: t})
	}
	cmd.SetDests(dests...)
	return cmd
}

func resultOf(cmd *msg.Cmd, kind opKind, log string) *msg.CmdResult {
	status := msg.OK
	if kind == opError {
		status = msg.Error
	}
	res := msg.NewResult(status, cmd)
	res.SetFinal(kind != opPartial)
	_ = res.Set("log", log)
	return res
}

func seen(res *msg.CmdResult) string {
	v, _ := res.Get("log") // an engine's result has none
	log, _ := v.Str()
	return res.Status().String() + "(" + log + ")"
}

// pause is longer than all sleeps of a script together.
const pause = 2 * time.Second

// stage is a graph of actors and what is known of it from its trace.
type stage struct {
	app    *engine.App
	ops    map[string][]op
	keys   map[uint64]string
	finals map[string]int
	debt   map[uint64]string // who owes, as the events alone tell it
	seen   picture
	rules  map[string]string // the names of the rules that are set, by kind and receiver
	reader *trace.Reader
}

func newStage(t testing.TB, steps []step) *stage {
	s := &stage{ops: map[string][]op{}, keys: map[uint64]string{}, finals: map[string]int{}, debt: map[uint64]string{},
		rules: map[string]string{}}
	s.seen.results = map[string]string{}
	for _, st := range steps {
		if st.kind == "cmd" {
			s.ops[st.name] = st.ops
			s.list(st.ops)
		}
	}
	s.app = engine.NewApp(engine.Options{PathTimeout: 24 * time.Hour}, func(string) (engine.Addon, error) {
		return engine.Addon{Name: "actor", New: func(string) engine.Extension { return &actor{ops: s.ops} }}, nil
	})
	g := &graph.Graph{Name: "test"}
	for _, name := range actorNames {
		g.Nodes = append(g.Nodes, graph.Node{Name: name, Addon: "actor"})
	}
	e, err := s.app.StartGraph(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	s.reader = s.app.Log().NewReader()
	<-e.Started()
	return s
}

// list notes what the receivers of each command do.
func (s *stage) list(ops []op) {
	for _, o := range ops {
		if o.name != "" {
			s.ops[o.name] = o.sub
		}
		s.list(o.sub)
	}
}

func (s *stage) apply(st step) error {
	ctx := context.Background()
	switch st.kind {
	case "cmd":
		_, err := s.app.Inject(ctx, addressed(msg.NewCmd(st.name), st.to))
		return err
	case "pass":
		time.Sleep(pause)
	case "restart":
		time.Sleep(pause)
		return s.app.Restart(ctx, "test", st.to)
	case "hold", "lose", "fault":
		return s.toggleRule(st.kind, st.to)
	case "letall":
		s.app.ReleaseAll()
	default:
		if held := s.app.Held(); len(held) > 0 {
			return s.gate(st.kind, held[0])
		}
	}
	return nil
}

// toggleRule sets a rule for commands to one, or removes it.
func (s *stage) toggleRule(kind, to string) error {
	key := kind + " " + to
	if name, ok := s.rules[key]; ok {
		delete(s.rules, key)
		return s.app.RemoveGateRule(name)
	}
	rule := map[string]trace.GateRule{"hold": {Action: trace.GateHold}, "lose": {Action: trace.GateDrop, Share: 1},
		"fault": {Action: trace.GateAnswer, Detail: "out of order"}}[kind]
	rule.Filter = "cmd and to = " + to
	made, err := s.app.AddGateRule(rule)
	s.rules[key] = made.Name
	return err
}

// gate does something with a held command.
func (s *stage) gate(what string, h trace.HeldMessage) error {
	switch what {
	case "drop":
		return s.app.DropHeld(h.ID)
	case "answer":
		if err := s.app.AnswerHeld(h.ID, msg.OK, []byte(`{"log":"by hand"}`)); h.Answered == (err == nil) {
			return fmt.Errorf("answered before: %v, and by hand: %v", h.Answered, err)
		}
		return nil
	}
	return s.app.Release(h.ID)
}

// read takes in what the trace says since the last time.
func (s *stage) read() {
	s.app.Log().Flush()
	buf := make([]trace.Event, 256)
	for n := s.reader.Next(buf); n > 0; n = s.reader.Next(buf) {
		for i := range buf[:n] {
			s.take(&buf[i])
		}
	}
}

func (s *stage) take(e *trace.Event) {
	if e.ID == 0 || e.Type != msg.KindCmd && e.Kind != trace.Result {
		return
	}
	if e.Kind == trace.Sent {
		s.keys[e.ID] = e.Name.String() + "@" + e.To.String()
		if e.Parent != 0 {
			s.keys[e.ID] = s.keys[e.Parent] + "/" + s.keys[e.ID]
		}
	}
	if e.Kind == trace.Result && e.Final {
		key := s.keys[e.ID]
		v, _ := msg.ParseJSON(e.Property)
		log, _ := v.Object().Lookup("log")
		text, _ := log.Str()
		s.seen.results[key] = fmt.Sprintf("%s(%s) by %s", e.Status, text, e.By)
		s.finals[key]++
		delete(s.debt, e.ID)
	} else if e.Kind != trace.Lint {
		s.owe(e.ID, e.Debtor)
	}
	s.owe(e.Parent, e.ParentDebtor)
}

// owe notes who owes the answer of a command that is open. One that was cut may still be delivered.
func (s *stage) owe(id uint64, d trace.Debtor) {
	if d != trace.DebtorNone && s.finals[s.keys[id]] == 0 {
		s.debt[id] = d.String()
	}
}

// picture is what is seen now; the error says that the engine contradicts itself.
func (s *stage) picture() (picture, error) {
	s.read()
	snap := s.app.Snapshot()
	out := picture{results: s.seen.results, open: map[string]string{}}
	told := map[uint64]string{}
	for _, p := range snap.Paths {
		var waits []string
		for _, id := range p.WaitsOn {
			waits = append(waits, s.keys[id])
		}
		out.open[s.keys[p.ID]] = openLine(p.Debtor, waits, p.Partial)
		told[p.ID] = p.Debtor
	}
	if !maps.Equal(told, s.debt) {
		return out, fmt.Errorf("the snapshot's debtors are %v, by the events they are %v", told, s.debt)
	}
	sum := 0
	snap.Counts()
	for _, n := range snap.Count {
		sum += n
	}
	if sum != len(snap.Paths) || len(out.open) != len(snap.Paths) {
		return out, fmt.Errorf("%d paths are open, the debtors owe %d, by name %d", len(snap.Paths), sum, len(out.open))
	}
	owed := 0
	for _, h := range s.app.Held() {
		if !h.Answered {
			owed++
		}
	}
	if n := snap.Count["held"]; n != owed {
		return out, fmt.Errorf("the gate holds %d open commands, the debtor held owes %d", owed, n)
	}
	for _, n := range snap.Nodes {
		switch {
		case n.State == "failed":
			out.failed = append(out.failed, n.Extension)
		case n.State != "running":
			return out, fmt.Errorf("%s is %s", n.Extension, n.State)
		}
		if n.Queue != 0 {
			return out, fmt.Errorf("%d messages wait at %s, and nothing moves", n.Queue, n.Extension)
		}
	}
	return out, nil
}

// close stops everything; afterwards each command has had one final result and nothing is open.
func (s *stage) close() error {
	s.app.Close()
	s.read()
	open := s.app.Snapshot().Paths
	for _, key := range s.keys {
		if n := s.finals[key]; n != 1 {
			return fmt.Errorf("%s has %d final results after the end, and open is %v", key, n, open)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("open after the end: %v", open)
	}
	if held := s.app.Held(); len(held) > 0 {
		return fmt.Errorf("held after the end: %v", held)
	}
	for _, n := range s.app.Snapshot().Nodes {
		if n.State != "ended" && n.State != "failed" {
			return fmt.Errorf("%s is %s after the end", n.Extension, n.State)
		}
	}
	return nil
}
