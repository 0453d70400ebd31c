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
		"made into an object": "job = Job(cmd, 1)\nself.jobs.append(job)  # here",
		"an object is put":    "await self.jobs.put(Job(cmd=cmd))  # here",
		"an alias handed on":  "c = cmd\nawait self.client.handle(c)",
		"a thread":            "Thread(target=self.work, args=(cmd,)).start()",
		"keyword of a method": "await self.answer(env=env, c=cmd)\n\nasync def answer(self, c, env):\n    if env:\n        return  # here\n    env.return_result(c)",
		"walrus":              "if (n := len(x)) > 1:\n    env.return_result(a)\nelse:\n    env.return_result(b)",
	} {
		source := pythonHandler(body)
		want := marked(source)
		if name == "words in strings" {
			want -= 2 // where the string begins
		}
		if got := firstExit(ReadPython([]byte(source), 2, "")); got != want {
			t.Errorf("%s: line %d, want %d in\n%s", name, got, want, source)
		}
	}
}

// pythonHandler is the source of an extension whose on_cmd is in line 2; what begins with def is a method beside it.
func pythonHandler(body string) string {
	source, indent := "class Ext(AsyncExtension):\n    async def on_cmd(self, env: AsyncTenEnv, cmd: Cmd) -> None:\n", "        "
	for line := range strings.SplitSeq(body, "\n") {
		if strings.HasPrefix(line, "def ") || strings.HasPrefix(line, "async def ") {
			indent = "    "
		}
		source += indent + line + "\n"
	}
	return source
}

// TestReadPythonKnowsTheCommandByItsType reads handlers whose parameter has another name.
func TestReadPythonKnowsTheCommandByItsType(t *testing.T) {
	for head, want := range map[string]int{
		"self, env, command":                              2,
		"self, env: TenEnv, command: Cmd, tries: int = 0": 2,
		"self, command: \"Cmd\", env":                     0, // nothing says so
		"self, command: ten.Cmd, env":                     2,
		"self, cmd: CmdResult, command: Cmd":              2,
		"self, env, cmd, command: CmdResult":              0,
	} {
		if _, got := ReadPython([]byte("def on_cmd("+head+"):\n    self.all.append(command)\n"), 1, ""); got != want {
			t.Errorf("%s: line %d, want %d", head, got, want)
		}
	}
}

