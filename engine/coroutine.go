//go:build !race

package engine

import "iter"

// coroutine returns a function that runs body until it yields, and reports false when it has ended.
func coroutine(body func(yield func(struct{}) bool)) (resume func() (struct{}, bool)) {
	resume, _ = iter.Pull(body)
	return resume
}
