package inject

import (
	"slices"
	"strings"

	"tenbench/tui/ui"
)

// extensions are the names one can send to.
func extensions(c *ui.Common) []string {
	var names []string
	for _, n := range c.Store.Nodes() {
		if !slices.Contains(names, n.Name()) {
			names = append(names, n.Name())
		}
	}
	return names
}

// messages are the names that the graphs know for messages of the draft's kind, those its receiver gets first.
func messages(c *ui.Common, d draft) []string {
	var known, others []string
	for _, g := range c.Source.Graphs() {
		for _, conn := range g.Connections {
			for _, f := range conn.Flows {
				if f.Kind != d.kind || f.Name == "" || f.Name == "*" {
					continue
				}
				to := &others
				for _, dest := range f.Dests {
					if dest.Extension == d.to {
						to = &known
					}
				}
				*to = append(*to, f.Name)
			}
		}
	}
	all := append(known, others...)
	var out []string
	for _, n := range all {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// complete returns the first name that begins with what was typed; "" if there is none or it is complete.
func complete(typed string, names []string) string {
	if typed == "" || slices.Contains(names, typed) {
		return ""
	}
	for _, n := range names {
		if strings.HasPrefix(n, typed) {
			return n
		}
	}
	return ""
}

// nearest returns the name most like what was typed, "" if none is like it.
func nearest(typed string, names []string) string {
	best, name := len(typed)/2+1, ""
	for _, n := range names {
		if d := distance(typed, n); d < best {
			best, name = d, n
		}
	}
	return name
}

// distance is how many letters must change to make one name of the other.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// faultOf returns what is wrong with a slot of the form as it stands, nil if nothing is. Empty fields are faults only once a
// send was tried.
func (m *Model) faultOf(s slot, d draft) *fault {
	switch s {
	case slotName:
		if d.name == "" && m.form.tried {
			return &fault{-1, "a message needs a name"}
		}
	case slotTo:
		return m.faultOfTo(d)
	case slotProps:
		return d.check()
	}
	return nil
}

func (m *Model) faultOfTo(d draft) *fault {
	if d.to == "" {
		if m.form.tried {
			return &fault{-1, "say which extension receives it"}
		}
		return nil
	}
	names := extensions(m.c)
	for _, l := range d.dests() {
		typing := m.form.focus == slotTo && !m.form.tried && complete(l.Extension, names) != ""
		if typing || slices.Contains(names, l.Extension) {
			continue
		}
		text := "no extension is called " + l.Extension
		if n := nearest(l.Extension, names); n != "" {
			text += "; there is " + n
		}
		return &fault{-1, text}
	}
	return nil
}