func TestReadPythonOfDecoratedAndSeveralFunctions(t *testing.T) {
	source := "class A:\n    def on_cmd(self, env, cmd):\n        env.return_result(cmd)\n\n    @traced\n    def on_other(self, env, cmd):\n        self.n = 1\n\n\ndef free(env, cmd):\n    pass\n"
	for line, want := range map[int]int{1: 0, 2: 0, 3: 0, 5: 7, 6: 7, 7: 7, 10: 11, 12: 0, 99: 0} {
		if got := firstExit(ReadPython([]byte(source), line, "")); got != want {
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
			exits, keep := ReadPython(source, i+1, "")
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
		"a queue":             "await self.todo.put(cmd)  # here",
		"a queue, no wait":    "if a:\n    self.todo.put_nowait((1, cmd))  # here",
		"a heap":              "heapq.heappush(self.heap, (1, cmd))  # here",
		"a list":              "self.kept.append(cmd)  # here",
		"a list that grows":   "self.kept += [cmd]  # here",
		"a list, by extend":   "self.kept.extend([cmd])  # here",
		"a dict":              "self.open[cmd.get_name()] = cmd  # here",
		"a key":               "self.since[cmd] = now  # here",
		"an attribute":        "self.last: Cmd = cmd  # here",
		"two targets":         "self.last = last = cmd  # here",
		"a pair of targets":   "self.env, self.last = env, cmd  # here",
		"a pair":              "self.pair = name, cmd  # here",
		"a dict display":      "self.todo.put_nowait({\"cmd\": cmd})  # here",
		"a list display":      "self.pair = [cmd, 1]  # here",
		"an object":           "self.jobs.append(models.Job(name, cmd=cmd))  # here",
		"an alias":            "mine = cmd\nself.kept.append(mine)  # here",
		"an alias of a tuple": "job = (name, cmd)\nself.kept.append(job)  # here",
		"an alias in a part":  "if a:\n    job = (1, cmd)\nelse:\n    job = (2, cmd)\nself.kept.append(job)  # here",
		"a clone":             "cmd = cmd.clone()\nself.kept.append(cmd)  # here",
		"in a method":         "self.later(cmd)\n\ndef later(self, c):\n    self.all.append(c)  # here",
		"a method's keyword":  "self.later(name, c=cmd)\n\ndef later(self, n, c):\n    self.names.append(n)\n    self.all.append(c)  # here",
		"in a method's list":  "self.later(name, cmd)\n\ndef later(self, *all):\n    self.all.append(all)  # here",
		"not":                 "env.return_result(r)",
		"a local":             "mine = cmd",
		"something of it":     "self.last = cmd.get_name()",
		"its name":            "self.seen.append(name)",
		"its name, called":    "self.seen.append(cmd.get_name())",
		"its text":            "self.seen.append(str(cmd))",
		"what is made of it":  "self.seen.append(self.describe(cmd))",
		"part of a list":      "self.seen.append([cmd, 1][1])",
		"the name of a tuple": "self.seen.append((cmd).get_name())",
		"a result":            "self.results.append(CmdResult.create(StatusCode.OK, cmd))",
		"no alias any more":   "mine = cmd\nmine = name\nself.seen.append(mine)",
		"no alias":            "mine = cmd.get_name()\nself.seen.append(mine)",
		"a like name":         "self.cmds.append(cmd_name)",
		"compared":            "if self.last == cmd:\n    pass",
		"compared below":      "self.same = self.last == cmd",
		"a default":           "self.now = lambda c=cmd: 1",
		"only logged":         "env.log_info(cmd)",
		"calls itself":        "self.on_cmd(env, cmd)",
		"what is not known":   "await self.client.handle(cmd)",
		"after its name":      "self.seen.append(name)\nself.kept.append(cmd)  # here",
		"behind the answered": "if name == \"a\":\n    self.history.append(cmd)\n    await env.return_result(r)\nelse:\n    self.kept.append(cmd)  # here",
		"behind a return":     "if a:\n    self.history.append(cmd)\n    return await env.return_result(r)\nself.kept.append(cmd)  # here",
		"answered further on": "if a:\n    with b:\n        self.history.append(cmd)\nelse:\n    self.kept.append(cmd)  # here\n    return\nenv.return_result(r)",
		"answered at last":    "if c:\n    try:\n        self.history.append(cmd)\n    except ValueError:\n        pass\n    finally:\n        env.return_result(r)\nself.kept.append(cmd)  # here",
		"always answered":     "self.history.append(cmd)  # here\nself.last = cmd\nenv.return_result(r)",
		"an alias from later": "if a:\n    self.kept.append(b)\n    b = cmd\nself.last = cmd  # here",
		"no command":          "self.later()\n\ndef later():\n    self.all.append()",
		"in a method, later":  "if a:\n    self.note(cmd)\n    return env.return_result(r)\nself.kept.append(cmd)  # here\n\ndef note(self, c):\n    self.history.append(c)",
	} {
		source := pythonHandler(body)
		if _, got := ReadPython([]byte(source), 2, ""); got != marked(source) {
			t.Errorf("%s: line %d, want %d in\n%s", name, got, marked(source), source)
		}
	}
}

// FuzzReadPython expects an end, and lines of the source.
func FuzzReadPython(f *testing.F) {
	for _, s := range []string{"", "def f(", "def f():\n\treturn\n", "if a:\n  b\n c\n", "\"\"\"", "x = (\n", "a\\", "def f(a): return", "match x:\n case _: pass", "@a\n@b\n", "async def f(cmd):\n  g(cmd)\ndef g(cmd): f(cmd)",
		"def f(cmd):\n n = cmd.get_name()\n if not (n == \"a\" or n in (b, \"c\")): return\n match n:\n  case \"a\" | x if y: z.put(cmd)\n"} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, source string, line int) {
		exits, keep := ReadPython([]byte(source), line, "a")
		exit := firstExit(exits, 0)
		if last := strings.Count(source, "\n") + 1; exit < 0 || exit > last || keep < 0 || keep > last {
			t.Errorf("lines %d and %d of %q", exit, keep, source)
		}
	})
}
