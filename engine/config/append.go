package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"tenbench/engine/graph"
)

// AppendInject writes in as one more [[inject]] at the end of a config.toml, and leaves all else in it as it is. A file that would then
// not be TOML is not changed: that has a list of injects in another form, or a mistake.
func AppendInject(file string, in Inject) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("save %q: %w", in.Name, err)
	}
	more := fmt.Sprintf("\n[[inject]]\nname = %s\nsend = %s\n", tomlString(in.Name), tomlString(in.Send))
	if in.Expect != "" {
		more += "expect = " + tomlString(in.Expect) + "\n"
	}
	if len(data) > 0 && !bytes.HasSuffix(data, []byte("\n")) {
		more = "\n" + more
	}
	report := &graph.Report{}
	graph.ParseTOML(file, append(bytes.Clone(data), more...), report)
	if err := report.Err(); err != nil {
		return fmt.Errorf("save %q: %w", in.Name, err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("save %q: %w", in.Name, err)
	}
	defer f.Close()
	if _, err := f.WriteString(more); err != nil {
		return fmt.Errorf("save %q: %w", in.Name, err)
	}
	return nil
}

// tomlString writes a string as TOML has it: as it is between single quotes where that can be, else with escapes, which are those
// of JSON.
func tomlString(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == '\'' || r < ' ' || r == 0x7f || r == '\ufffd' }) {
		return "'" + s + "'"
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.Encode(s) // a string can always be written
	return strings.ReplaceAll(strings.TrimSuffix(out.String(), "\n"), "\x7f", `\u007f`)
}
