package diagnose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadPython reads handlers in which the way out that is to be found is marked.
func TestReadPython(t *testing.T) {
	for name, body := range map[string]string{
		"early return":        "if err:\n    return  # here\nawait env.return_result(result)",
		"on one line":         "if err: return  # here\nawait env.return_result(result)",
		"the end":             "if ok:\n    env.return_result(result)  # here",
		"after a log line":    "if err:\n    env.log_debug(str(cmd))\n    return  # here\nenv.return_result(result)",
		"kept in a queue":     "await self.queue.put(cmd)  # here",
		"kept in a list":      "self.kept.append(cmd)\nself.last = cmd  # here",
		"elif without else":   "if a:\n    env.return_result(a)\nelif b:\n    env.return_result(b)  # here",
		"in an except":        "try:\n    await env.return_result(await self.ask())\nexcept ValueError:\n    return  # here",
		"swallowed":           "try:\n    await env.return_result(await self.ask())\nexcept ValueError:\n    pass  # here",
		"in a match":          "match cmd.get_name():\n    case \"a\":\n        env.return_result(a)\n    case \"b\":\n        return  # here\n    case _:\n        env.return_result(c)",
		"no other case":       "match cmd.get_name():\n    case \"a\":\n        env.return_result(a)  # here",
		"in a loop":           "for x in xs:\n    if x:\n        env.return_result(result)\n        return\nself.n += 1  # here",
		"break":               "while True:\n    if x:\n        break\n    await asyncio.sleep(1)\nself.n += 1  # here",
		"in a method":         "await self.answer(env, cmd)\n\nasync def answer(self, env, c: Cmd):\n    if c.get_name() == \"x\":\n        return  # here\n    env.return_result(c.res)",
		"in a task":           "asyncio.create_task(self.work(cmd))\n\nasync def work(self, c):\n    if not c:\n        return  # here\n    env.return_result(r)",
		"a method that keeps": "self.keep(cmd)  # here\n\ndef keep(self, c):\n    self.all.append(c)",
		"result not sent":     "result = CmdResult.create(StatusCode.OK, cmd)\nresult.set_property_string(\"a\", \"1\")  # here",
		"words in strings":    "text = \"env.return_result(r)\"\ntext = '''\nreturn_result(cmd)\n'''  # here",
		"words in comments":   "# env.return_result(r)\nx = 1  # here",
		"over several lines":  "x = [\n    1,\n]  # a\nif (a and\n        b):\n    return  # here\nenv.return_result(r)",
		"with":                "async with lock:\n    if a:\n        return  # here\n    env.return_result(r)",
		"semicolons":          "if a:\n    self.n = 1; return  # here\nenv.return_result(r)",
		"answered":            "await env.return_result(CmdResult.create(StatusCode.OK, cmd))",
		"both ways":           "if a:\n    env.return_result(a)\nelse:\n    env.return_result(b)",
		"finally":             "try:\n    if a:\n        return_early = 1\nfinally:\n    env.return_result(r)",
		"returned with":       "return await env.return_result(r)",
		"handed on":           "await self.client.handle(env, cmd)",
		"by keyword":          "await self.client.handle(command=cmd)",
		"a callback":          "env.send_cmd(other, lambda e, r, err: e.return_result(r))",
		"raises":              "if a:\n    raise ValueError(a)\nenv.return_result(r)",
		"endless":             "while True:\n    await asyncio.sleep(1)",
		"calls itself":        "await self.on_cmd(env, cmd)",
		"walrus":              "if (n := len(x)) > 1:\n    env.return_result(a)\nelse:\n    env.return_result(b)",
	} {
		source := "import asyncio\n\nclass Ext(AsyncExtension):\n    async def on_cmd(self, env: AsyncTenEnv, cmd: Cmd) -> None:\n"
		want := 0
		indent := "        "
		for line := range strings.SplitSeq(body, "\n") {
			if strings.HasPrefix(line, "def ") || strings.HasPrefix(line, "async def ") {
				indent = "    "
			}
			source += indent + line + "\n"
		}
		for i, line := range strings.Split(source, "\n") {
			if strings.Contains(line, "# here") {
				want = i + 1
			}
		}
		if name == "words in strings" {
			want -= 2 // where the string begins
		}
		if got := firstExit(ReadPython([]byte(source), 4)); got != want {
			t.Errorf("%s: line %d, want %d in\n%s", name, got, want, source)
		}
	}
}

