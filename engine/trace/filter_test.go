package trace

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
)

// The events and commands that the tests of filters look at.
func filterSubjects() map[string]func() (*Event, *Command) {
	hello := func() *Event {
		return &Event{
			Seq: 9, Mono: 2e9, Kind: Sent, Type: msg.KindCmd, ID: 17, Name: Intern("hello"), Extension: Intern("relay"), From: Intern("relay"),
			To: Intern("greeter"), Bytes: 2048,
			Property: []byte(`{"city":"Berlin","n":12,"big":9007199254740993,"pi":3.5,"ok":true,"no":null,"list":[1,"two",{"x":"deep"}],"o":{"a\"b":1}}`),
		}
	}
	return map[string]func() (*Event, *Command){
		"open": func() (*Event, *Command) {
			return hello(), &Command{ID: 17, Debtor: DebtorChild, WaitsOn: []uint64{18}, Unanswered: true, Held: true}
		},
		"done": func() (*Event, *Command) {
			return hello(), &Command{ID: 17, Finished: true, LatencyNS: 800e6, Status: msg.Error, By: ByTimeout}
		},
		"bare": func() (*Event, *Command) { return hello(), nil },
		"data": func() (*Event, *Command) {
			return &Event{Kind: Held, Type: msg.KindData, Name: Intern("tick"), BufLen: 70_000}, nil
		},
		"result": func() (*Event, *Command) {
			return &Event{Kind: Result, Type: msg.KindResult, ID: 17, Final: true, By: ByHandler, LatencyNS: 1500e3}, nil
		},
		"log": func() (*Event, *Command) {
			return &Event{Kind: LogLine, Level: Warn, Detail: "Timeout after 3 tries: Zoë", Source: Intern("relay/relay.go:9")}, nil
		},
		"failed": func() (*Event, *Command) {
			return &Event{Kind: Transition, State: Failed, StageNS: 3e6, Extension: Intern("relay")}, nil
		},
		"lint": func() (*Event, *Command) {
			return &Event{Kind: Lint, Level: Warn, Rule: Intern("unanswered"), Count: 2}, nil
		},
	}
}

