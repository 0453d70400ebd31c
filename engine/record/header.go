package record

import (
	"encoding/json"
	"fmt"
	"time"
)

// Format is the version of run files that this program writes, and the newest it reads.
const Format = 1

// Header is the first line of a run file.
type Header struct {
	Format   int             `json:"format"`
	Tenbench string          `json:"tenbench"`         // the version that wrote it
	Graph    string          `json:"graph"`            // the name, as in the file's name
	Start    time.Time       `json:"start"`            // of the log: mono_ns counts from here
	Graphs   json.RawMessage `json:"graphs,omitempty"` // nodes and connections, as the caller of Start gave them

	Excerpt string `json:"excerpt,omitempty"` // what of the run is in the file, in words; "" if it is the run
}

func (h Header) line() ([]byte, error) {
	b, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("write the header of a run file: %w", err)
	}
	return append(b, '\n'), nil
}

func parseHeader(line []byte) (Header, error) {
	var h Header
	if err := json.Unmarshal(line, &h); err != nil || h.Format < 1 {
		return Header{}, fmt.Errorf("%w: its first line is no header", ErrNotRunFile)
	}
	if h.Format > Format {
		return Header{}, fmt.Errorf("the run file has format %d, this tenbench reads up to %d; open it with version %s or newer", h.Format, Format, h.Tenbench)
	}
	return h, nil
}
