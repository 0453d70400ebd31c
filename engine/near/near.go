// Package near guesses which name was meant by one that is not known. There is one guess in the house: what check, the filter and the
// forms suggest is the same.
package near

import "strings"

// Name returns the name that was most likely meant by what was written, "" if none is near.
func Name(written string, names []string) string {
	best, bestAt := "", min(1+max(1, len(written)/3), len(written)) // a name of which nothing is left is not near
	for _, name := range names {
		if d := distance(strings.ToLower(written), strings.ToLower(name), bestAt); d < bestAt {
			best, bestAt = name, d
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap with their neighbour to get from a to b; at most limit.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