func TestFilter(t *testing.T) {
	for text, want := range map[string]string{
		``:  "bare data done failed lint log open result",
		` `: "bare data done failed lint log open result",

		// Reserved words.
		`cmd`: "bare done open", `data`: "data", `result`: "result", `log`: "log", `audio or video`: "",
		`pending`: "open", `answered`: "done", `unanswered`: "lint open", `held`: "data open", `error`: "done failed",
		`"pending"`: "", `not pending`: "bare data done failed lint log result",

		// The number of a message as screens write it, and a word in the name of who said or did it.
		`#17`: "bare done open result", `"#17"`: "", `#1`: "", `#x`: "", `rela`: "bare done failed open",

		// The example of the design.
		`cmd and (pending or latency > 500ms) and not to = sink and prop.city ~ "Ber"`: "done open",

		// Joining.
		`cmd pending`: "open", `data or cmd pending`: "data open", `(data or cmd) pending`: "open", `cmd -pending`: "bare done",
		`!cmd !data !log`: "failed lint result", `not (cmd or data)`: "failed lint log result", `NOT cmd AND level = warn`: "lint log",
		`not not log`: "log", `-k:cmd - data !log`: "failed lint result",

		// Texts.
		`name = hello`: "bare done open", `name == hell`: "", `name != hello`: "data failed lint log result", `name ~ ELL`: "bare done open",
		`name !~ ell`: "data failed lint log result", `name in (hello, tick)`: "bare data done open", `to in greeter,sink`: "bare done open",
		`detail ~ "3 TRIES"`: "log", `detail ~ zoë`: "log", `detail ~ /time.?out/`: "", `detail ~ /(?i)time.?out \w+ \d/`: "log",
		`detail has timeout`: "log", `source ~ relay.go`: "log", `ext = relay`: "bare done failed open", `detail = ""`: "bare data done failed lint open result",

		// Short forms.
		`k:cmd`: "bare done open", `k:log`: "log", `n:hel`: "bare done open", `f:REL t:greet`: "bare done open", `n:"hello"`: "bare done open",
		`id:17`: "bare done open result", `level:warn`: "lint log",

		// Words.
		`hello`: "bare done open", `berlin`: "bare done open", `timeout`: "log", `Greeter`: "bare done open", `"3 tries"`: "log", `http://x`: "", `tick`: "data",

		// Words of a kind.
		`kind = result`: "result", `kind in (log, lint)`: "lint log", `level >= info`: "lint log", `level > warn`: "", `level < error`: "lint log",
		`state = failed`: "failed", `state >= running`: "failed", `status = error`: "done", `status = ok`: "result", `final = true`: "result", `by = timeout`: "done",
		`by in (handler, timeout)`: "done result", `debtor = child`: "open", `type = data`: "data",

		// Numbers, times and sizes.
		`latency > 500`: "done", `latency_ms <= 1.5ms`: "result", `latency < 1s`: "done result", `latency >= 1500us`: "done result",
		`stage > 2999µs`: "failed", `bytes = 2048`: "bare done open", `bytes >= 2KiB`: "bare done open", `bytes > 2.1kb`: "",
		`buffer.len > 64KiB`: "data", `id = 17`: "bare done open result", `id = #17`: "bare done open result", `id in (1, 17)`: "bare done open result",
		`seq > 8`: "bare done open", `time > 1.5`: "bare done open", `mono_ns = 2s`: "bare done open", `count = 2`: "lint", `latency > -5`: "done result",
		`waits_on has 18`: "open", `waits_on = #19`: "", `rule = unanswered`: "lint",

		// Properties.
		`prop.city = Berlin`: "bare done open", `property.city = berlin`: "", `prop.n = 12`: "bare done open", `prop.n = 12.0`: "bare done open", `prop.n = "12"`: "",
		`prop.n > 11`: "bare done open", `prop.n < 11`: "", `prop.city > 3`: "", `prop.big = 9007199254740993`: "bare done open", `prop.big = 9007199254740992`: "",
		`prop.ok = true`: "bare done open", `prop.no = null`: "bare done open", `prop.list[1] = two`: "bare done open", `prop.list[2].x ~ EE`: "bare done open",
		`prop.list has two`: "bare done open", `prop.list has 3`: "", `prop has city`: "bare done open", `prop.o has 'a"b'`: "bare done open", `prop.list[9] = 1`: "",
		`prop.city in (Bonn, Berlin)`: "bare done open", `prop.city != Bonn`: "bare data done failed lint log open result", `prop ~ deep`: "bare done open",
		`prop.city ~ /^Ber/`: "bare done open", `prop.city has rlin`: "bare done open",
	} {
		t.Run(text, func(t *testing.T) {
			f, err := Compile(text)
			if err != nil {
				t.Fatal(err)
			}
			if f.String() != text {
				t.Errorf("String() is %q", f)
			}
			var got []string
			for name, subject := range filterSubjects() {
				e, c := subject()
				first := f.Match(e, c)
				if first != f.Match(e, c) {
					t.Errorf("%s: the second answer differs", name)
				}
				if first {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			if strings.Join(got, " ") != want {
				t.Errorf("matches %v, want %v", got, want)
			}
		})
	}
}

func TestFilterErrorsPointAtTheToken(t *testing.T) {
	for text, want := range map[string]struct {
		col int
		msg string
	}{
		`nmae = x`:                  {1, `there is no field "nmae"; did you mean name?`},
		`cmd latncy > 3`:            {5, `did you mean latency?`},
		`prop. = 3`:                 {1, `there is no field "prop."`},
		`prop.a[x] = 3`:             {1, `there is no field`},
		`xyzzyx = 1`:                {1, `there is no field "xyzzyx"`},
		`name =`:                    {7, `expected a value after "="`},
		`name = )`:                  {8, `expected a value after "=", found ")"`},
		`name = and x`:              {8, `quote "and"`},
		`name = = x`:                {8, `second operator`},
		`= 3`:                       {1, `"=" needs a field before it`},
		`cmd and`:                   {8, `expected a condition after "and"`},
		`or cmd`:                    {1, `expected a condition before "or"`},
		`cmd and or data`:           {9, `expected a condition before "or"`},
		`(cmd`:                      {1, `the closing ")" is missing`},
		`cmd (data or (log)`:        {5, `the closing ")" is missing`},
		`cmd)`:                      {4, `no "(" belongs to this ")"`},
		`()`:                        {2, `expected a condition after "("`},
		`not`:                       {4, `expected a condition after "not"`},
		`cmd, data`:                 {4, `did not expect ","`},
		`"abc`:                      {1, `the closing " is missing`},
		`zoë and detail ~ "x`:       {18, `the closing " is missing`},
		`detail ~ /(/`:              {10, `not a regular expression: missing closing )`},
		`kind = snt`:                {8, `did you mean sent?`},
		`type = frame`:              {8, `type is one of cmd result data audio_frame video_frame`},
		`status = lost`:             {10, `status is ok or error; for a command without an answer write lost`},
		`status = silent`:           {10, `status is ok or error; for a command without an answer write unanswered`},
		`status = dropped`:          {10, `status is ok or error; for a command without an answer write dropped`},
		`k:cdm`:                     {3, `did you mean cmd?`},
		`n:`:                        {3, `expected a value after "n:"`},
		`kind > sent`:               {6, `kind is one of a few words: use = != in`},
		`name > x`:                  {6, `name is a text: use = != ~ in`},
		`latency ~ 3`:               {9, `latency is a number: use`},
		`latency > 5parsec`:         {11, `compared with a number such as 500ms, not with "5parsec"`},
		`id = 3ms`:                  {6, `such as 17`},
		`prop.n > big`:              {10, `compared with a plain number`},
		`waits_on > 3`:              {10, `waits_on is a list of ids: use has`},
		`waits_on has x`:            {14, `ids such as 17`},
		`id in (1, 2`:               {7, `closing ")"`},
		`id in (1 2)`:               {7, `commas`},
		`id in (1, `:                {11, `expected a value after "in"`},
		`to relay`:                  {1, `to is a field; did you mean to:relay? Quote it`},
		`cmd and from ticker`:       {9, `from is a field; did you mean from:ticker?`},
		`not ext "a b"`:             {5, `did you mean ext:"a b"?`},
		`to is relay`:               {1, `did you mean to = relay?`},
		`latency over 500ms`:        {1, `did you mean latency > 500ms?`},
		`latency 500ms`:             {1, `did you mean latency > 500ms?`},
		`id 42`:                     {1, `did you mean id = 42?`},
		`status failed`:             {1, `did you mean status:error?`},
		`level warn`:                {1, `did you mean level:warn?`},
		strings.Repeat("(", 300):    {101, `more than 100 levels`},
		strings.Repeat("not ", 300): {401, `more than 100 levels`},
	} {
		_, err := Compile(text)
		var fe *FilterError
		if !errors.As(err, &fe) {
			t.Errorf("%.40q: %v, want an error", text, err)
			continue
		}
		if fe.Col != want.col || !strings.Contains(fe.Msg, want.msg) {
			t.Errorf("%.40q: column %d, %q; want column %d, %q", text, fe.Col, fe.Msg, want.col, want.msg)
		}
	}
}

func TestEveryFieldOfTheListCompiles(t *testing.T) {
	list := Fields()
	for _, name := range list {
		value := "1"
		switch name {
		case "property.":
			name = "property.x"
		case "kind", "type", "state", "level", "status", "final", "by", "debtor", "parent_debtor":
			value = fields[name].(enumField).names[1]
		}
		if _, err := Compile(name + " = " + value); err != nil {
			t.Error(err)
		}
	}
	if !slices.IsSorted(list) || !slices.Contains(list, "latency_ms") {
		t.Errorf("fields: %v", list)
	}
}

func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		`cmd and (pending or latency > 500ms) and not to = sink and prop.city ~ "Ber"`, `k:cmd n:"a b" -t:x`, `detail ~ /a\/b/`, `prop.a[1].b in (1, 'x')`,
		`waits_on has #3 or !held`, `é ~ ï`, `@focus or -@shown (@marked @all)`, `"@held" @held`,
	} {
		f.Add(text)
	}
	subjects := filterSubjects()
	f.Fuzz(func(t *testing.T, text string) {
		fuzzSelectors(t, text)
		filter, err := Compile(text)
		if err != nil {
			var fe *FilterError
			if !errors.As(err, &fe) || fe.Col < 1 || fe.Col > len(text)+1 || fe.Msg == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		for _, subject := range subjects {
			e, c := subject()
			filter.Match(e, c)
		}
		asksWhatItLooksAt(t, filter)
		if _, err := Compile("not (" + text + ")"); err != nil && strings.TrimSpace(text) != "" && strings.Count(text, "(")+strings.Count(text, "n") < 50 {
			t.Fatalf("%q compiles, its negation does not: %v", text, err)
		}
	})
}

// asksWhatItLooksAt makes sure that a filter which does not ask for the command says the same whatever is known of it.
func asksWhatItLooksAt(t *testing.T, f *Filter) {
	t.Helper()
	if f.AsksCommand() {
		return
	}
	for of, subject := range filterSubjects() {
		e, _ := subject()
		for known, subject := range filterSubjects() {
			if _, c := subject(); f.Match(e, c) != f.Match(e, nil) {
				t.Errorf("%q does not ask for the command, and of %q it says something else with that of %q", f, of, known)
			}
		}
	}
}

func TestFiltersAskForTheCommandWhereTheyLookAtIt(t *testing.T) {
	texts := []string{`not (cmd or -pending)`, `k:cmd by:timeout`, `latency:800ms`, `bytes > 1KB or waits_on has 18`, `"pending"`, `@focus`, `@shown`, `@all`}
	for word := range reserved {
		texts = append(texts, word)
	}
	for name, f := range fields {
		if e, few := f.(enumField); few {
			for _, word := range e.names[1:] {
				texts = append(texts, name+" = "+word, name+" != "+word)
			}
		}
	}
	for _, text := range texts {
		f, err := testSelectors.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		asksWhatItLooksAt(t, f)
	}
	for text, want := range map[string]bool{
		``: false, `level >= error`: false, `ext = relay and after`: false, `cmd to:sink prop.n > 5`: false, `-data`: false, `"held"`: false,
		`cmd and pending`: true, `lat`: false, `latency > 5`: true, `latency_ms < 5`: true, `a or (b c or not error)`: true, `status:ok`: true,
	} {
		f, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if f.AsksCommand() != want {
			t.Errorf("%q asks for the command: %v", text, !want)
		}
	}
}

// fuzzSelectors makes sure that a text means the same with its selectors and with what they stand for.
func fuzzSelectors(t *testing.T, text string) {
	filter, err := testSelectors.Compile(text)
	if err != nil {
		var fe *FilterError
		if !errors.As(err, &fe) || fe.Col < 1 || fe.Col > len(text)+1 || fe.Msg == "" {
			t.Fatalf("%q: %#v", text, err)
		}
		return
	}
	again, err := testSelectors.Compile(filter.Plain())
	switch deep := strings.Count(text, "(")+strings.Count(text, "n")+strings.Count(text, "-")+strings.Count(text, "!") >= 50; {
	case err != nil && !deep:
		t.Fatalf("%q compiles, its plain text %q does not: %v", text, filter.Plain(), err)
	case err == nil && passing(again) != passing(filter):
		t.Fatalf("%q and its plain text %q differ: %q, %q", text, filter.Plain(), passing(filter), passing(again))
	}
}

func TestCommonFiltersDoNotAllocate(t *testing.T) {
	e, c := filterSubjects()["done"]()
	for _, text := range []string{`cmd pending`, `berlin`, `latency > 500ms`, `to in (a, greeter)`, `prop.city ~ ber`, `prop.n > 3`} {
		f, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { f.Match(e, c) }); n != 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}

// BenchmarkScan reads a million events and matches each; the first one matches nothing and is the floor.
func BenchmarkScan(b *testing.B) {
	const n = 999_999
	l := filled(b, n)
	buf := make([]Event, 512)
	for _, text := range []string{``, `cmd`, `kind = handled and to = worker`, `latency > 500ms`, `needle`, `prop.text ~ xyz`, `prop.n > 5`} {
		f, err := Compile(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := l.NewReader()
				for k := r.Next(buf); k > 0; k = r.Next(buf) {
					for i := range buf[:k] {
						f.Match(&buf[i], nil)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)*1e6/n, "ms/Mevents")
		})
	}
}

