package now

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine/diagnose"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// nine is a run of nine extensions; the last but one has lost a command a second after the start.
func nine() *tuitest.Run {
	names := []string{"a", "b", "c", "d", "e", "f", "g", "lossy", "z"}
	r := tuitest.NewRun("g", names...)
	for _, n := range names {
		r.Up(0, n, time.Millisecond, time.Millisecond, time.Millisecond)
	}
	r.Send(tuitest.Cmd{At: time.Second, From: "a", To: "lossy", Name: "ask", Handling: time.Millisecond, Lost: true})
	return r
}

// rows are the names of the extensions that are drawn, with their signs.
func rows(m *Model) (all []string) {
	_, v, _ := strings.Cut(m.View(), " EXTENSION")
	for _, l := range strings.Split(v, "\n")[1:] {
		f := regexp.MustCompile(`^[ ▌](\S) (\S+) `).FindStringSubmatch(l)
		if f == nil {
			break
		}
		all = append(all, f[1]+f[2])
	}
	return all
}

func TestAnExtensionWithAProblemHasTheSignOfIt(t *testing.T) {
	r := nine()
	m := screen(r, 500*time.Millisecond, 120, 31)
	if got := rows(m); len(got) != 9 || got[7] != "●lossy" {
		t.Errorf("before anything went wrong the rows are %v", got)
	}
	m.Update(r.Advance(m.c, 5*time.Second))
	if got := rows(m); len(got) != 9 || got[7] != "✗lossy" || got[6] != "●g" {
		t.Errorf("lossy has lost a command, and the rows are %v", got)
	}
	m.selected, m.moved = nodeItem(m.c.Store.Node("lossy")), true
	if s := m.Status(); !strings.Contains(s, "running for") || !strings.Contains(s, "has a problem") {
		t.Errorf("the status of lossy says %q", s)
	}
	m.c.Store.Mute(m.c.Store.Problems()[0].Key, true)
	m.refresh()
	if got := rows(m); got[7] != "●lossy" {
		t.Errorf("its problem is muted, and the rows are %v", got)
	}
}

func TestWhoHasAProblemIsNotCutOff(t *testing.T) {
	r := nine()
	m := screen(r, 500*time.Millisecond, 80, 10)
	healthy := rows(m)
	if len(healthy) >= 8 || healthy[0] != "●a" {
		t.Fatalf("before anything went wrong the rows are %v", healthy)
	}
	m.selected, m.moved = nodeItem(m.c.Store.Node("c")), true
	m.Update(r.Advance(m.c, 5*time.Second))
	if got := rows(m); got[0] != "✗lossy" || !slices.Equal(got[1:4], []string{"●a", "●b", "●c"}) {
		t.Errorf("the rows are %v", got)
	}
	if m.node() == nil || m.node().Name() != "c" || !strings.Contains(m.View(), "▌● c ") {
		t.Errorf("the selection went from c to %+v:\n%s", m.node(), m.View())
	}
	tuitest.Press(m, "k", "k", "k")
	if m.node().Name() != "lossy" {
		t.Errorf("three rows above c is %s", m.node().Name())
	}
	m.SetSize(120, 31)
	if got := rows(m); len(got) != 9 || got[7] != "✗lossy" {
		t.Errorf("with room for all the rows are %v", got)
	}
}

func TestTheOnlyProblemSaysThatItIs(t *testing.T) {
	m := screen(nine(), 5*time.Second, 120, 31)
	if n := len(m.c.Store.Problems()); n != 1 {
		t.Fatalf("%d problems", n)
	}
	if cmd := m.Update(ui.NextProblemMsg{}); cmd != nil {
		t.Errorf("who comes from another screen is told %v", cmd())
	}
	cmd := m.Update(ui.NextProblemMsg{Seen: true})
	if cmd == nil {
		t.Fatal("! says nothing")
	}
	if toast, ok := cmd().(ui.ToastMsg); !ok || !strings.HasPrefix(toast.Text, "This is the only problem: w says why") {
		t.Errorf("! says %+v", toast)
	}
}

// A long rule takes no other row's columns away, and nothing of it is cut.
func TestALongRuleKeepsTheColumns(t *testing.T) {
	for _, w := range []int{80, 120} {
		r := nine()
		r.Add(2*time.Second, trace.Event{Kind: trace.Lint, Rule: trace.Intern("property-misspelt"), Level: trace.Warn, Extension: trace.Intern("c"), Detail: "it is"})
		r.Add(2*time.Second, trace.Event{Kind: trace.Lint, Rule: trace.Intern("queue-full"), Level: trace.Warn, Extension: trace.Intern("d"), Detail: "it is"})
		v := screen(r, 5*time.Second, w, 19).View()
		if !strings.Contains(v, "✗ returned no resu… ask ") || !strings.Contains(v, "property misspelt c ") || !strings.Contains(v, "queue full        d ") {
			t.Errorf("%d columns:\n%s", w, v)
		}
	}
}

// From the first screen the keys are ! w o: the first ! means the worst problem, also where it is selected and seen already.
func TestTheFirstProblemAskedForIsTheWorst(t *testing.T) {
	for _, seen := range []bool{true, false} {
		m := screen(troubled(), 6*time.Second, 120, 31)
		cmd := m.Update(ui.NextProblemMsg{Seen: seen})
		if p := m.selectedProblem(); m.index() != 0 || p == nil || p.Level != trace.Error.String() {
			t.Errorf("with Now shown %v the first ! selects problem %d, %+v", seen, m.index()+1, p)
		}
		if !seen {
			continue
		}
		if cmd == nil {
			t.Fatal("the first ! changes nothing and says nothing")
		}
		if toast, ok := cmd().(ui.ToastMsg); !ok || toast.Text != "This is the worst problem: w says why, ! again goes to the next." {
			t.Errorf("! says %+v", toast)
		}
		if cmd := m.Update(ui.NextProblemMsg{Seen: true}); cmd != nil || m.index() != 1 {
			t.Errorf("the second ! selects problem %d", m.index()+1)
		}
	}
}

