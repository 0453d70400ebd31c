package bench

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"tenbench/engine/diagnose"
	"tenbench/engine/near"
	"tenbench/engine/trace"
)

// maxLogs bounds the log lines that are shown of a command.
const maxLogs = 50

// Sources finds in the sources of handlers what becomes of a command without an answer.
type Sources struct {
	Roots []string // folders below which sources may lie, beside the working folder
}

// readers read sources, by the file's ending.
var readers = map[string]diagnose.Reader{".go": diagnose.ReadGo, ".py": diagnose.ReadPython}

// Ways returns what is found of a handler's ways. All are places, file:line, as events name them.
func (s Sources) Ways(handler diagnose.Handler) (found diagnose.Ways) {
	i := strings.LastIndexByte(handler.Place, ':')
	if i < 0 {
		return found
	}
	file := handler.Place[:i]
	line, err := strconv.Atoi(handler.Place[i+1:])
	if err != nil {
		return found
	}
	find := readers[path.Ext(file)]
	if find == nil {
		return found
	}
	exits, keep := find(s.read(file), line, handler.Name)
	if len(exits) > 0 {
		found.Exit = fmt.Sprintf("%s:%d", file, exits[0])
		found.Others = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(exits))), func(line int) bool { return line == exits[0] })
	}
	if keep != 0 {
		found.Keep = fmt.Sprintf("%s:%d", file, keep)
	}
	return found
}

// Around returns the lines from n before a place to n after it, and the number of the first one; none if the file is not found.
func (s Sources) Around(place string, n int) (first int, lines []string) {
	i := strings.LastIndexByte(place, ':')
	if i < 0 {
		return 0, nil
	}
	line, err := strconv.Atoi(place[i+1:])
	if err != nil {
		return 0, nil
	}
	all := strings.Split(strings.TrimSuffix(string(s.read(place[:i])), "\n"), "\n")
	if line < 1 || line > len(all) {
		return 0, nil
	}
	first = max(line-n, 1)
	return first, all[first-1 : min(line+n, len(all))]
}

// maxSource bounds the files that are read.
const maxSource = 4 << 20

// read returns the source that events name, empty if it is not found or none.
func (s Sources) read(file string) []byte {
	name, err := Locate(file, s.Roots...)
	if err != nil {
		return nil
	}
	if info, err := os.Stat(name); err != nil || info.Size() > maxSource {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return text
}

// openable names a problem's file as a reader in the working folder can open it, where it is found: events name a source by the end
// of its path.
func (s Sources) openable(p *diagnose.Problem) {
	if p.File == "" {
		return
	}
	if name, err := Locate(p.File, s.Roots...); err == nil {
		p.File = nearby(name)
	}
}

// Case is a run that was read for its problems.
type Case struct {
	run     *Replay
	fold    *diagnose.Fold
	sources Sources
}

// Investigate reads a run.
func Investigate(run *Replay, sources Sources) *Case {
	return &Case{run, diagnose.FromLog(run.Log()), sources}
}

// Why returns the verdict on a command, 0 being the newest without an answer, and its log lines. One that went nowhere has no id: where
// every other has an answer, 0 is that.
func (c *Case) Why(id uint64) (diagnose.Verdict, []trace.Event, error) {
	if id == 0 && !c.fold.Unanswered() {
		if v, ok := c.nowhere(); ok {
			return v, nil, nil
		}
	}
	if id == 0 {
		id = c.fold.Newest()
	}
	v, ok := c.fold.Verdict(id, trace.Snapshot{}, c.run.Log())
	if !ok {
		return v, nil, Fail(Usage, c.unknown(id))
	}
	if c.read() {
		v, _ = c.fold.Verdict(id, trace.Snapshot{}, c.run.Log())
	}
	c.sources.openable(&v.Problem)
	return v, c.logs(id, v), nil
}

// nowhere returns the problem of commands that the graph connects to nothing, if there is one.
func (c *Case) nowhere() (diagnose.Verdict, bool) {
	key := c.fold.Nowhere()
	all := c.Problems()
	i := slices.IndexFunc(all, func(v diagnose.Verdict) bool { return key != "" && v.Key == key })
	if i < 0 {
		return diagnose.Verdict{}, false
	}
	return all[i], true
}

func (c *Case) unknown(id uint64) error {
	newest := c.fold.Newest()
	if newest == 0 {
		return fmt.Errorf("%s has no command; `tenbench diagnose` says what was wrong", c.run.Path)
	}
	return fmt.Errorf("no command #%d is known in %s; the newest without an answer, or of all, is #%d; `tenbench why --last` asks about that", id, c.run.Path, newest)
}

// Problems returns what is wrong in the run, the worst first. Remarks come behind what is over: in a finished run nothing else is left.
func (c *Case) Problems() []diagnose.Verdict {
	all := c.fold.Verdicts(trace.Snapshot{}, c.run.Log())
	if c.read() {
		all = c.fold.Verdicts(trace.Snapshot{}, c.run.Log())
	}
	for i := range all {
		c.sources.openable(&all[i].Problem)
	}
	remark := func(v diagnose.Verdict) int {
		if v.Level == trace.Info.String() {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b diagnose.Verdict) int { return cmp.Compare(remark(a), remark(b)) })
	return all
}

// read looks for the ways out of the handlers that are to blame, and reports whether there were any to look at.
func (c *Case) read() bool { return readWays(c.fold, c.sources) }

func readWays(f *diagnose.Fold, s Sources) bool {
	unread := f.Unread()
	for _, handler := range unread {
		f.SetWays(handler, s.Ways(handler))
	}
	return len(unread) > 0
}

// logs returns the log lines of a command.
func (c *Case) logs(id uint64, v diagnose.Verdict) (out []trace.Event) {
	if len(v.Path) == 0 || v.Path[0].Seq == 0 {
		return nil
	}
	in, buf := c.run.Log().ReaderAt(v.Path[0].Seq), make([]trace.Event, 256)
	for n := in.Next(buf); n > 0 && len(out) < maxLogs; n = in.Next(buf) {
		for _, e := range buf[:n] {
			if e.Kind == trace.LogLine && e.ID == id {
				out = append(out, e)
			}
		}
	}
	return out
}

// Rule returns the page of a rule; the error names the nearest one.
func Rule(id string) (diagnose.Page, error) {
	if p, ok := diagnose.Pages[id]; ok {
		return p, nil
	}
	if near := near.Name(id, diagnose.Rules()); near != "" {
		return diagnose.Page{}, Failf(Usage, "no rule is called %q; did you mean %q?", id, near)
	}
	return diagnose.Page{}, Failf(Usage, "no rule is called %q; there are %s", id, strings.Join(diagnose.Rules(), ", "))
}