func TestFilterOnTime(t *testing.T) {
	f, err := Compile("time >= 2m and time < 1h")
	if err != nil {
		t.Fatal(err)
	}
	for d, want := range map[time.Duration]bool{time.Minute: false, 2 * time.Minute: true, time.Hour: false} {
		if f.Match(&Event{Mono: int64(d)}, nil) != want {
			t.Errorf("%v: not %v", d, want)
		}
	}
}

func TestWordsAreTheValuesOfFieldsOfFewWords(t *testing.T) {
	if got := Words("level"); !slices.Contains(got, "warn") || slices.Contains(got, "") {
		t.Errorf("level has %q", got)
	}
	for _, name := range []string{"from", "latency", "prop.x", "nothing"} {
		if got := Words(name); got != nil {
			t.Errorf("%s has %q", name, got)
		}
	}
	for _, name := range Fields() {
		for _, w := range Words(name) {
			if _, err := Compile(name + " = " + w); err != nil {
				t.Errorf("%s = %s: %v", name, w, err)
			}
		}
	}
}

// Words that are no condition are looked for as texts; of those which most people mean for one, it is said.
func TestFilterHints(t *testing.T) {
	for text, want := range map[string]string{
		"failed":                      `filter, column 1: "failed" is looked for as a text; did you mean status:error?`,
		"cmd and (Silent or warning)": `filter, column 10: "Silent" is looked for as a text; did you mean unanswered?`,
		`"failed"`:                    "",
		"lvl warn":                    `filter, column 1: "lvl" is looked for as a text; did you mean the field level?`,
		"cmd lat":                     `filter, column 5: "lat" is looked for as a text; did you mean the field latency?`,
		"sta":                         `filter, column 1: "sta" is looked for as a text; did you mean the field stage or state or status?`,
		"la":                          "",
		"latex":                       "",
		"status = error":              "",
		"to":                          "",
		"time out":                    "",
		"by hand":                     "",
		"to and relay":                "",
		"to latency > 3":              "",
		`"to" relay`:                  "",
		"error relay":                 "",
	} {
		f, err := Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := ""
		if h := f.Hint(); h != nil {
			got = h.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What a hint or an error proposes is a filter.
func TestWhatIsProposedCompiles(t *testing.T) {
	texts := []string{"to relay", "not ext x", "to is relay", "latency over 500ms", "status failed", "level warn", "id 42", "kind sent", "property x", "final true", "time 3s"}
	for word := range hints {
		texts = append(texts, word)
	}
	for _, text := range texts {
		f, err := Compile(text)
		var says *FilterError
		if !errors.As(err, &says) {
			says = f.Hint()
		}
		if says == nil {
			t.Errorf("%s: nothing is proposed", text)
			continue
		}
		_, proposed, _ := strings.Cut(says.Msg, "did you mean ")
		proposed, _, _ = strings.Cut(proposed, "?")
		if better, err := Compile(proposed); err != nil || better.Hint() != nil {
			t.Errorf("%s: %q is proposed: %v", text, proposed, err)
		}
	}
}

// What is looked for begins at any place, also where much of it stands before.
func TestContainsFindsAllThereIs(t *testing.T) {
	const alphabet = "aZzf"
	all := []string{""}
	for i := 0; len(all[i]) < 5; i++ {
		for _, c := range alphabet {
			all = append(all, all[i]+string(c))
		}
	}
	for _, text := range all[:1+4+16+64] {
		test := contains(text)
		for _, s := range all {
			if want := strings.Contains(strings.ToLower(s), strings.ToLower(text)); test(s) != want {
				t.Fatalf("%q in %q: %v", text, s, !want)
			}
		}
	}
}

func TestAKeyIsFoundHoweverItIsWritten(t *testing.T) {
	f, err := Compile("prop.n = 5")
	if err != nil {
		t.Fatal(err)
	}
	for property, want := range map[string]bool{
		`{"n":5}`: true, `{"\u006e":5}`: true, `{"m":1,"n" : 5}`: true, `{"count":5}`: false, `{"m":"n","n":5}`: true, `{"m":"n"}`: false, `["n",5]`: false, ``: false,
	} {
		if f.Match(&Event{Property: []byte(property)}, nil) != want {
			t.Errorf("%s: not %v", property, want)
		}
	}
}

// A command that was young when stop ended it is no error, nor is its result; one that had been open for too long is.
func TestWhatStopCutIsNoError(t *testing.T) {
	f, err := Compile("error")
	if err != nil {
		t.Fatal(err)
	}
	result := Event{Kind: Result, Type: msg.KindResult, Status: msg.Error, Final: true, By: ByStop}
	for _, unanswered := range []bool{false, true} {
		c := Command{Finished: true, Status: msg.Error, By: ByStop, Unanswered: unanswered}
		if got := f.Match(&result, &c); got != unanswered {
			t.Errorf("unanswered %v: the result is an error: %v", unanswered, got)
		}
		if got := f.Match(&Event{Kind: Sent, Type: msg.KindCmd}, &c); got != unanswered {
			t.Errorf("unanswered %v: the command is an error: %v", unanswered, got)
		}
	}
}

// A field may be meant by its beginning, by its consonants, or by what is near.
func TestAFieldThatIsNotKnownIsGuessed(t *testing.T) {
	for text, want := range map[string]string{
		"lat > 5ms":    `there is no field "lat"; did you mean latency?`,
		"Lat > 5ms":    `there is no field "Lat"; did you mean latency?`,
		"lvl = warn":   `there is no field "lvl"; did you mean level?`,
		"src = a.go":   `there is no field "src"; did you mean source?`,
		"exten = a":    `there is no field "exten"; did you mean extension?`,
		"latensy > 1":  `there is no field "latensy"; did you mean latency?`,
		"st = ok":      `there is no field "st"`,
		"colour = red": `there is no field "colour"`,
	} {
		if _, err := Compile(text); err == nil || err.Error() != "filter, column 1: "+want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestWhatAFilterComparesIsKnown(t *testing.T) {
	f, err := Compile(`cmd and (name = helo or n:"x y") and ext in (a, b) and not latency > 5ms and detail ~ /a.c/`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Comparison{{"name", "=", Word{"helo", 16}}, {"name", ":", Word{"x y", 26}}, {"extension", "in", Word{"a", 45}}, {"extension", "in", Word{"b", 48}}, {"latency_ms", ">", Word{"5ms", 69}}}
	if got := f.Compared(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// What the screens call lost and dropped is found under that name.
func TestLostAndDroppedAreFound(t *testing.T) {
	sent := &Event{Kind: Sent, Type: msg.KindCmd}
	for name, tc := range map[string]struct {
		c             *Command
		lost, dropped bool
	}{
		"open":             {&Command{}, false, false},
		"lost":             {&Command{Freed: true}, true, false},
		"lost, then ended": {&Command{Freed: true, Finished: true, By: ByTimeout}, true, false},
		"answer_lost":      {&Command{Dropped: true, Finished: true, By: ByLost}, true, true},
		"only timed out":   {&Command{Finished: true, By: ByTimeout}, false, false},
		"answered, freed":  {&Command{Freed: true, Finished: true, By: ByHandler}, false, false},
		"dropped":          {&Command{Dropped: true}, false, true},
		"data":             {nil, false, false},
	} {
		for word, want := range map[string]bool{"lost": tc.lost, "dropped": tc.dropped} {
			f, err := Compile(word)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Match(sent, tc.c); got != want {
				t.Errorf("%s of %s: %v", word, name, got)
			}
		}
	}
}
