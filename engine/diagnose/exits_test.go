package diagnose

import (
	"os"
	"strings"
	"testing"
)

// TestReadGo reads handlers in which the way out that is to be found is marked.
func TestReadGo(t *testing.T) {
	for name, body := range map[string]string{
		"early return":      "if err != nil {\n return // here\n}\n env.ReturnResult(ctx, res)",
		"the end":           "if ok {\n env.ReturnResult(ctx, res)\n}\n} // here\n func other() {",
		"after a log line":  "if err != nil {\n env.Log().Debug(\"x\", cmd)\n return // here\n}\n env.ReturnResult(ctx, res)",
		"kept in a list":    "if f.keep {\n f.kept = append(f.kept, cmd)\n}\n return // here",
		"in a switch":       "switch cmd.Name() {\ncase \"a\":\n env.ReturnResult(ctx, res)\ncase \"b\":\n return // here\ndefault:\n env.ReturnResult(ctx, res)\n}",
		"no default":        "switch cmd.Name() {\ncase \"a\":\n env.ReturnResult(ctx, res)\n}\n} // here\nfunc other() {",
		"in a loop":         "for _, x := range xs {\n if x == y {\n  env.ReturnResult(ctx, res)\n  return\n }\n}\n} // here\nfunc other() {",
		"in a method":       "if x {\n f.answer(ctx, env, cmd)\n return\n}\n env.ReturnResult(ctx, res)\n}\nfunc (f *T) answer(ctx C, env E, c *msg.Cmd) {\n if c.bad {\n  return // here\n }\n env.ReturnResult(ctx, c.res)",
		"result not sent":   "res := msg.NewResult(msg.OK, cmd)\n res.Set(\"a\", 1)\n} // here\nfunc other() {",
		"in a select":       "select {\ncase <-ctx.Done():\n return // here\ncase x := <-f.c:\n env.ReturnResult(ctx, x)\n}",
		"break":             "for {\n if x {\n  break\n }\n env.Sleep(ctx, d)\n}\n} // here\nfunc other() {",
		"answered":          "env.ReturnResult(ctx, res)",
		"deferred":          "defer env.ReturnResult(ctx, res)\n if err != nil {\n return\n}",
		"both ways":         "if x {\n env.ReturnResult(ctx, a)\n} else {\n env.ReturnResult(ctx, b)\n}",
		"returned with":     "return env.ReturnResult(ctx, res)",
		"condition":         "if err := env.ReturnResult(ctx, res); err != nil {\n return\n}",
		"relayed":           "if err := env.Relay(ctx, cmd); err != nil {\n return\n}",
		"handed on":         "elsewhere.Handle(ctx, cmd)",
		"panics":            "if x {\n panic(\"no\")\n}\n env.ReturnResult(ctx, res)",
		"endless":           "for {\n env.Sleep(ctx, d)\n}",
		"calls itself":      "f.OnCmd(ctx, env, cmd)",
		"full switch":       "switch {\ncase x:\n env.ReturnResult(ctx, a)\ndefault:\n env.ReturnResult(ctx, b)\n}",
		"type switch, none": "switch x := v.(type) {\ncase int:\n env.ReturnResult(ctx, x)\n}\n} // here\nfunc other() {",
	} {
		source := "package p\n\nfunc (f *T) OnCmd(ctx C, env E, cmd *msg.Cmd) {\n" + body + "\n}\n"
		want := 0
		for i, line := range strings.Split(source, "\n") {
			if strings.Contains(line, "// here") {
				want = i + 1
			}
		}
		if got := firstExit(ReadGo([]byte(source), 3, "")); got != want {
			t.Errorf("%s: line %d, want %d in\n%s", name, got, want, source)
		}
	}
}

func TestReadGoOfWhatIsNoHandler(t *testing.T) {
	for _, source := range []string{"", "package p", "func (", "package p\nfunc f()\n"} {
		if exits, keep := ReadGo([]byte(source), 2, ""); len(exits) != 0 || keep != 0 {
			t.Errorf("%q: lines %d and %d", source, exits, keep)
		}
	}
}

// TestReadGoOfTheExtensions finds the one that forgets, and nothing in those that answer.
func TestReadGoOfTheExtensions(t *testing.T) {
	for file, mark := range map[string]string{"forgetful/forgetful.go": "// the mistake", "greeter/greeter.go": "", "echo/echo.go": "", "relay/relay.go": ""} {
		source, err := os.ReadFile("../../extensions/" + file)
		if err != nil {
			t.Fatal(err)
		}
		handler, want := 0, 0
		for i, line := range strings.Split(string(source), "\n") {
			if strings.Contains(line, ") OnCmd(") {
				handler = i + 1
			}
			if mark != "" && strings.Contains(line, mark) {
				want = i + 1
			}
		}
		if got := firstExit(ReadGo(source, handler, "")); got != want {
			t.Errorf("%s: line %d, want %d", file, got, want)
		}
	}
}

// TestReadGoFindsWhereACommandIsPutAway reads handlers in which that line is marked.
func TestReadGoFindsWhereACommandIsPutAway(t *testing.T) {
	for name, body := range map[string]string{
		"a list":            "if f.keep {\n f.kept = append(f.kept, cmd) // here\n}",
		"a field":           "f.last = cmd // here",
		"a map":             "f.open[cmd.Name()] = cmd // here",
		"a channel":         "f.todo <- cmd // here",
		"a struct":          "f.todo <- job{cmd: cmd} // here",
		"a queue":           "f.todo.Put(ctx, env, cmd) // here",
		"a pointer":         "f.todo.Push(&job{1, cmd}) // here",
		"in a method":       "f.later(cmd)\n}\nfunc (f *T) later(c *msg.Cmd) {\n f.all = append(f.all, c) // here",
		"not":               "env.ReturnResult(ctx, res)",
		"a local":           "mine := cmd\n _ = mine",
		"something of it":   "f.last = cmd.Name()",
		"another one":       "f.last = other",
		"only logged":       "env.Log().Info(\"x\", cmd)",
		"calls itself":      "f.OnCmd(ctx, env, cmd)",
		"what is not known": "elsewhere.Handle(ctx, cmd)",
	} {
		source := "package p\n\nfunc (f *T) OnCmd(ctx C, env E, cmd *msg.Cmd) {\n" + body + "\n}\n"
		if _, got := ReadGo([]byte(source), 3, ""); got != marked(source) {
			t.Errorf("%s: line %d, want %d in\n%s", name, got, marked(source), source)
		}
	}
}

// marked returns the line that is to be found, 0 if none is.
func marked(source string) (line int) {
	for i, text := range strings.Split(source, "\n") {
		if strings.Contains(text, " here") {
			line = i + 1
		}
	}
	return line
}

// firstExit is the first way out that a Reader found, 0 if there is none.
func firstExit(exits []int, _ int) int {
	if len(exits) == 0 {
		return 0
	}
	return exits[0]
}
