package msg

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Canonical JSON is what Python's json.dumps(v, ensure_ascii=False, separators=(",", ":"), allow_nan=False) writes:
//
//   - no spaces; keys in their own order
//   - integers in decimal; floats as Python's repr: the shortest digits that read back as the same float64, with an exponent
//     of at least two digits below 1e-4 and from 1e16 on, else with a '.': 1.0, 0.1, 1e+16, 1.5e-07, -0.0. A float32 is
//     written as the float64 of the same value
//   - strings in UTF-8 with \" \\ \n \r \t \b \f, other characters below U+0020 as \u00xx in lower case, nothing else escaped;
//     each byte that is not UTF-8 is U+FFFD
//   - null for what JSON cannot say: buf, ptr, NaN and the infinities, and the zero Value

// AppendJSON appends the canonical JSON of v to dst.
func AppendJSON(dst []byte, v Value) []byte {
	switch v.t {
	case BoolType:
		return strconv.AppendBool(dst, v.n != 0)
	case Int8Type, Int16Type, Int32Type, Int64Type:
		return strconv.AppendInt(dst, int64(v.n), 10)
	case Uint8Type, Uint16Type, Uint32Type, Uint64Type:
		return strconv.AppendUint(dst, v.n, 10)
	case Float32Type, Float64Type:
		if v.finite() {
			return appendFloat(dst, v.float())
		}
	case StringType:
		return appendString(dst, v.str())
	case ArrayType:
		return appendArray(dst, v.items())
	case ObjectType:
		return v.object().AppendJSON(dst)
	}
	return append(dst, "null"...)
}

func appendArray(dst []byte, items []Value) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendJSON(dst, item)
	}
	return append(dst, ']')
}

// AppendJSON appends the canonical JSON of o to dst.
func (o *Object) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for i := range o.entries {
		e := &o.entries[i]
		dst = appendMember(dst, i, e.key)
		dst = AppendJSON(dst, e.val)
	}
	return append(dst, '}')
}

// appendMember appends what stands before the i-th value of an object.
func appendMember(dst []byte, i int, key string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	dst = appendString(dst, key)
	return append(dst, ':')
}

func appendFloat(dst []byte, f float64) []byte {
	abs := math.Abs(f)
	if abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	for _, c := range dst[start:] {
		if c == '.' {
			return dst
		}
	}
	return append(dst, '.', '0')
}

// verbatim marks the bytes that stand for themselves in a JSON string, whatever comes after them.
var verbatim = func() (table [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

func appendString(dst []byte, s string) []byte {
	if !allVerbatim(s) {
		return appendEscaped(dst, s)
	}
	dst = slices.Grow(dst, len(s)+2)
	n := len(dst)
	dst = dst[:n+len(s)+2]
	dst[n] = '"'
	copy(dst[n+1:], s)
	dst[len(dst)-1] = '"'
	return dst
}

// appendEscaped appends a string in which not all stands for itself.
func appendEscaped(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		if verbatim[s[i]] {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && (r != utf8.RuneError || n > 1) {
			i += n
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, r)
		i += n
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// allVerbatim reports whether all of s stands for itself.
func allVerbatim(s string) bool {
	if len(s) >= 8 {
		for i := 0; i+8 < len(s); i += 8 {
			if !verbatim8(s[i:]) {
				return false
			}
		}
		return verbatim8(s[len(s)-8:]) // overlaps the one before, which costs less than the rest byte by byte
	}
	for i := range len(s) {
		if !verbatim[s[i]] {
			return false
		}
	}
	return true
}

// verbatim8 reports whether the first eight bytes of s are all verbatim, looking at them at once as one number. For each
// byte the highest bit of the result tells: set if the byte was above 0x7f, or fell below zero when the bound was subtracted.
// A borrow from the byte below can only make a verbatim byte look as if it were not, beside one that is not.
func verbatim8(s string) bool {
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	const each = 0x0101010101010101
	control := x - ' '*each
	quote := x ^ '"'*each - each
	backslash := x ^ '\\'*each - each
	return (x|control|quote|backslash)&(0x80*each) == 0
}

// appendEscape appends a character that does not stand for itself.
func appendEscape(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case utf8.RuneError:
		return utf8.AppendRune(dst, utf8.RuneError)
	}
	return append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&0xf])
}