func TestReadPythonOfDecoratedAndSeveralFunctions(t *testing.T) {
	source := "class A:\n    def on_cmd(self, env, cmd):\n        env.return_result(cmd)\n\n    @traced\n    def on_other(self, env, cmd):\n        self.n = 1\n\n\ndef free(env, cmd):\n    pass\n"
	for line, want := range map[int]int{1: 0, 2: 0, 3: 0, 5: 7, 6: 7, 7: 7, 10: 11, 12: 0, 99: 0} {
		if got := firstExit(ReadPython([]byte(source), line)); got != want {
			t.Errorf("at line %d: %d, want %d", line, got, want)
		}
	}
}

// TestReadPythonOfTheExamples finds nothing in those that answer in their handler.
func TestReadPythonOfTheExamples(t *testing.T) {
	files, err := filepath.Glob("../../extensions/python/examples/*/extension.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(source), "\n") {
			if !strings.Contains(line, "def on_cmd(") {
				continue
			}
			exits, keep := ReadPython(source, i+1)
			exit := firstExit(exits, 0)
			if queues := strings.Contains(file, "queue_"); exit != keep || (exit != 0) != queues || queues && !strings.Contains(lineOf(source, exit), ".put(") {
				t.Errorf("%s: lines %d and %d", file, exit, keep)
			}
		}
	}
}

func lineOf(source []byte, n int) string { return strings.Split(string(source), "\n")[n-1] }

// TestReadPythonFindsWhereACommandIsPutAway reads handlers in which that line is marked.
func TestReadPythonFindsWhereACommandIsPutAway(t *testing.T) {
	for name, body := range map[string]string{
		"a queue":           "await self.todo.put(cmd)  # here",
		"a queue, no wait":  "if a:\n            self.todo.put_nowait((1, cmd))  # here",
		"a list":            "self.kept.append(cmd)  # here",
		"a dict":            "self.open[cmd.get_name()] = cmd  # here",
		"an attribute":      "self.last: Cmd = cmd  # here",
		"a dict display":    "self.todo.put_nowait({\"cmd\": cmd})  # here",
		"a list display":    "self.pair = [cmd, 1]  # here",
		"in a method":       "self.later(cmd)\n\n    def later(self, c):\n        self.all.append(c)  # here",
		"not":               "env.return_result(r)",
		"a local":           "mine = cmd",
		"something of it":   "self.last = cmd.get_name()",
		"compared":          "if self.last == cmd:\n            pass",
		"only logged":       "env.log_info(cmd)",
		"calls itself":      "self.on_cmd(env, cmd)",
		"what is not known": "await self.client.handle(cmd)",
	} {
		source := "class Ext(AsyncExtension):\n    async def on_cmd(self, env: AsyncTenEnv, cmd: Cmd) -> None:\n        " + body + "\n"
		if _, got := ReadPython([]byte(source), 2); got != marked(source) {
			t.Errorf("%s: line %d, want %d in\n%s", name, got, marked(source), source)
		}
	}
}

// FuzzReadPython expects an end, and lines of the source.
func FuzzReadPython(f *testing.F) {
	for _, s := range []string{"", "def f(", "def f():\n\treturn\n", "if a:\n  b\n c\n", "\"\"\"", "x = (\n", "a\\", "def f(a): return", "match x:\n case _: pass", "@a\n@b\n", "async def f(cmd):\n  g(cmd)\ndef g(cmd): f(cmd)"} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, source string, line int) {
		exits, keep := ReadPython([]byte(source), line)
		exit := firstExit(exits, 0)
		if last := strings.Count(source, "\n") + 1; exit < 0 || exit > last || keep < 0 || keep > last {
			t.Errorf("lines %d and %d of %q", exit, keep, source)
		}
	})
}
