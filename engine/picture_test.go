package engine_test

import (
	"fmt"
	"slices"
	"strings"
)

// picture is what can be seen of a run when nothing moves.
type picture struct {
	results map[string]string
	open    map[string]string
	failed  []string
	lost    map[string]bool // open commands that nothing holds: the engine may have proven it or not
}

func openLine(debtor string, waits []string, partial int) string {
	slices.Sort(waits)
	return fmt.Sprintf("%s %v partial %d", debtor, waits, partial)
}

// differ says where what was seen is not what the model says.
func (want picture) differ(got picture) string {
	var out []string
	complain := func(what, key, w, g string) {
		if w != g {
			out = append(out, fmt.Sprintf("%s %s: the model says %q, it is %q", what, key, w, g))
		}
	}
	for key := range union(want.results, got.results) {
		complain("result", key, want.results[key], got.results[key])
	}
	for key := range union(want.open, got.open) {
		g := got.open[key]
		if rest, ok := strings.CutPrefix(g, "nobody"); ok && want.lost[key] { // or not yet proven
			debtor, _, _ := strings.Cut(want.open[key], " ")
			g = debtor + rest
		}
		complain("open", key, want.open[key], g)
	}
	complain("failed", "", fmt.Sprint(want.failed), fmt.Sprint(got.failed))
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func union(a, b map[string]string) map[string]bool {
	out := map[string]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}
