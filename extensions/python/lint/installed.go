package lint

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"slices"
	"time"
)

// missing prints those of its arguments that are no modules for the interpreter. To find a module of the first level runs nothing of it.
const missing = `import importlib.util, json, sys
def found(name):
    try:
        return importlib.util.find_spec(name) is not None
    except Exception:
        return True
json.dump([name for name in sys.argv[1:] if not found(name)], sys.stdout)`

// withoutInstalled drops what was said of modules that the interpreter has, as it starts for a program: with its site-packages and
// with PYTHONPATH. If it does not tell, nothing is said of modules at all.
func withoutInstalled(ctx context.Context, interpreter string, findings []Finding) []Finding {
	var names []string
	for _, f := range findings {
		if f.Module != "" && !slices.Contains(names, f.Module) {
			names = append(names, f.Module)
		}
	}
	if len(names) == 0 {
		return findings
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, interpreter, append([]string{"-B", "-c", missing}, names...)...)
	cmd.Stdout, cmd.WaitDelay = &out, time.Second
	var lacks []string
	if err := cmd.Run(); err != nil || json.Unmarshal(out.Bytes(), &lacks) != nil {
		lacks = nil
	}
	return slices.DeleteFunc(findings, func(f Finding) bool { return f.Module != "" && !slices.Contains(lacks, f.Module) })
}
