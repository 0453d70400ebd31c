package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// addRule puts a rule into force.
func addRule(t testing.TB, app *engine.App, r trace.GateRule) string {
	t.Helper()
	made, err := app.AddGateRule(r)
	if err != nil {
		t.Fatal(err)
	}
	return made.Name
}

func hold(t testing.TB, app *engine.App, filter string) string {
	t.Helper()
	return addRule(t, app, trace.GateRule{Action: trace.GateHold, Filter: filter})
}

// post injects a message and does not wait for its answer.
func post(t testing.TB, app *engine.App, m msg.Message, to string) uint64 {
	t.Helper()
	m.SetDests(msg.Loc{Extension: to})
	id, err := app.Inject(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// awaitResult waits for the final result of a command.
func awaitResult(t testing.TB, app *engine.App, id uint64) trace.Event {
	t.Helper()
	return awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Result && e.Final && e.ID == id })
}

// greet answers with the name it was given.
func greet(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	v, _ := cmd.Get("name")
	res := msg.NewResult(msg.OK, cmd)
	_ = res.Set("text", v)
	_ = env.ReturnResult(ctx, res)
}

func named(name, value string) *msg.Cmd {
	cmd := msg.NewCmd(name)
	_ = cmd.Set("name", value)
	return cmd
}

func TestTheGateHoldsAndLetsGo(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: answer}}, engine.Options{})
	name := hold(t, app, "cmd and name = stop")
	id := post(t, app, msg.NewCmd("stop"), "a")
	if res := inject(t, app, msg.NewCmd("go"), "a"); res.Status != msg.OK {
		t.Errorf("go: %v", res.Status)
	}
	if p := app.Snapshot().Paths; len(p) != 1 || p[0].Debtor != "held" {
		t.Errorf("paths %+v", p)
	}
	if h := app.Held(); len(h) != 1 || h[0].ID != id || h[0].Rule != name || h[0].From != msg.BenchName || h[0].To != "a" || h[0].Due != 0 {
		t.Errorf("held %+v", h)
	}
	if r := app.GateRules(); len(r) != 1 || r[0].Seen != 1 || r[0].Hit != 1 {
		t.Errorf("rules %+v", r)
	}
	if err := app.Release(id); err != nil {
		t.Error(err)
	}
	if err := app.Release(id); err == nil {
		t.Error("it was let go twice")
	}
	if res := awaitResult(t, app, id); res.By != trace.ByHandler {
		t.Errorf("answered by %v", res.By)
	}
	var kinds []string
	for _, e := range eventsOf(app, id)[:5] { // the handler's end and the hand-over of its result come in either order
		kinds = append(kinds, e.Kind.String()+" "+e.Debtor.String())
	}
	if got := strings.Join(kinds, ", "); got != "inject , sent queue, held held, released queue, delivered handler" {
		t.Errorf("events: %s", got)
	}
}

// eventsOf returns the events of one message.
func eventsOf(app *engine.App, id uint64) (out []trace.Event) {
	app.Log().Flush()
	r := app.Log().NewReader()
	var buf [1]trace.Event
	for r.Next(buf[:]) > 0 {
		if buf[0].ID == id {
			out = append(out, buf[0])
		}
	}
	return out
}

func TestAHeldCommandEditedAndLetGoChangesTheAnswer(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: greet}}, engine.Options{})
	hold(t, app, "cmd and prop.name = Ada")
	id := post(t, app, named("hello", "Ada"), "a")
	if err := app.EditHeld(id, []byte(`{"name":`)); err == nil {
		t.Error("half an object was taken")
	}
	if err := app.EditHeld(id, []byte(`["name"]`)); err == nil {
		t.Error("an array was taken")
	}
	if err := app.EditHeld(id, []byte(`{"name":"Grace"}`)); err != nil {
		t.Fatal(err)
	}
	if h := app.Held(); len(h) != 1 || !h[0].Edited || string(h[0].Property) != `{"name":"Grace"}` {
		t.Errorf("held %+v", h)
	}
	if n := app.ReleaseAll(); n != 1 {
		t.Errorf("%d were let go", n)
	}
	if res := awaitResult(t, app, id); string(res.Property) != `{"text":"Grace"}` {
		t.Errorf("the answer is %s", res.Property)
	}
	for _, e := range eventsOf(app, id) {
		if e.Kind == trace.Released && string(e.Property) != `{"name":"Grace"}` {
			t.Errorf("released with %s", e.Property)
		}
	}
}

