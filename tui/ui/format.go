package ui

import (
	"strconv"
	"time"

	"tenbench/engine/msg"
)

// AppendDur appends a duration as people say it: 0.4ms, 12ms, 1.84s, 4m12s, 2h05m. Columns of durations are right-aligned.
func AppendDur(b []byte, ns int64) []byte {
	switch d := time.Duration(ns); {
	case d < 0:
		return AppendDur(append(b, '-'), -ns)
	case d < time.Microsecond:
		return append(strconv.AppendInt(b, ns, 10), "ns"...)
	case d < 100*time.Microsecond:
		return append(strconv.AppendInt(b, ns/1e3, 10), "µs"...)
	case d < 9950*time.Microsecond:
		return append(appendTenths(b, (ns+5e4)/1e5), "ms"...)
	case d < 999500*time.Microsecond:
		return append(strconv.AppendInt(b, (ns+5e5)/1e6, 10), "ms"...)
	case d < 9995*time.Millisecond:
		return append(strconv.AppendFloat(b, float64(ns)/1e9, 'f', 2, 64), 's')
	case d < 59950*time.Millisecond:
		return append(strconv.AppendFloat(b, float64(ns)/1e9, 'f', 1, 64), 's')
	case d < time.Hour:
		return append(appendTwo(append(strconv.AppendInt(b, ns/60e9, 10), 'm'), ns/1e9%60), 's')
	default:
		return append(appendTwo(append(strconv.AppendInt(b, ns/3600e9, 10), 'h'), ns/60e9%60), 'm')
	}
}

// appendTenths appends a number of tenths; whole numbers have no ".0".
func appendTenths(b []byte, tenths int64) []byte {
	b = strconv.AppendInt(b, tenths/10, 10)
	if tenths%10 == 0 {
		return b
	}
	return append(b, '.', byte('0'+tenths%10))
}

// AppendAge appends how long something lasts already, to a tenth of a second: 0.8s, 4.2s, 2m05s.
func AppendAge(b []byte, ns int64) []byte {
	if ns < 0 {
		ns = 0
	}
	if ns < 99.95e9 {
		return append(strconv.AppendFloat(b, float64(ns)/1e9, 'f', 1, 64), 's')
	}
	return AppendDur(b, ns)
}

// AppendClock appends the time of the run, to the millisecond: 04:12.310, 1:04:12.310.
func AppendClock(b []byte, ns int64) []byte {
	if ns < 0 {
		ns = 0
	}
	b = appendRun(b, ns)
	ms := ns / 1e6 % 1000
	return append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
}

func appendRun(b []byte, ns int64) []byte {
	if h := ns / 3600e9; h > 0 {
		b = append(strconv.AppendInt(b, h, 10), ':')
	}
	b = append(appendTwo(b, ns/60e9%60), ':')
	return appendTwo(b, ns/1e9%60)
}

func appendTwo(b []byte, n int64) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }

// AppendSize appends a number of bytes: 42 B, 3.1 KB, 120 MB.
func AppendSize(b []byte, n int64) []byte {
	if n < 1000 {
		return append(strconv.AppendInt(b, n, 10), " B"...)
	}
	f := float64(n)
	for _, unit := range []string{" KB", " MB", " GB", " TB"} {
		f /= 1000
		if f < 999.5 || unit == " TB" {
			return append(appendShort(b, f), unit...)
		}
	}
	return b
}

// AppendCount appends a number in at most five cells: 412, 12.3k, 1.2M.
func AppendCount(b []byte, f float64) []byte {
	switch {
	case f < 0:
		return AppendCount(append(b, '-'), -f)
	case f < 9999.5:
		return strconv.AppendInt(b, int64(f+0.5), 10)
	case f < 999.5e3:
		return append(appendShort(b, f/1e3), 'k')
	case f < 999.5e6:
		return append(appendShort(b, f/1e6), 'M')
	}
	return append(appendShort(b, f/1e9), 'G')
}

func appendShort(b []byte, f float64) []byte {
	if f < 99.95 {
		return strconv.AppendFloat(b, f, 'f', 1, 64)
	}
	return strconv.AppendInt(b, int64(f+0.5), 10)
}

// AppendGrouped appends an integer with separators: 18,204.
func AppendGrouped(b []byte, n int) []byte {
	if n < 0 {
		return AppendGrouped(append(b, '-'), -n)
	}
	if n < 1000 {
		return strconv.AppendInt(b, int64(n), 10)
	}
	b = append(AppendGrouped(b, n/1000), ',')
	return append(b, byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
}

// Dur is AppendDur as a string.
func Dur(ns int64) string { return string(AppendDur(nil, ns)) }

// After is how long after something else a thing happened: +51µs. Less than a microsecond is +0: the engine may have looked at the
// clock once for both.
func After(ns int64) string {
	switch {
	case ns < 0:
		return Dur(ns)
	case ns < int64(time.Microsecond):
		return "+0"
	}
	return "+" + Dur(ns)
}

// Age is AppendAge as a string.
func Age(ns int64) string { return string(AppendAge(nil, ns)) }

// Clock is AppendClock as a string.
func Clock(ns int64) string { return string(AppendClock(nil, ns)) }

// RunTime returns the time of the run to the second: 04:12.
func RunTime(ns int64) string { return string(appendRun(nil, max(ns, 0))) }

// Size is AppendSize as a string.
func Size(n int64) string { return string(AppendSize(nil, n)) }

// Count is AppendCount as a string.
func Count(f float64) string { return string(AppendCount(nil, f)) }

// Grouped is AppendGrouped as a string.
func Grouped(n int) string { return string(AppendGrouped(nil, n)) }

// Plural returns "1 problem", "2 problems".
func Plural(n int, noun string) string {
	s := Grouped(n) + " " + noun
	if n != 1 {
		s += "s"
	}
	return s
}

// KindName returns the word the screens use for a kind of message: cmd, result, data, audio, video.
func KindName(k msg.Kind) string {
	switch k {
	case msg.KindAudioFrame:
		return "audio"
	case msg.KindVideoFrame:
		return "video"
	}
	return k.String()
}
