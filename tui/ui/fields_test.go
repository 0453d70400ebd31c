package ui

import "testing"

func TestFields(t *testing.T) {
	tests := []struct{ in, want string }{
		{`{}`, ""},
		{`{"count":8}`, "count=8"},
		{`{"cmd":"hello","text":"two words","result":{"a":[1,"}"]}}`, `cmd=hello text="two words" result={"a":[1,"}"]}`},
		{`{ "a" : 1 , "b" : "x=y" , "c":"" }`, `a=1 b="x=y" c=""`},
		{`{"q":"say \"hi\""}`, `q="say \"hi\""`},
		{`[1,2]`, "[1,2]"},
		{`{"cut":"in the mid`, `cut="in the mid`},
		{`{"a"`, `{"a"`},
		{``, ""},
	}
	for _, tt := range tests {
		if got := Fields([]byte(tt.in)); got != tt.want {
			t.Errorf("Fields(%s) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzFields(f *testing.F) {
	f.Add([]byte(`{"a":{"b":["}"]},"c":"\\"}`))
	f.Add([]byte(`{"a":}`))
	f.Fuzz(func(t *testing.T, b []byte) { Fields(b) })
}