func TestAnEditKeepsSecretsAndTypesThatItDoesNotTouch(t *testing.T) {
	var got msg.Object
	app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		got = cmd.Properties().Share()
		answer(ctx, env, cmd)
	}}}, engine.Options{Secrets: []string{"*key*"}})
	hold(t, app, "")
	cmd := msg.NewCmd("x")
	for path, v := range map[string]any{"api.key": "sesame", "api.n": int32(7), "f": 1.0, "list[0]": int8(3)} {
		if err := cmd.Set(path, v); err != nil {
			t.Fatal(err)
		}
	}
	id := post(t, app, cmd, "a")
	shown := string(app.Held()[0].Property)
	if strings.Contains(shown, "sesame") {
		t.Fatalf("the list shows %s", shown)
	}
	if err := app.EditHeld(id, []byte(strings.Replace(shown, "7", "8", 1))); err != nil {
		t.Fatal(err)
	}
	app.ReleaseAll()
	awaitResult(t, app, id)
	key, _ := got.Get("api.key")
	n, _ := got.Get("api.n")
	list, _ := got.Get("list[0]")
	if s, _ := key.Str(); s != "sesame" || n.Type() != msg.Int64Type || list.Type() != msg.Int8Type {
		t.Errorf("it received %s, n is %v, list[0] %v", got.AppendJSON(nil), n.Type(), list.Type())
	}
}

func TestAHeldCommandIsAnsweredByHand(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: answer, data: func(context.Context, engine.Env, *msg.Data) {}}}, engine.Options{})
	hold(t, app, "cmd or data")
	id := post(t, app, msg.NewCmd("x"), "a")
	tick := post(t, app, msg.NewData("tick", nil), "a")
	if err := app.AnswerHeld(tick, msg.OK, nil); err == nil {
		t.Error("data was answered")
	}
	if err := app.AnswerHeld(id, msg.Error, []byte(`{"detail":"not today"}`)); err != nil {
		t.Fatal(err)
	}
	res := awaitResult(t, app, id)
	if res.By != trace.ByGate || res.Status != msg.Error || string(res.Property) != `{"detail":"not today"}` {
		t.Errorf("answered by %v: %v %s", res.By, res.Status, res.Property)
	}
	if h := app.Held(); len(h) != 1 || h[0].ID != tick {
		t.Errorf("held %+v", h)
	}
}

func TestADroppedCommandStaysOpenAndNobodyOwesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _ := start(t, scripts{"a": {cmd: answer}}, engine.Options{PathTimeout: 10 * time.Second})
		name := addRule(t, app, trace.GateRule{Action: trace.GateDrop, Filter: "cmd and name = x"})
		id := post(t, app, msg.NewCmd("x"), "a")
		synctest.Wait()
		if p := app.Snapshot().Paths; len(p) != 1 || p[0].Debtor != "nobody" {
			t.Errorf("paths %+v", p)
		}
		dropped := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Dropped })
		if dropped.ID != id || dropped.Rule.String() != name || dropped.Debtor != trace.DebtorNobody || !strings.Contains(dropped.Detail, "cmd and name = x") {
			t.Errorf("dropped %+v", dropped)
		}
		if res := awaitResult(t, app, id); res.By != trace.ByTimeout {
			t.Errorf("answered by %v", res.By)
		}
		if got := lints(app); !slices.Equal(got, []string{"unanswered"}) {
			t.Errorf("lints %v", got)
		} else if text := events(app, trace.Lint)[0].Detail; !strings.Contains(text, "was dropped on its way to a") {
			t.Errorf("it is told as %q", text)
		}
		app.Close()
	})
}

