package trace

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
)

// pieces are put together to names, texts and properties; the filters of these tests look for pieces of them.
var pieces = []string{"needle", "Needle", "NEEDLE", "nee", "dle", "n", "Z", "55", "\u212aelvin", "kelvin", "zoë", "ZOË", " ", "\x7f\x00", "after"}

var needles = []string{
	`needle`, `NEE`, `"needle n"`, `z`, `"55"`, `needle 55 z`, `needle or zoë`, `needle (55 or z)`, `55 and not needle`, `-needle`, `not (needle 55)`,
	`not not needle`, `(needle)`, `kelvin`, `zoë`, `zoë needle`, `data needle`, `(needle or z) kelvin`, `needle after or z 55`, `detail ~ needle`,
	`""`, `"" needle`, `prop.x ~ needle`, `needle pending`, `nothing-has-it`, `after 55 z`, `@all needle`, `@focus needle`, `log needle`,
}

func textOf(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// textEvent is an event of either class, with a detail, a property, names, or none of them.
func textEvent(r *rand.Rand) Event {
	e := Event{Kind: LogLine, Level: Level(1 + r.IntN(4)), ID: r.Uint64N(1 << r.IntN(40)), Mono: r.Int64N(1 << 30)}
	if r.IntN(2) == 0 {
		e.Kind, e.Type, e.Bytes = Sent, msg.KindCmd+msg.Kind(r.IntN(3)), 55
	}
	if r.IntN(2) == 0 {
		e.Detail = textOf(r)
	}
	if r.IntN(3) == 0 {
		e.Property = fmt.Appendf(nil, `{"x":%q}`, textOf(r)+strings.Repeat("filler ", r.IntN(8)*r.IntN(8)*r.IntN(8)))
	}
	for _, s := range []*Sym{&e.Name, &e.From, &e.To, &e.Source} {
		if r.IntN(12) == 0 {
			*s = Intern(textOf(r))
		}
	}
	return e
}

// checkFinderFor makes sure that a finder for a filter leaves out nothing that passes, whatever is known of the command, and changes
// nothing of what it finds. It returns how many it left out.
func checkFinderFor(t *testing.T, f *Filter, found *Finder, events []Event) (left int) {
	t.Helper()
	for i := range events {
		var got Event
		if found.Find(events[i].Seq, &got) {
			if !reflect.DeepEqual(got, events[i]) {
				t.Fatalf("%q: found %+v, want %+v", f, got, events[i])
			}
			continue
		}
		left++
		for _, c := range []*Command{nil, {}, {Finished: true, Status: msg.Error, LatencyNS: 1e9}} {
			if f.Match(&events[i], c) {
				t.Fatalf("%q: event %d passes and is not found: %+v", f, events[i].Seq, events[i])
			}
		}
	}
	return left
}

func TestFinderForLeavesOutOnlyWhatDoesNotPass(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 55))
	l, fill := FromEvents(time.Unix(1_700_000_000, 0))
	for range 20_000 {
		e := textEvent(r)
		fill(&e)
	}
	events := readFrom(l.NewReader())
	left := map[string]int{}
	for _, text := range needles {
		f, err := testSelectors.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		left[text] = checkFinderFor(t, f, l.FinderFor(f), events)
		for from := 0; from < len(events); from += 2048 { // as screens do
			checkFinderFor(t, f, l.FinderFor(f), events[from:min(from+2048, len(events))])
		}
	}
	for text, some := range map[string]bool{`needle`: true, `"55"`: true, `zoë needle`: true, `needle (55 or z)`: true, `(needle or z) kelvin`: true, `needle pending`: true,
		`needle or zoë`: false, `-needle`: false, `not not needle`: false, `zoë`: false, `""`: false, `needle after or z 55`: false} {
		if (left[text] > 1000) != some {
			t.Errorf("%q: %d of %d left out", text, left[text], len(events))
		}
	}
	f, _ := Compile(`nothing-has-it`)
	if n := checkFinderFor(t, f, l.FinderFor(f), events); n != len(events) {
		t.Errorf("of %d events which all lack it %d are left out", len(events), n)
	}
}

// A block is looked through ahead of what is asked for, while events are still added to it.
func TestFinderForFindsWhatCameSince(t *testing.T) {
	for _, text := range needles {
		r := rand.New(rand.NewPCG(7, 77))
		l, fill := FromEvents(time.Unix(1_700_000_000, 0))
		f, err := testSelectors.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		found, read := l.FinderFor(f), l.NewReader()
		for range 500 {
			for range r.IntN(8) {
				e := textEvent(r)
				fill(&e)
			}
			if events := slices.Clone(readFrom(read)); len(events) > 0 {
				checkFinderFor(t, f, found, events[r.IntN(len(events)):])
			}
		}
	}
}

