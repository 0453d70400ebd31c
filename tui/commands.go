package tui

import (
	"context"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

const restartLimit = 30 * time.Second

// restart returns the command that restarts an extension and says how it went.
func (m *Model) restart(msg ui.RestartMsg) tea.Cmd {
	ctx, ctl := m.ctx, m.common.Controller
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, restartLimit)
		defer cancel()
		if err := ctl.Restart(ctx, msg.Graph, msg.Extension); err != nil {
			return ui.ToastMsg{Level: trace.Error, Text: fmt.Sprintf("restart %s: %v", msg.Extension, err)}
		}
		return ui.ToastMsg{Level: trace.Info, Text: msg.Extension + " was restarted"}
	}
}