// Who never got a command is not said to have left it without an answer.
func TestAHeldCommandThatIsOldIsToldAsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _ := start(t, scripts{"a": {cmd: answer}}, engine.Options{})
		hold(t, app, "name = x")
		post(t, app, msg.NewCmd("x"), "a")
		told := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Lint })
		if told.Rule.String() != "unanswered" || !strings.Contains(told.Detail, "to a is held in the gate, and ") {
			t.Errorf("%s: %q", told.Rule, told.Detail)
		}
		app.Close()
	})
}

func TestADroppedCommandIsAnsweredWhenLossesAre(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: answer}}, engine.Options{AnswerLost: true})
	addRule(t, app, trace.GateRule{Action: trace.GateDrop})
	if res := inject(t, app, msg.NewCmd("x"), "a"); res.By != trace.ByLost {
		t.Errorf("answered by %v", res.By)
	}
}

func TestAShareIsDroppedTheSameForTheSameSeed(t *testing.T) {
	which := func(seed uint64) string {
		app, _ := start(t, scripts{"a": {cmd: answer}}, engine.Options{})
		addRule(t, app, trace.GateRule{Action: trace.GateDrop, Filter: "cmd and to = a", Share: 0.3, Seed: seed})
		var kept strings.Builder
		for range 400 {
			kept.WriteString(map[bool]string{true: "+", false: "-"}[dropped(app, post(t, app, msg.NewCmd("x"), "a"))])
		}
		r := app.GateRules()[0]
		if r.Seen != 400 || int(r.Hit) != strings.Count(kept.String(), "+") {
			t.Errorf("the rule counts %d of %d, %d were dropped", r.Hit, r.Seen, strings.Count(kept.String(), "+"))
		}
		if r.Hit < 80 || r.Hit > 160 {
			t.Errorf("%d of 400 are not 30%%", r.Hit)
		}
		return kept.String()
	}
	if a, b := which(7), which(7); a != b {
		t.Errorf("one seed dropped\n%s\nand\n%s", a, b)
	}
	if which(7) == which(8) {
		t.Error("two seeds dropped the same")
	}
}

func dropped(app *engine.App, id uint64) bool {
	return slices.ContainsFunc(app.Snapshot().Paths, func(p trace.OpenPath) bool { return p.ID == id && p.Debtor == "nobody" })
}

func TestAFaultRuleAnswersInPlaceOfTheReceiver(t *testing.T) {
	got := make(chan string, 1)
	app, _ := start(t, scripts{"a": {cmd: answer, data: func(context.Context, engine.Env, *msg.Data) { got <- "data" }}}, engine.Options{})
	name := addRule(t, app, trace.GateRule{Action: trace.GateAnswer, Filter: "to = a", Detail: "no such city"})
	res := inject(t, app, msg.NewCmd("x"), "a")
	if res.By != trace.ByGate || res.Status != msg.Error || string(res.Property) != `{"detail":"no such city"}` || res.Rule.String() != name {
		t.Errorf("answered by %v, the rule %q: %s", res.By, res.Rule, res.Property)
	}
	post(t, app, msg.NewData("tick", nil), "a")
	<-got
	if err := app.SetGateRule(name, false); err != nil {
		t.Fatal(err)
	}
	if res := inject(t, app, msg.NewCmd("x"), "a"); res.By != trace.ByHandler || res.Rule != 0 {
		t.Errorf("with the rule off: answered by %v, the rule %q", res.By, res.Rule)
	}
	if err := app.RemoveGateRule(name); err != nil || len(app.GateRules()) != 0 {
		t.Errorf("removed: %v, left %v", err, app.GateRules())
	}
	if app.SetGateRule(name, true) == nil || app.RemoveGateRule(name) == nil {
		t.Error("a rule that is gone was found")
	}
	var said []string
	for _, e := range events(app, trace.Fault) {
		said = append(said, e.Detail)
	}
	if want := []string{`set: answer error "no such city" to = a`, `off: answer error "no such city" to = a`, `removed: answer error "no such city" to = a`}; !slices.Equal(said, want) {
		t.Errorf("said %q", said)
	}
}