// Where nearly every event has the word, it is not looked for twice for long; where it becomes rare, nothing is lost.
func TestFinderForGivesUpWhereItDoesNotPay(t *testing.T) {
	l, fill := FromEvents(time.Unix(1_700_000_000, 0))
	for i := range 2000 {
		e := Event{Kind: LogLine, Level: Info, Detail: "a Needle"}
		if i%10 == 0 {
			e.Detail = "nothing"
		}
		fill(&e)
	}
	f, err := Compile("needle")
	if err != nil {
		t.Fatal(err)
	}
	found := l.FinderFor(f)
	left := checkFinderFor(t, f, found, readFrom(l.NewReader()))
	if found.worth >= 0 || left > 100 {
		t.Errorf("%d of 200 left out, worth is %d: it never gave up", left, found.worth)
	}
}

func TestNamesOfReadsThoseOfTheBody(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 99))
	for range 5000 {
		e := textEvent(r)
		for _, s := range []*Sym{&e.App, &e.Extension, &e.Name, &e.From, &e.To, &e.Rule} {
			*s = Sym(r.Uint32N(1 << r.IntN(20)))
		}
		body := make([]byte, sizeBody(&e))
		n, _ := encodeBody(body, &e)
		if got := namesOf(body[:n]); got != e.names() {
			t.Fatalf("names are %+v of %+v", got, e)
		}
	}
	var none Event
	body := make([]byte, sizeBody(&none))
	n, _ := encodeBody(body, &none)
	if got := namesOf(body[:n]); got != (nameSet{}) {
		t.Errorf("an event without names has %+v", got)
	}
}

// FuzzFinderFor cuts a text into events, and looks for what any filter asks.
func FuzzFinderFor(f *testing.F) {
	for i, text := range needles {
		f.Add(text, strings.Join(pieces, "needle"), uint8(i))
	}
	f.Fuzz(func(t *testing.T, text, said string, step uint8) {
		filter, err := testSelectors.Compile(text)
		if err != nil {
			return
		}
		l, fill := FromEvents(time.Unix(1_700_000_000, 0))
		for i := 0; i < len(said); {
			n := min(len(said)-i, 1+int(step)+i%7)
			e := Event{Kind: LogLine, Level: Level(1 + i%4), Detail: said[i : i+n]}
			if i%3 == 0 {
				e = Event{Kind: Sent, Type: msg.KindCmd, ID: uint64(i), Property: []byte(said[i : i+n])}
			}
			fill(&e)
			i += n
		}
		checkFinderFor(t, filter, l.FinderFor(filter), readFrom(l.NewReader()))
	})
}

func TestFinderFindsWhatIsThereInSteps(t *testing.T) {
	const n = 6000
	l := filled(t, n)
	for _, step := range []uint64{1, 2, 3, 7, 100, 999} {
		found := l.Finder()
		for seq := uint64(1); seq <= n; seq += step {
			var e Event
			if want, _ := l.At(seq); !found.Find(seq, &e) || e.Seq != seq || !reflect.DeepEqual(e, want) {
				t.Fatalf("in steps of %d, seq %d: %+v, want %+v", step, seq, e, want)
			}
		}
	}
	e := Event{ID: 1}
	if found := l.Finder(); found.Find(0, &e) || found.Find(n+1, &e) || e.ID != 1 {
		t.Errorf("found an event that was never there: %+v", e)
	}
}

func TestFinderFindsWhatCameSince(t *testing.T) {
	l, fill := FromEvents(time.Unix(1_700_000_000, 0))
	found, asked := l.Finder(), uint64(0)
	find := func(seq uint64) bool {
		var e Event
		asked = seq
		return found.Find(seq, &e) && e.Seq == seq
	}
	for seq := uint64(2); seq < 3000; seq += 2 { // with holes, over several blocks of two classes
		e := Event{Seq: seq, Kind: Sent, Type: msg.KindCmd, Detail: strings.Repeat("x", 100)}
		if seq%6 == 0 {
			e.Type = msg.KindData
		}
		if find(seq - 1) {
			t.Fatalf("found %d, which is not there", asked)
		}
		if fill(&e); seq%10 == 0 && !find(seq) {
			t.Fatalf("did not find %d", asked)
		}
	}
}
