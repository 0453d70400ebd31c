package python

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// newProgram is a program that a test plays.
func newProgram(t *testing.T) (*actor, *trace.Log, chan error) {
	t.Helper()
	ours, theirs := pair(t)
	log := trace.New(trace.Options{})
	t.Cleanup(log.Close)
	s := NewSession(ours, SessionOptions{Engine: engine.Options{Log: log, StopDeadline: time.Second}, Role: wire.Program})
	served := make(chan error, 1)
	go func() {
		err := s.Serve()
		s.Close("the program has ended")
		served <- err
	}()
	p := newActor(t, theirs)
	p.hello(wire.Program)
	t.Cleanup(func() {
		p.conn.Close()
		<-served
	})
	return p, log, served
}

func graphsProperty(t *testing.T, graphs ...string) json.RawMessage {
	t.Helper()
	return json.RawMessage(`{"ten":{"predefined_graphs":[` + strings.Join(graphs, ",") + `]}}`)
}

const autoGraph = `{"name":"main","auto_start":true,"graph":{"nodes":[{"type":"extension","name":"a","addon":"adder","extension_group":"g"}]}}`

func TestProgramOpensAnApp(t *testing.T) {
	p, log, _ := newProgram(t)
	w := enginetest.Watch(log)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: graphsProperty(t, autoGraph)})
	create := p.expect(wire.Create)
	if c := body[wire.CreateBody](p, create); c.App != 1 || c.Addon != "adder" || c.Name != "a" || c.Graph != "main" || c.Group != "g" {
		t.Errorf("CREATE %+v", c)
	}
	p.json(wire.Created, create.Node, wire.CreatedBody{})
	p.expect(wire.AppInit)
	p.write(wire.AppendFrame(nil, wire.AppInitDone, 0, 1, nil))
	for _, stage := range []string{"init", "start"} { // configure was asked for before APP_INIT
		p.json(wire.StageDone, create.Node, wire.StageDoneBody{Stage: map[string]string{"init": "configure", "start": "init"}[stage]})
		if b := body[wire.StageBody](p, p.expect(wire.Stage)); b.Stage != stage {
			t.Fatalf("stage %s, want %s", b.Stage, stage)
		}
	}
	p.json(wire.StageDone, create.Node, wire.StageDoneBody{Stage: "start"})
	w.Expect(t, "extension = a and state = running")
	p.write(wire.AppendFrame(nil, wire.AppClose, 0, 1, nil))
	p.takeDown(create.Node)
	p.expect(wire.AppDeinit)
	p.write(wire.AppendFrame(nil, wire.AppDeinitDone, 0, 1, nil))
	if got := body[wire.AppClosedBody](p, p.expect(wire.AppClosed)); got.Error != "" {
		t.Errorf("APP_CLOSED says %q", got.Error)
	}
}

func TestProgramsGraphThatFailsClosesItsApp(t *testing.T) {
	p, _, _ := newProgram(t)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: graphsProperty(t, autoGraph)})
	p.json(wire.Created, p.expect(wire.Create).Node, wire.CreatedBody{Error: "no addon adder"})
	p.expect(wire.AppInit)
	p.write(wire.AppendFrame(nil, wire.AppInitDone, 0, 1, nil))
	p.expect(wire.AppDeinit)
	p.write(wire.AppendFrame(nil, wire.AppDeinitDone, 0, 1, nil))
	if got := body[wire.AppClosedBody](p, p.expect(wire.AppClosed)); !strings.Contains(got.Error, "no addon adder") {
		t.Errorf("APP_CLOSED says %q", got.Error)
	}
}

func TestProgramsBadGraphIsAnError(t *testing.T) {
	p, _, _ := newProgram(t)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: graphsProperty(t, `{"name":"main","auto_start":true,"graph":{"nodes":[{"type":"extension"}]}}`)})
	if got := body[wire.AppClosedBody](p, p.expect(wire.AppClosed)); got.Error == "" {
		t.Error("APP_CLOSED without an error")
	}
}

func TestTesterIsThePeerOfItsGraph(t *testing.T) {
	p, _, _ := newProgram(t)
	g := json.RawMessage(`{"nodes":[{"type":"extension","name":"tester","addon":"t"},{"type":"extension","name":"a","addon":"x"}]}`)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: json.RawMessage("{}"), Graph: g, Peer: "tester"})
	tester := p.expect(wire.Create).Node
	p.json(wire.Created, tester, wire.CreatedBody{})
	other := p.expect(wire.Create).Node
	p.json(wire.Created, other, wire.CreatedBody{})
	for range 6 { // both nodes are asked for each of three stages, in whatever order
		f := p.expect(wire.Stage)
		p.json(wire.StageDone, f.Node, wire.StageDoneBody{Stage: body[wire.StageBody](p, f).Stage})
	}
	p.sendFrom(tester, 1, msg.NewCmd("ask"))
	d := p.expect(wire.Deliver)
	if d.Node != other {
		t.Errorf("the tester's command went to node %d", d.Node)
	}
	m := msg.NewData("out", nil)
	m.SetDests(msg.Loc{Extension: "anybody"})
	p.sendFrom(other, 0, m)
	if d := p.expect(wire.Deliver); d.Node != tester {
		t.Errorf("what the extension sent went to node %d, not to the tester", d.Node)
	}
}

func TestProgramStartsAGraphWhileItsReaderIsFree(t *testing.T) {
	p, _, _ := newProgram(t)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: json.RawMessage(`{"ten":{"long_running_mode":true}}`)})
	p.expect(wire.AppInit)
	p.write(wire.AppendFrame(nil, wire.AppInitDone, 0, 1, nil))
	cmd := msg.NewCmd("ten:start_graph")
	cmd.SetDests(msg.Loc{})
	_ = cmd.Set("ten.graph_json", `{"nodes":[{"type":"extension","name":"a","addon":"x"}]}`)
	frame, err := wire.AppendSend(nil, wire.FlagApp, 1, &wire.SendFrame{Token: 5, Message: cmd})
	if err != nil {
		t.Fatal(err)
	}
	p.write(frame)
	p.json(wire.Created, p.expect(wire.Create).Node, wire.CreatedBody{})
	f := p.expect(wire.Result)
	r, err := wire.DecodeResult(f)
	if err != nil || f.Flags&wire.FlagApp == 0 || f.Node != 1 || r.Token != 5 || r.Status != msg.OK {
		t.Errorf("result %+v, %v", r, err)
	}
	if _, ok := r.Properties.Lookup("graph_id"); !ok {
		t.Errorf("result without a graph_id: %s", &r.Properties)
	}
}
