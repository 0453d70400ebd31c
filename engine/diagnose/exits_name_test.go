package diagnose

import (
	"slices"
	"strings"
	"testing"
)

// TestReadPythonForAName reads handlers for the command start: the ways out are marked with "out", where it is put away with "keep".
func TestReadPythonForAName(t *testing.T) {
	const chain = "name = cmd.get_name()\n"
	for name, body := range map[string]string{
		"another branch":     chain + "if name == \"stop\":\n    self.stops.append(cmd)\n    return\nelif name == \"start\":\n    self.starts.append(cmd)  # keep\n    return  # out\nelse:\n    return",
		"called in it":       "if cmd.get_name() == \"stop\":\n    self.last = cmd\nelif \"start\" == cmd.get_name():\n    self.starts.append(cmd)  # keep, out",
		"in single quotes":   chain + "if name == 'stop':\n    return\nif name == 'start':\n    return  # out\nenv.return_result(r)",
		"guarded":            chain + "if name != \"start\":\n    self.others.append(cmd)\n    return\nself.starts.append(cmd)  # keep, out",
		"guarded by not":     chain + "if not name == \"start\":\n    return\nself.n += 1  # out",
		"the rest":           chain + "if name == \"stop\":\n    return\nelif name == \"pause\":\n    self.p = cmd\nelse:\n    self.rest[name] = cmd  # keep, out",
		"behind a taken one": chain + "if name == \"start\":\n    self.n += 1\nelse:\n    return\nself.starts.append(cmd)  # keep, out",
		"one of several":     chain + "if name in (\"stop\", \"pause\"):\n    return\nif name in [\"begin\", \"start\"]:\n    return  # out\nenv.return_result(r)",
		"none of several":    chain + "if name not in {\"begin\", \"start\"}:\n    return\nself.n = 1  # out",
		"or":                 chain + "if name == \"stop\" or name == \"pause\":\n    return\nif name == \"begin\" or name == \"start\":\n    return  # out\nenv.return_result(r)",
		"and":                chain + "if name == \"stop\" and self.up:\n    return\nif name == \"start\" and self.up:\n    return  # out\nenv.return_result(r)",
		"in brackets":        chain + "if (name == \"stop\"\n        or (name == \"pause\")):\n    return\nself.n = 1  # out",
		"a walrus":           "if (name := cmd.get_name()) == \"stop\":\n    return\nelif name == \"pause\":\n    return\nelse:\n    self.kept.append(cmd)  # keep, out",
		"a constant":         chain + "if name == STOP:\n    return\nif name == START:\n    self.kept.append(cmd)  # keep, out",
		"a match":            "match cmd.get_name():\n    case \"stop\":\n        self.s = cmd\n    case \"start\":\n        self.kept.append(cmd)  # keep\n        return  # out\n    case _:\n        return",
		"a match of a name":  chain + "match name:\n    case \"stop\" | \"pause\":\n        return\n    case \"begin\" | \"start\":\n        return  # out",
		"a match's rest":     chain + "match name:\n    case \"stop\":\n        self.s = cmd\n    case _:\n        self.kept.append(cmd)  # keep, out",
		"no case":            chain + "match name:\n    case \"stop\":\n        return\n    case \"pause\":\n        return  # no\nself.n = 1  # out",
		"in a method":        "if cmd.get_name() == \"stop\":\n    await self.later(cmd)\nelse:\n    await self.later(cmd)  # out\n\ndef later(self, c):\n    if c.get_name() == \"stop\":\n        self.s = c\n        return\n    self.kept.append(c)  # keep",
		"answered there":     chain + "if name == \"start\":\n    env.return_result(r)\nelse:\n    self.kept.append(cmd)",
		"answered elsewhere": chain + "if name == \"stop\":\n    env.return_result(r)\nelse:\n    self.n = 1  # out",
		"a try's else":       chain + "if name == \"start\":\n    self.n = 1\ntry:\n    self.ask()\nexcept ValueError:\n    env.return_result(r)\nelse:\n    self.kept.append(cmd)  # keep, out",
		// Where it cannot be told, all of them count.
		"near miss: another's name":   chain + "if other.get_name() == \"stop\":\n    return  # out\nenv.return_result(r)",
		"near miss: no name any more": chain + "name = self.map(name)\nif name == \"stop\":\n    self.kept.append(cmd)  # keep\n    return  # out\nenv.return_result(r)",
		"near miss: a property":       "if cmd.get_property(\"name\") == \"stop\":\n    return  # out\nenv.return_result(r)",
		"near miss: not a constant":   chain + "if name == self.stop:\n    return  # out\nenv.return_result(r)",
		"near miss: a begin":          chain + "if name.startswith(\"st\"):\n    return  # out\nenv.return_result(r)",
		"near miss: and of others":    chain + "if name != \"stop\" and self.up:\n    return  # out\nenv.return_result(r)",
		"near miss: or of others":     chain + "if name == \"stop\" or self.up:\n    return  # out\nenv.return_result(r)",
		"near miss: a list of others": chain + "if name in self.names:\n    return  # out\nenv.return_result(r)",
		"near miss: a guarded case":   chain + "match name:\n    case \"start\" if self.up:\n        return  # out\n    case _:\n        env.return_result(r)",
		"near miss: a case's name":    chain + "match name:\n    case other:\n        return  # out",
		"near miss: an f-string":      chain + "if name == f\"stop\":\n    return  # out\nenv.return_result(r)",
		"near miss: two strings":      chain + "if name == \"st\" \"art\":\n    return  # out\nenv.return_result(r)",
	} {
		source := pythonHandler(body) + "\n\nSTART = \"start\"\nSTOP = \"stop\"\n"
		outs, keep := marks(source, "#")
		exits, at := ReadPython([]byte(source), 2, "start")
		if exits = slices.Compact(exits); !slices.Equal(exits, outs) || at != keep {
			t.Errorf("%s: out at %v, kept at %d, want %v and %d in\n%s", name, exits, at, outs, keep, source)
		}
	}
}

