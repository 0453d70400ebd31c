package engine

import (
	"context"

	"tenbench/engine/msg"
)

// Extension is an async component with TEN's lifecycle. Embed DefaultExtension and override what you need.
//
// At most one callback of an extension runs at any instant; they begin in the order in which things arrived. While one waits
// in an Env call (SendCmd, Sleep, a Queue, Recv, Task.Wait) others run, so fields need no lock but may change across a wait.
// Messages may arrive as soon as OnInit returned, before and during OnStart.
//
// A lifecycle callback that returns an error or panics fails the extension. A message callback that panics does so too.
type Extension interface {
	OnConfigure(ctx context.Context, env Env) error
	OnInit(ctx context.Context, env Env) error
	OnStart(ctx context.Context, env Env) error
	OnStop(ctx context.Context, env Env) error
	OnDeinit(ctx context.Context, env Env) error

	// OnCmd handles a command. It answers with env.ReturnResult, now or later; nothing answers for it.
	OnCmd(ctx context.Context, env Env, cmd *msg.Cmd)
	OnData(ctx context.Context, env Env, data *msg.Data)
	OnAudioFrame(ctx context.Context, env Env, frame *msg.AudioFrame)
	OnVideoFrame(ctx context.Context, env Env, frame *msg.VideoFrame)
}

// PropertyChanger is an Extension that takes a changed property while it runs. Without it a change restarts the extension.
type PropertyChanger interface {
	// OnPropertyChanged is called after the property at path has its new value. An error restarts the extension.
	OnPropertyChanged(ctx context.Context, env Env, path string) error
}

// DefaultExtension does nothing in every callback. As in TEN, a command that reaches it is never answered.
type DefaultExtension struct{}

// OnConfigure does nothing.
func (DefaultExtension) OnConfigure(context.Context, Env) error { return nil }

// OnInit does nothing.
func (DefaultExtension) OnInit(context.Context, Env) error { return nil }

// OnStart does nothing.
func (DefaultExtension) OnStart(context.Context, Env) error { return nil }

// OnStop does nothing.
func (DefaultExtension) OnStop(context.Context, Env) error { return nil }

// OnDeinit does nothing.
func (DefaultExtension) OnDeinit(context.Context, Env) error { return nil }

// OnCmd does nothing: the command stays unanswered.
func (DefaultExtension) OnCmd(context.Context, Env, *msg.Cmd) {}

// OnData drops the message.
func (DefaultExtension) OnData(context.Context, Env, *msg.Data) {}

// OnAudioFrame drops the frame.
func (DefaultExtension) OnAudioFrame(context.Context, Env, *msg.AudioFrame) {}

// OnVideoFrame drops the frame.
func (DefaultExtension) OnVideoFrame(context.Context, Env, *msg.VideoFrame) {}

// Addon makes instances of an extension.
type Addon struct {
	Name string
	Doc  string // one line
	// New makes an instance for the node of that name. It runs before on_configure and must not wait.
	New func(name string) Extension
	// Host makes the host of a node that does not run in Go; nil means that New's extension runs on the Go host.
	Host func(node *Node) (Host, error)
}

// Resolver finds the addon of that name; the error says which names are near.
type Resolver func(addon string) (Addon, error)
