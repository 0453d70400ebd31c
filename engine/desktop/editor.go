// Package desktop is what a terminal program borrows from the machine it runs on: the user's editor, clipboard and a folder for
// what is exported. Nothing here waits for the user: an editor is only told what to open, and a clipboard program has two seconds.
package desktop

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Desktop is the user's.
type Desktop struct {
	Locate  func(file string) (string, error) // finds a source by the name that events give it
	Written *Files                            // notes what Save writes; nil: nobody asks
}

// Editor returns $VISUAL or $EDITOR, told to open a file at a line as that editor wants to be told.
func (d Desktop) Editor(file string, line int) (*exec.Cmd, error) {
	name, err := d.Locate(file)
	if err != nil {
		return nil, err
	}
	words := editorCommand(strings.Fields(cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"), "vi")), name, line)
	if _, err := exec.LookPath(words[0]); err != nil {
		return nil, fmt.Errorf("editor %s: %w; set EDITOR", words[0], err)
	}
	return exec.Command(words[0], words[1:]...), nil
}

func editorCommand(words []string, file string, line int) []string {
	place := fmt.Sprintf("%s:%d", file, max(line, 1))
	switch name := strings.TrimSuffix(filepath.Base(words[0]), ".exe"); name {
	case "code", "codium", "cursor":
		return append(words, "--wait", "--goto", place)
	case "hx", "helix", "subl", "zed":
		return append(words, place)
	default:
		return append(words, fmt.Sprintf("+%d", max(line, 1)), file)
	}
}
