package near

import "testing"

func TestName(t *testing.T) {
	names := []string{"addon", "name", "property", "group", "unanswered_after"}
	cases := map[string]string{"adon": "addon", "Addon": "addon", "nmae": "name", "propertys": "property", "unanswerd_aftr": "unanswered_after", "x": "", "elephant": "", "": "", "nam": "name"}
	for in, want := range cases {
		if got := Name(in, names); got != want {
			t.Errorf("Name(%q) = %q, not %q", in, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for pair, want := range map[[2]string]int{{"abc", "abc"}: 0, {"abc", "acb"}: 1, {"abc", "ab"}: 1, {"", "xy"}: 2, {"kitten", "sitting"}: 3, {"kitten", "mouse"}: 5} {
		if d := distance(pair[0], pair[1], 5); d != want {
			t.Errorf("distance%q is %d, want %d", pair, d, want)
		}
	}
}
