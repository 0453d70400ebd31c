package ui

import (
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	tests := []struct{ got, want string }{
		{Dur(0), "0ns"}, {Dur(950), "950ns"}, {Dur(42_000), "42µs"}, {Dur(400_000), "0.4ms"}, {Dur(7_000_000), "7ms"},
		{Dur(9_940_000), "9.9ms"}, {Dur(9_960_000), "10ms"}, {Dur(88_000_000), "88ms"}, {Dur(999_600_000), "1.00s"},
		{Dur(1_840_000_000), "1.84s"}, {Dur(int64(13 * time.Second)), "13.0s"}, {Dur(int64(252 * time.Second)), "4m12s"},
		{Dur(int64(125 * time.Minute)), "2h05m"}, {Dur(-400_000), "-0.4ms"}, {After(999), "+0"}, {After(1000), "+1µs"}, {After(-1000), "-1µs"},
		{Age(4_210_000_000), "4.2s"}, {Age(-1), "0.0s"}, {Age(int64(125 * time.Second)), "2m05s"},
		{Clock(252_310_000_000), "04:12.310"}, {Clock(int64(time.Hour) + 5e6), "1:00:00.005"}, {RunTime(252e9), "04:12"},
		{Size(42), "42 B"}, {Size(3_100_000), "3.1 MB"}, {Size(999_600), "1.0 MB"}, {Size(120_000_000), "120 MB"},
		{Count(412), "412"}, {Count(9_999), "9999"}, {Count(12_345), "12.3k"}, {Count(1_200_000), "1.2M"},
		{Grouped(18_204), "18,204"}, {Grouped(1_000_005), "1,000,005"}, {Grouped(-4_981), "-4,981"},
		{Plural(1, "problem"), "1 problem"}, {Plural(0, "problem"), "0 problems"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