func TestADelayedMessageThatIsKeptWaitsForSomebody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _ := start(t, scripts{"a": {cmd: answer}}, engine.Options{})
		addRule(t, app, trace.GateRule{Action: trace.GateDelay, Filter: "cmd", Delay: time.Second})
		kept, gone := post(t, app, msg.NewCmd("x"), "a"), post(t, app, msg.NewCmd("x"), "a")
		for range 2 {
			if err := app.KeepHeld(kept); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if h := app.Held(); len(h) != 1 || h[0].ID != kept || h[0].Due != 0 {
			t.Errorf("held %+v", h)
		}
		if err := app.KeepHeld(gone); err == nil {
			t.Error("one that went was kept")
		}
		if err := app.Release(kept); err != nil {
			t.Error(err)
		}
		if res := awaitResult(t, app, kept); res.By != trace.ByHandler {
			t.Errorf("answered by %v", res.By)
		}
		app.Close()
	})
}

func TestARuleAnswersOKWithProperties(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: answer}}, engine.Options{Secrets: []string{"*token*"}})
	addRule(t, app, trace.GateRule{Action: trace.GateAnswer, Filter: "name = x", OK: true, Detail: "here", Property: `{"temp":21,"token":"swordfish"}`})
	addRule(t, app, trace.GateRule{Action: trace.GateAnswer, Filter: "name = y", Property: `{"code":4}`})
	for range 2 {
		res := inject(t, app, msg.NewCmd("x"), "a")
		if res.By != trace.ByGate || res.Status != msg.OK || string(res.Property) != `{"detail":"here","temp":21,"token":"********"}` {
			t.Errorf("x is answered %v by %v: %s", res.Status, res.By, res.Property)
		}
		if want := `answer-1: answer ok "here" {"temp":21,"token":"********"} name = x`; res.Detail != want {
			t.Errorf("the log says %s, not %s", res.Detail, want)
		}
	}
	if res := inject(t, app, msg.NewCmd("y"), "a"); res.Status != msg.Error || string(res.Property) != `{"code":4}` {
		t.Errorf("y is answered %v: %s", res.Status, res.Property)
	}
	if _, err := app.AddGateRule(trace.GateRule{Action: trace.GateAnswer, Property: `[1]`}); err == nil {
		t.Error("properties that are no object were taken")
	}
}

// numbers keeps the order in which numbered data arrives.
type numbers struct {
	mu  sync.Mutex
	got []int64
	at  []time.Duration
}

func (n *numbers) script(began time.Time) *script {
	return &script{data: func(_ context.Context, _ engine.Env, d *msg.Data) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.got, n.at = append(n.got, integer(d, "n")), append(n.at, time.Since(began))
	}}
}

func datum(n int) *msg.Data {
	d := msg.NewData("n", nil)
	_ = d.Set("n", n)
	return d
}

func TestADelayKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n numbers
		app, _ := start(t, scripts{"a": n.script(time.Now())}, engine.Options{})
		name := addRule(t, app, trace.GateRule{Action: trace.GateDelay, Filter: "data and prop.n < 100", Delay: 200 * time.Millisecond})
		for i := range 50 {
			post(t, app, datum(i), "a")
			time.Sleep(time.Millisecond)
		}
		post(t, app, datum(100), "a")
		synctest.Wait()
		if len(n.got) != 1 || n.got[0] != 100 {
			t.Fatalf("what the filter does not name waits too: %v", n.got)
		}
		if h := app.Held(); len(h) != 50 || h[0].Due-h[0].Since != int64(200*time.Millisecond) || h[0].Rule != name {
			t.Errorf("%d are delayed, the first is %+v", len(h), h[0])
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(n.got) != 51 || !slices.IsSorted(n.got[1:]) {
			t.Errorf("they arrived as %v", n.got)
		}
		for i, at := range n.at[1:] {
			if want := 200*time.Millisecond + time.Duration(i)*time.Millisecond; at < want || at > want+2*time.Millisecond {
				t.Errorf("number %d came after %s", i, at)
			}
		}
		post(t, app, datum(1), "a")
		post(t, app, datum(2), "a")
		if err := app.RemoveGateRule(name); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if len(n.got) != 53 || !slices.Equal(n.got[51:], []int64{1, 2}) {
			t.Errorf("without the rule they do not go on at once: %v", n.got[51:])
		}
		app.Close()
	})
}

func TestAFullGateLetsTheOldestGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n numbers
		app, _ := start(t, scripts{"a": n.script(time.Now())}, engine.Options{Queue: 5})
		hold(t, app, "data")
		for i := range 8 {
			post(t, app, datum(i), "a")
		}
		synctest.Wait()
		if !slices.Equal(n.got, []int64{0, 1, 2}) || len(app.Held()) != 5 {
			t.Errorf("%v went on, %d are held", n.got, len(app.Held()))
		}
		app.ReleaseAll()
		synctest.Wait()
		if len(n.got) != 8 || !slices.IsSorted(n.got) {
			t.Errorf("they arrived as %v", n.got)
		}
		app.Close()
	})
}

func TestHeldMessagesOutliveARestartOfTheirReceiver(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: greet}}, engine.Options{})
	hold(t, app, "cmd and name = x")
	id := post(t, app, named("x", "Ada"), "a")
	if err := app.Restart(context.Background(), "test", "a"); err != nil {
		t.Fatal(err)
	}
	if h := app.Held(); len(h) != 1 || h[0].Answered {
		t.Fatalf("held %+v", h)
	}
	if err := app.Release(id); err != nil {
		t.Fatal(err)
	}
	if res := awaitResult(t, app, id); res.By != trace.ByHandler || string(res.Property) != `{"text":"Ada"}` {
		t.Errorf("answered by %v: %s", res.By, res.Property)
	}
}

func TestWhatIsHeldForOneThatEndsIsAnsweredWithTheReason(t *testing.T) {
	for name, end := range map[string]func(*engine.App) error{
		"stop": func(app *engine.App) error { app.Close(); return nil },
		"removal": func(app *engine.App) error {
			s := scripts{"b": {}}
			_, err := app.Apply(context.Background(), s.graph())
			return err
		},
		"failure": func(app *engine.App) error {
			_, err := app.Inject(context.Background(), addressed(msg.NewCmd("panic"), "a"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			app, _ := start(t, scripts{"a": {cmd: func(context.Context, engine.Env, *msg.Cmd) { panic("as asked") }}, "b": {}}, engine.Options{})
			hold(t, app, "name = x or name = tick")
			id := post(t, app, msg.NewCmd("x"), "a")
			tick := post(t, app, msg.NewData("tick", nil), "a")
			if err := end(app); err != nil {
				t.Fatal(err)
			}
			awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Dropped && e.ID == tick })
			if res := awaitResult(t, app, id); res.By != trace.ByEngine || !strings.Contains(res.Detail, "held in the gate") {
				t.Errorf("answered by %v, %q", res.By, res.Detail)
			}
			if h := app.Held(); len(h) != 0 {
				t.Errorf("still held: %+v", h)
			}
			for _, id := range []uint64{id, tick} {
				var in, out int
				for _, e := range eventsOf(app, id) {
					switch e.Kind {
					case trace.Held:
						in++
					case trace.Released:
						out++
					}
				}
				if in != 1 || out != 1 {
					t.Errorf("#%d went %d times into the gate and %d times out", id, in, out)
				}
			}
		})
	}
}

func TestAHeldCommandOutlivesItsSender(t *testing.T) {
	received := make(chan string, 4)
	app, _ := start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "send", func(ctx context.Context) error {
				_, err := env.SendCmd(ctx, named("x", "Ada"))
				return err
			})
			return nil
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			received <- cmd.Name()
			answer(ctx, env, cmd)
		}},
	}, engine.Options{LongRunning: true}, wire(msg.KindCmd, "a", "x", "b"))
	<-received // the first of a's lives
	name := hold(t, app, "cmd and name = x")
	if err := app.Restart(context.Background(), "test", "a"); err != nil {
		t.Fatal(err)
	}
	held := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Held })
	if err := app.SetGateRule(name, false); err != nil {
		t.Fatal(err)
	}
	if err := app.Restart(context.Background(), "test", "a"); err != nil { // the sender of what is held is gone
		t.Fatal(err)
	}
	<-received // what its next life sent
	if h := app.Held(); len(h) != 1 || h[0].ID != held.ID || !h[0].Answered {
		t.Fatalf("held %+v", h)
	}
	if err := app.Release(held.ID); err != nil {
		t.Fatal(err)
	}
	<-received
	if h := app.Held(); len(h) != 0 {
		t.Errorf("held %+v", h)
	}
}

