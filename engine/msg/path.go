package msg

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A property path names a place in an object: keys with '.' between them, array items as [n]: a.b[2].c
//
// A key that is empty or holds '.', '[' or ']' is written as a JSON string in brackets: ["a.b"][""].c

// ErrNotFound is what Get returns for a path that is well formed and leads nowhere: the caller may have a default.
var ErrNotFound = errors.New("not found")

// PathError says what is wrong with the text of a path, and where.
type PathError struct {
	Path string
	Col  int // counted in characters, from 1
	Msg  string
}

// Error names the path, the column and what is wrong there.
func (e *PathError) Error() string {
	return fmt.Sprintf("property path %s, column %d: %s", strconv.Quote(e.Path), e.Col, e.Msg)
}

const (
	maxGap   = 1 << 20 // nulls that one Set may add stay below this: a typing error should not cost gigabytes
	maxDepth = 512     // levels of a path, and of JSON that is read
)

// step is one part of a path: a key, or an index if index >= 0.
type step struct {
	key   string
	index int
	at    int // where in the path it begins, in bytes
}

// What syntax finds in a path. The greater one counts.
const (
	plainASCII   = iota // one key, which is valid UTF-8
	plainUnicode        // one key, which may be invalid
	compound            // empty, or with '.', '[' or ']' in it
)

// syntax says what a path is, in one glance at each byte: most paths are one short key.
func syntax(path string) uint8 {
	if path == "" {
		return compound
	}
	var found uint8
	for i := range len(path) {
		found = max(found, syntaxOf[path[i]])
	}
	return found
}

var syntaxOf = func() (table [256]uint8) {
	for c := utf8.RuneSelf; c < len(table); c++ {
		table[c] = plainUnicode
	}
	table['.'], table['['], table[']'] = compound, compound, compound
	return table
}()

// stepRoom is how many steps of a path are parsed without allocating.
const stepRoom = 8

// Get returns the value at path; "" is the whole object. A path that leads nowhere gives ErrNotFound, a malformed one a
// *PathError.
func (o *Object) Get(path string) (Value, error) {
	if syntax(path) <= plainUnicode {
		if v, ok := o.Lookup(path); ok {
			return v, nil
		}
		return Value{}, notFound(path)
	}
	if path == "" {
		return Obj(o), nil
	}
	var room [stepRoom]step
	steps, err := parsePath(path, room[:0])
	if err != nil {
		return Value{}, err
	}
	v, ok := o.Lookup(steps[0].key)
	for _, s := range steps[1:] {
		v, ok = v.child(s)
		if !ok {
			break
		}
	}
	if !ok {
		return Value{}, notFound(path)
	}
	return v, nil
}

func notFound(path string) error { return fmt.Errorf("property %q %w", path, ErrNotFound) }

func (v Value) child(s step) (Value, bool) {
	switch {
	case s.index < 0 && v.t == ObjectType:
		return v.object().Lookup(s.key)
	case s.index >= 0 && s.index < len(v.Items()):
		return v.items()[s.index], true
	}
	return Value{}, false
}

// Set writes v at path. What is missing on the way is made: objects, arrays, and nulls before an index beyond the end.
// What is on the way and of another type is replaced. After an error the object is as it was.
func (o *Object) Set(path string, v Value) error {
	switch syntax(path) {
	case plainASCII:
		o.put(path, v)
		return nil
	case plainUnicode:
		o.Put(path, v)
		return nil
	}
	var room [stepRoom]step
	steps, err := parsePath(path, room[:0])
	if err != nil {
		return err
	}
	old, _ := o.Lookup(steps[0].key)
	val, err := old.with(path, steps[1:], v, maxGap)
	if err != nil {
		return err
	}
	o.Put(steps[0].key, val)
	return nil
}

// with returns v with the value at steps replaced: the containers on the way are copied, all others are kept. It adds less
// than room nulls.
func (v Value) with(path string, steps []step, val Value, room int) (Value, error) {
	if len(steps) == 0 {
		return val, nil
	}
	s := steps[0]
	if gap := s.index - len(v.Items()); gap >= room {
		return Value{}, pathError(path, s.at, fmt.Sprintf("the path leaves gaps of %d array items or more", maxGap))
	} else if gap > 0 {
		room -= gap
	}
	old, _ := v.child(s)
	val, err := old.with(path, steps[1:], val, room)
	if err != nil {
		return Value{}, err
	}
	return v.replaced(s, val), nil
}

