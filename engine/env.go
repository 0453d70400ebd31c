package engine

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"tenbench/engine/msg"
)

// Env is what an extension sees of the engine. One Env belongs to one extension for its whole life.
//
// ctx says which callback is asking: pass on the ctx the callback was given. A goroutine that the author started himself must
// not use a callback's ctx (the call is refused with ErrOffLoop and reported); with a ctx of its own it is served as a foreign
// caller, which may wait but holds no place on the loop.
type Env interface {
	// Name is the node's name in the graph.
	Name() string

	// SendCmd sends a command and waits for its completed result. A result with status ERROR is a result; err says that there
	// will be none: ErrNotConnected, ErrClosed, ErrStopped, or ctx's error. Partial results are skipped; see SendCmdEx.
	SendCmd(ctx context.Context, cmd *msg.Cmd) (*msg.CmdResult, error)
	// SendCmdEx sends a command and yields every result, the completed one last. Leaving the loop early is allowed.
	SendCmdEx(ctx context.Context, cmd *msg.Cmd) iter.Seq2[*msg.CmdResult, error]
	// Relay sends a received command on; its results go to the original sender without coming by here.
	Relay(ctx context.Context, cmd *msg.Cmd) error
	// Send sends data or a frame. nil means that it is on its way, not that it was handled. A frame to a full mailbox pushes
	// the oldest one out.
	Send(ctx context.Context, m msg.Message) error
	// ReturnResult answers the command that res was made for. A second final result, or one after the timeout, is dropped and
	// reported, not an error.
	ReturnResult(ctx context.Context, res *msg.CmdResult) error

	// Go starts a task on the extension's loop, like asyncio's create_task. It begins when the loop comes to it.
	Go(ctx context.Context, name string, fn func(ctx context.Context) error) *Task
	// Await runs blocking work off the loop, like asyncio's to_thread, and waits for it. fn must not touch the extension's
	// fields. At the stop deadline fn is abandoned and Await returns ErrStopped.
	Await(ctx context.Context, fn func(ctx context.Context) error) error
	// Sleep waits while others run.
	Sleep(ctx context.Context, d time.Duration) error

	// InitProperty replaces the addon's own defaults; only in OnConfigure.
	InitProperty(ctx context.Context, json []byte) error
	// Property reads the extension's property at a path, app:name reads the app's. ErrNotFound if there is none.
	// Properties can be read from OnInit on.
	Property(ctx context.Context, path string) (msg.Value, error)
	// SetProperty writes the extension's own property.
	SetProperty(ctx context.Context, path string, v any) error

	// Log is the extension's logger. Its ...Context methods note the command that ctx belongs to.
	Log() *slog.Logger
}
