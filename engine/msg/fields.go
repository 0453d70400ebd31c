package msg

import (
	"fmt"
	"strings"
)

// A message's own fields are read and written under these paths (TEN's names), and are not in its bag. Any other path
// that begins with "ten" is an ordinary property: TEN's built-in commands keep their arguments there.
const (
	namePath    = "ten.name"
	fieldPrefix = "ten."
)

// field returns a pointer to the field at path, or nil.
func (f *AudioFrame) field(path string) any {
	name, _ := strings.CutPrefix(path, fieldPrefix)
	switch {
	case len(name) == len(path):
		return nil
	case name == "timestamp":
		return &f.Timestamp
	case name == "sample_rate":
		return &f.SampleRate
	case name == "bytes_per_sample":
		return &f.BytesPerSample
	case name == "samples_per_channel":
		return &f.SamplesPerChannel
	case name == "number_of_channel":
		return &f.Channels
	case name == "channel_layout":
		return &f.ChannelLayout
	case name == "data_fmt":
		return (*int32)(&f.Format)
	case name == "line_size":
		return &f.LineSize
	case name == "is_eof":
		return &f.EOF
	}
	return nil
}

// field returns a pointer to the field at path, or nil.
func (f *VideoFrame) field(path string) any {
	name, _ := strings.CutPrefix(path, fieldPrefix)
	switch {
	case len(name) == len(path):
		return nil
	case name == "timestamp":
		return &f.Timestamp
	case name == "width":
		return &f.Width
	case name == "height":
		return &f.Height
	case name == "pixel_fmt":
		return (*int32)(&f.Format)
	case name == "is_eof":
		return &f.EOF
	}
	return nil
}

func readField(field any) Value {
	switch f := field.(type) {
	case *int64:
		return Int(*f)
	case *int32:
		return Sized(Int32Type, int64(*f))
	case *uint64:
		return Uint(*f)
	case *bool:
		return Bool(*f)
	}
	return Value{}
}

func setField(path string, field, x any) error {
	v, err := Of(x)
	if err != nil {
		return fmt.Errorf("set property %q: %w", path, err)
	}
	return writeField(path, field, v)
}

// writeField stores v in a field, which stays as it is if v has another type or does not fit.
func writeField(path string, field any, v Value) error {
	var err error
	switch f := field.(type) {
	case *int64:
		err = store(f, v.Int)
	case *int32:
		err = store(f, func() (int32, error) {
			n, err := v.As(Int32Type)
			return int32(n.n), err
		})
	case *uint64:
		err = store(f, v.Uint)
	case *bool:
		err = store(f, v.Bool)
	case *string:
		err = store(f, v.Str)
	}
	if err != nil {
		return fmt.Errorf("set property %q: %w", path, err)
	}
	return nil
}

func store[T any](to *T, read func() (T, error)) error {
	x, err := read()
	if err == nil {
		*to = x
	}
	return err
}
