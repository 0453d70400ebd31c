package msg

// ResultName is the name every result carries.
const ResultName = "ten:result"

// CmdResult answers a command. A result is final unless SetFinal(false) says that more will come.
type CmdResult struct {
	header
	status    Status
	partial   bool
	completed bool
	cmd       *Cmd // keeps the command alive: as long as a result for it exists, an answer can still come
	spare     *CmdResult
}

// NewResult returns a final result for cmd. It is bound to the command, not to the variable: cmd may be a clone, and may have
// been sent on.
func NewResult(status Status, cmd *Cmd) *CmdResult {
	r := &struct {
		CmdResult
		room  [fewEntries]entry // as in NewCmd
		taken CmdResult         // what ReturnResult takes; it does not keep cmd alive
	}{CmdResult: CmdResult{header: header{name: ResultName, tag: cmd.tag}, status: status, cmd: cmd}}
	r.props = Object{entries: r.room[:0], inside: true}
	r.spare = &r.taken
	return &r.CmdResult
}

// NewErrorResult returns a final ERROR result for cmd whose property detail says why.
func NewErrorResult(cmd *Cmd, detail string) *CmdResult {
	r := NewResult(Error, cmd)
	r.props.Put("detail", String(detail))
	return r
}

// Kind returns KindResult.
func (r *CmdResult) Kind() Kind { return KindResult }

// Status returns what the result says of its command.
func (r *CmdResult) Status() Status { return r.status }

// SetStatus changes the status.
func (r *CmdResult) SetStatus(s Status) { r.status = s }

// Final reports whether the responder said this is its last result.
func (r *CmdResult) Final() bool { return !r.partial }

// SetFinal says whether this is the responder's last result.
func (r *CmdResult) SetFinal(final bool) { r.partial = !final }

// Completed reports whether no further result of the whole request will come. Only received results can be completed.
func (r *CmdResult) Completed() bool { return r.completed }

// SetCompleted is the engine's: it marks the last delivery of a request.
func (r *CmdResult) SetCompleted(c bool) { r.completed = c }

// Cmd returns the command the result was made for; nil on the receiving side.
func (r *CmdResult) Cmd() *Cmd { return r.cmd }

// For returns a result with the same status, final flag and properties that answers cmd: the way to hand a received
// result on to the original sender.
func (r *CmdResult) For(cmd *Cmd) *CmdResult {
	out := NewResult(r.status, cmd)
	out.partial = r.partial
	out.consumed = r.consumed
	out.props = r.props.Share()
	return out
}

// Detail returns the property detail if it is a string, else "".
func (r *CmdResult) Detail() string {
	v, err := r.props.Get("detail")
	if err != nil {
		return ""
	}
	s, _ := v.Str()
	return s
}

// Clone returns a second result with the same content for the same command.
func (r *CmdResult) Clone() *CmdResult { return r.share().(*CmdResult) }

func (r *CmdResult) take() Message {
	out := r.spare
	if out == nil {
		out = &CmdResult{}
	}
	out.status, out.partial, out.completed = r.status, r.partial, r.completed
	r.moveTo(&out.header)
	r.cmd, r.spare = nil, nil
	return out
}

func (r *CmdResult) share() Message {
	out := *r
	out.header, out.spare = r.copyShared(), nil
	return &out
}
