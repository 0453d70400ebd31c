package traffic

import "testing"

func TestColumnsNeverTakeMoreThanTheRow(t *testing.T) {
	for w := 60; w < 300; w++ {
		c := fit(w)
		sum := 1 + c.id + 10 + c.kind + c.name + 1 + c.from + 3 + c.to + 1 + c.status + c.latency + c.bar
		if sum > w {
			t.Errorf("a row of %d cells has columns of %d: %+v", w, sum, c)
		}
		if w >= 80 && (c.kind == 0 || c.status < 11 || c.latency < 7) {
			t.Errorf("a row of %d cells leaves out what matters: %+v", w, c)
		}
	}
}