func (v Value) replaced(s step, val Value) Value {
	if s.index < 0 {
		var o Object
		if v.t == ObjectType {
			o = v.object().Share()
		}
		o.Put(s.key, val)
		return frozen(o)
	}
	old := v.Items()
	items := make([]Value, max(len(old), s.index+1))
	for i := copy(items, old); i < len(items); i++ {
		items[i] = Null()
	}
	items[s.index] = val
	return Array(items...)
}

func pathError(path string, at int, msg string) *PathError {
	return &PathError{Path: path, Col: column(path[:at]), Msg: msg}
}

// parsePath appends the steps of a path that begins with a key.
func parsePath(path string, steps []step) ([]step, error) {
	steps, err := parseSteps(path, steps)
	switch {
	case err != nil:
		return nil, err
	case len(steps) == 0:
		return nil, pathError(path, 0, "the path is empty")
	case steps[0].index >= 0:
		return nil, pathError(path, 0, "the path begins with an index; the outermost level has keys only")
	}
	return steps, nil
}

// parseSteps appends the steps of any path, also of one that begins with an index.
func parseSteps(path string, steps []step) ([]step, error) {
	for at := 0; at < len(path); {
		if len(steps) == maxDepth {
			return nil, pathError(path, at, fmt.Sprintf("more than %d levels", maxDepth))
		}
		s, next, err := parseStep(path, at)
		if err != nil {
			return nil, err
		}
		steps, at = append(steps, s), next
	}
	return steps, nil
}

// parseStep reads the step at a position and returns where the next one begins.
func parseStep(path string, at int) (s step, next int, err error) {
	if path[at] == '[' {
		return parseBracket(path, at)
	}
	if at > 0 {
		if path[at] != '.' {
			return s, 0, pathError(path, at, "after ']' comes '.', '[' or the end")
		}
		at++
	}
	end := strings.IndexAny(path[at:], ".[]")
	if end < 0 {
		end = len(path) - at
	}
	switch {
	case end == 0:
		return s, 0, pathError(path, at, `a key is missing; the empty key is written [""]`)
	case at+end < len(path) && path[at+end] == ']':
		return s, 0, pathError(path, at+end, "']' without '['")
	}
	return step{key: path[at : at+end], index: -1, at: at}, at + end, nil
}

// parseBracket reads [n] or ["key"].
func parseBracket(path string, at int) (step, int, error) {
	if strings.HasPrefix(path[at+1:], `"`) {
		return parseQuoted(path, at)
	}
	end := strings.IndexByte(path[at:], ']')
	if end < 0 {
		return step{}, 0, pathError(path, at, "'[' without ']'")
	}
	n, err := strconv.ParseUint(path[at+1:at+end], 10, 31)
	if errors.Is(err, strconv.ErrRange) {
		return step{}, 0, pathError(path, at+1, "the index is too large")
	}
	if err != nil {
		return step{}, 0, pathError(path, at+1, "an index is a whole number from 0 up; keys in brackets are quoted")
	}
	return step{index: int(n), at: at + 1}, at + end + 1, nil
}

func parseQuoted(path string, at int) (step, int, error) {
	p := parser{text: path, pos: at + 1}
	key, err := p.str()
	if err != nil {
		return step{}, 0, pathError(path, p.pos, err.(*JSONError).Msg)
	}
	if p.pos >= len(path) || path[p.pos] != ']' {
		return step{}, 0, pathError(path, p.pos, "']' is missing after the quoted key")
	}
	return step{key: key, index: -1, at: at + 1}, p.pos + 1, nil
}

// AppendKey appends a key to the path in dst, quoted if it has to be.
func AppendKey(dst []byte, key string) []byte {
	if syntax(key) <= plainUnicode {
		if len(dst) > 0 {
			dst = append(dst, '.')
		}
		return append(dst, key...)
	}
	dst = append(dst, '[')
	dst = appendString(dst, key)
	return append(dst, ']')
}

// AppendIndex appends an array index to the path in dst.
func AppendIndex(dst []byte, i int) []byte {
	dst = append(dst, '[')
	dst = strconv.AppendInt(dst, int64(i), 10)
	return append(dst, ']')
}