func TestWrongRulesAreRefused(t *testing.T) {
	app, _ := start(t, scripts{"a": {}}, engine.Options{})
	var bad *trace.FilterError
	if _, err := app.AddGateRule(trace.GateRule{Action: trace.GateHold, Filter: "cmd and ("}); !errors.As(err, &bad) || bad.Col < 9 {
		t.Errorf("half a filter: %v", err)
	}
	for _, r := range []trace.GateRule{{}, {Action: trace.GateDelay}, {Action: trace.GateDrop, Share: 2}, {Action: trace.GateDrop, Share: -1}} {
		if _, err := app.AddGateRule(r); err == nil {
			t.Errorf("%+v was taken", r)
		}
	}
	if len(app.GateRules()) != 0 {
		t.Errorf("rules %v", app.GateRules())
	}
}

// TestTheGateUnderLoad has everybody at the gate at once; in the end each command was answered once and nothing is left.
func TestTheGateUnderLoad(t *testing.T) {
	const each = 300
	var wg sync.WaitGroup
	begin := make(chan struct{})
	sender := func(ctx context.Context, env engine.Env) error {
		env.Go(ctx, "send", func(ctx context.Context) error {
			_, _, _ = engine.Recv(ctx, env, begin)
			for i := range each {
				cmd := named([]string{"hello", "bye"}[i%2], fmt.Sprint(i))
				if _, err := env.SendCmd(ctx, cmd); err != nil {
					return err
				}
			}
			wg.Done()
			return nil
		})
		return nil
	}
	wg.Add(2)
	app, _ := start(t, scripts{"a": {start: sender}, "b": {start: sender}, "c": {cmd: greet}}, engine.Options{Queue: 20},
		wire(msg.KindCmd, "a", "hello", "c"), wire(msg.KindCmd, "a", "bye", "c"),
		wire(msg.KindCmd, "b", "hello", "c"), wire(msg.KindCmd, "b", "bye", "c"))
	ctx, cancel := context.WithCancel(context.Background())
	var hands sync.WaitGroup
	for i, do := range []func(){
		func() { app.ReleaseAll() },
		func() {
			for _, h := range app.Held() {
				_ = app.EditHeld(h.ID, []byte(`{"name":"edited"}`))
				_ = app.Release(h.ID)
			}
		},
		func() {
			if r, err := app.AddGateRule(trace.GateRule{Action: trace.GateDelay, Filter: "name = bye", Delay: time.Millisecond}); err == nil {
				_ = app.RemoveGateRule(r.Name)
			}
		},
		func() {
			for _, h := range app.Held() {
				_ = app.AnswerHeld(h.ID, msg.OK, nil)
				break
			}
		},
	} {
		hands.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				do()
				time.Sleep(time.Duration(100*(i+1)) * time.Microsecond)
			}
		})
	}
	hold(t, app, "name = hello")
	close(begin)
	wg.Wait()
	cancel()
	hands.Wait()
	snap := app.Snapshot()
	if len(snap.Paths) != 0 || len(app.Held()) != 0 {
		t.Errorf("open %v, held %v", snap.Paths, app.Held())
	}
	finals, in, out := map[uint64]int{}, 0, 0
	for _, ev := range events(app, trace.Result, trace.Held, trace.Released) {
		switch ev.Kind {
		case trace.Result:
			finals[ev.ID]++
		case trace.Held:
			in++
		case trace.Released:
			out++
		}
	}
	if len(finals) != 2*each || in == 0 || in != out {
		t.Errorf("%d commands were answered, %d went in and %d out", len(finals), in, out)
	}
	for id, n := range finals {
		if n != 1 {
			t.Errorf("#%d was answered %d times", id, n)
		}
	}
}