// A problem that comes while a remark far below is selected is seen: the worst has its row wherever the selection is.
func TestTheWorstProblemStaysInSight(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	r := tuitest.NewRun("g", names...)
	for _, n := range names {
		took := r.Up(0, n, time.Millisecond, time.Second, time.Millisecond)
		r.Add(took, trace.Event{Kind: trace.Lint, Level: trace.Info, Rule: trace.Intern("slow-stage"), Extension: trace.Intern(n), Detail: "on_init took a second."})
	}
	r.Send(tuitest.Cmd{At: 5 * time.Second, From: "a", To: "b", Name: "ask", Handling: time.Millisecond, Lost: true})
	r.Send(tuitest.Cmd{At: 7 * time.Second, From: "a", To: "b", Name: "ask", Handling: time.Millisecond, Lost: true})
	m := screen(r, 4*time.Second, 80, 19)
	all := m.c.Store.Problems()
	if len(all) <= m.layout.problems {
		t.Fatalf("%d problems have %d rows", len(all), m.layout.problems)
	}
	tuitest.Press(m, "!")
	m.move(len(all) - 1)
	m.Update(r.Advance(m.c, 19*time.Second))
	v := m.View()
	if lost, chosen := strings.Index(v, " ask ×2  "), strings.Index(v, "▌"); lost < 0 || chosen < lost {
		t.Errorf("the worst problem is not above the selected one:\n%s", v)
	}
	if p := m.selectedProblem(); p == nil || p.Rule != "slow-stage" {
		t.Errorf("selected is %+v", p)
	}
	if hidden := len(m.c.Store.Problems()) - m.layout.problems; hidden <= 0 || !strings.Contains(v, fmt.Sprintf(" %d more \n", hidden)) {
		t.Errorf("it does not say that %d are hidden:\n%s", hidden, v)
	}
	if got := regexp.MustCompile(` ask ×2  .* ([0-9.]+)s \n`).FindStringSubmatch(v); got == nil || got[1] != "14.0" {
		t.Errorf("it is not as old as the oldest of its commands: %q\n%s", got, v)
	}
}

func TestWhatIsOverSaysHowItEnded(t *testing.T) {
	for want, p := range map[string]diagnose.Problem{
		"is over: it was answered in the end":                                   {Rule: diagnose.AnsweredLate, Why: "it waited in the mailbox", Ended: true, IDs: []uint64{1}},
		"is over: the engine answered it, as its process was killed by SIGKILL": {Rule: diagnose.HostDead, Why: "its process was killed by SIGKILL", Ended: true, IDs: []uint64{1}},
		"its handler returned":                                                  {Rule: diagnose.Lost, Why: "its handler returned", IDs: []uint64{1}},
	} {
		if got := brief(&p); got != want {
			t.Errorf("%s: %q, want %q", p.Rule, got, want)
		}
	}
}

// What is cut off is not the slowest to start either, unless only those with a problem have rows.
func TestTheSlowestToStartIsNotCutOff(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}
	r := tuitest.NewRun("g", names...)
	for _, n := range names {
		start := time.Millisecond
		if n == "h" {
			start = 40 * time.Millisecond
		}
		r.Up(0, n, time.Millisecond, time.Millisecond, start)
	}
	m := screen(r, time.Second, 80, 10)
	got := rows(m)
	if n := m.layout.nodes; n < 2 || n > 7 || got[n-1] != "●h" || !slices.Equal(got[:n-1], []string{"●a", "●b", "●c", "●d", "●e", "●f"}[:n-1]) {
		t.Errorf("of %d rows: %v", n, got)
	}
	if m.SetSize(120, 31); rows(m)[7] != "●h" {
		t.Errorf("with room for all the rows are %v", rows(m))
	}
}

// What a rule of the gate dropped its receiver never got: nothing is wrong with it.
func TestWhatWasDroppedIsNotItsReceiversTrouble(t *testing.T) {
	for rule, want := range map[string]trace.Level{"dropped": 0, "lost": trace.Error} {
		r := tuitest.NewRun("g", "a", "b")
		id := r.Send(tuitest.Cmd{From: "a", To: "b", Name: "ask", Handling: time.Millisecond, Lost: rule == "lost"})
		if rule == "dropped" {
			r.Add(time.Millisecond, trace.Event{Kind: trace.Dropped, Type: msg.KindCmd, ID: id, Name: trace.Intern("ask"), From: trace.Intern("a"), To: trace.Intern("b"),
				Extension: trace.Intern("b"), Debtor: trace.DebtorNobody, Rule: trace.Intern("drop-1")})
			r.Add(2*time.Second, trace.Event{Kind: trace.Lint, Type: msg.KindCmd, ID: id, Name: trace.Intern("ask"), From: trace.Intern("a"), To: trace.Intern("b"),
				Extension: trace.Intern("b"), Level: trace.Warn, Rule: trace.Intern("unanswered"), Debtor: trace.DebtorNobody})
		}
		m := screen(r, 5*time.Second, 120, 31)
		if got := m.trouble(m.c.Store.Node("b")); got != want || len(m.c.Store.Problems()) == 0 {
			t.Errorf("%s: the trouble is %v, want %v; %d problems", rule, got, want, len(m.c.Store.Problems()))
		}
	}
}