// TestReadPythonForNoName takes every branch, as it is not known which one the command came to.
func TestReadPythonForNoName(t *testing.T) {
	source := pythonHandler("if cmd.get_name() == \"stop\":\n    self.s = cmd\n    return\nself.kept.append(cmd)")
	if exits, keep := ReadPython([]byte(source), 2, ""); !slices.Equal(exits, []int{5, 6}) || keep != 4 {
		t.Errorf("out at %v, kept at %d", exits, keep)
	}
}

// TestReadGoForAName reads handlers for the command start, marked as those of Python are.
func TestReadGoForAName(t *testing.T) {
	for name, body := range map[string]string{
		"another branch":     "if cmd.Name() == \"stop\" {\n f.stops = append(f.stops, cmd)\n return\n} else if cmd.Name() == \"start\" {\n f.starts = append(f.starts, cmd) // keep\n return // out\n} else {\n return\n}",
		"guarded":            "name := cmd.Name()\nif name != \"start\" {\n f.others = append(f.others, cmd)\n return\n}\nf.starts = append(f.starts, cmd) // keep\n} // out\nfunc other() {",
		"in the if":          "if name := cmd.Name(); name == \"stop\" || name == \"pause\" {\n return\n}\nreturn // out",
		"a switch":           "switch cmd.Name() {\ncase \"stop\", \"pause\":\n f.last = cmd\n return\ncase \"begin\", \"start\":\n f.last = cmd // keep\n return // out\ndefault:\n return\n}",
		"a switch's default": "switch name := cmd.Name(); name {\ndefault:\n f.rest[name] = cmd // keep\n return // out\ncase \"stop\":\n f.last = cmd\n return\n}",
		"not the default":    "switch cmd.Name() {\ndefault:\n f.last = cmd\n return\ncase \"start\":\n env.ReturnResult(ctx, r)\n}",
		"a bare switch":      "switch name := cmd.Name(); {\ncase name == \"stop\":\n return\ncase name == \"start\" && f.up:\n return // out\ndefault:\n env.ReturnResult(ctx, r)\n}",
		"a constant":         "if cmd.Name() == stop {\n return\n}\nif !(start != cmd.Name()) {\n return // out\n}\nenv.ReturnResult(ctx, r)",
		"in a method":        "f.later(cmd)\n} // out\nfunc (f *T) later(c *msg.Cmd) {\n if c.Name() == \"stop\" {\n  f.last = c\n  return\n }\n f.kept = append(f.kept, c) // keep",
		// Where it cannot be told, all of them count.
		"near miss: falls through":  "switch cmd.Name() {\ncase \"stop\":\n f.n++\n fallthrough\ncase \"begin\":\n return // out\ndefault:\n env.ReturnResult(ctx, r)\n}\n} // out\nfunc other() {",
		"near miss: another's name": "if other.Name() == \"stop\" {\n return // out\n}\nenv.ReturnResult(ctx, r)",
		"near miss: no name":        "name := cmd.Name()\nname = f.of(name)\nif name == \"stop\" {\n return // out\n}\nenv.ReturnResult(ctx, r)",
		"near miss: and of others":  "if cmd.Name() != \"stop\" && f.up {\n return // out\n}\nenv.ReturnResult(ctx, r)",
		"near miss: a variable":     "if cmd.Name() == f.stop {\n return // out\n}\nenv.ReturnResult(ctx, r)",
	} {
		source := "package p\n\nfunc (f *T) OnCmd(ctx C, env E, cmd *msg.Cmd) {\n" + body + "\n}\n\nconst start, stop = \"start\", \"stop\"\n"
		outs, keep := marks(source, "//")
		exits, at := ReadGo([]byte(source), 3, "start")
		if !slices.Equal(exits, outs) || at != keep {
			t.Errorf("%s: out at %v, kept at %d, want %v and %d in\n%s", name, exits, at, outs, keep, source)
		}
	}
}

// marks returns the lines whose comments say out, and the one whose comment says keep.
func marks(source, comment string) (outs []int, keep int) {
	for i, line := range strings.Split(source, "\n") {
		_, mark, _ := strings.Cut(line, comment)
		if strings.Contains(mark, "out") {
			outs = append(outs, i+1)
		}
		if strings.Contains(mark, "keep") {
			keep = i + 1
		}
	}
	return outs, keep
}
