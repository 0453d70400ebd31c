package ui

import (
	"strings"
	"testing"

	"tenbench/tui/theme"
)

// What can be chosen is seen on every ground: only rules may be faint.
func TestWhatIsNotChosenIsSeen(t *testing.T) {
	for _, name := range []string{"dark", "light", "contrast"} {
		th, err := theme.New(theme.Options{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		c := &Common{Theme: th}
		drawn := c.Styled().Choice(th, "answer ok", false, 1).String()
		if faint := th.Hairline.Prefix(false); faint == "" || strings.Contains(drawn, faint) {
			t.Errorf("%s: %q is as faint as a rule", name, drawn)
		}
	}
}
