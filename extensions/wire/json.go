package wire

import "encoding/json"

// The bodies of the JSON frames, in the order of PROTOCOL.md. Raw fields are JSON as it stands.
type (
	// HelloBody is who connects.
	HelloBody struct {
		Protocol   int      `json:"protocol"`
		Runtime    string   `json:"runtime"`
		Python     string   `json:"python"`
		Executable string   `json:"executable"`
		PID        int      `json:"pid"`
		Argv       []string `json:"argv"`
		Role       string   `json:"role"`
	}
	// WelcomeBody is the engine's answer.
	WelcomeBody struct {
		Protocol int             `json:"protocol"`
		Runtime  string          `json:"runtime"`
		Limit    int             `json:"limit"`
		SlowMS   int64           `json:"slow_ms"`
		Lints    bool            `json:"lints"`
		Shown    bool            `json:"shown,omitempty"`
		Property json.RawMessage `json:"property,omitempty"`
		LogLevel int             `json:"log_level"`
	}
	// ByeBody is why a connection ends.
	ByeBody struct {
		Reason string `json:"reason"`
	}
	// AppOpenBody is an app to open.
	AppOpenBody struct {
		Property json.RawMessage `json:"property"`
		BaseDir  string          `json:"base_dir"`
		Secrets  []string        `json:"secrets"`
		Graph    json.RawMessage `json:"graph"`
		Peer     string          `json:"peer"`
	}
	// AppInitBody names the graph that came with the app.
	AppInitBody struct {
		GraphID string `json:"graph_id"`
	}
	// AppClosedBody is why an app did not run; "" if it did.
	AppClosedBody struct {
		Error string `json:"error"`
	}
	// CreateBody is an instance to make.
	CreateBody struct {
		App           uint32 `json:"app"`
		Addon         string `json:"addon"`
		Name          string `json:"name"`
		Graph         string `json:"graph"`
		GraphID       string `json:"graph_id"`
		Group         string `json:"group"`
		Package       string `json:"package,omitempty"`
		PropertyLevel string `json:"property_level"`
	}
	// CreatedBody is whether it was made.
	CreatedBody struct {
		Error   string            `json:"error"`
		Stack   string            `json:"stack"`
		Module  string            `json:"module"`
		Stages  map[string]string `json:"stages"`
		Sync    bool              `json:"sync"`
		NoOnCmd bool              `json:"no_on_cmd"`
	}
	// StageBody is a lifecycle callback to run; Layer goes with configure.
	StageBody struct {
		Stage string          `json:"stage"`
		Layer json.RawMessage `json:"layer,omitempty"`
	}
	// StageBegunBody is when its callback began, or with End when its author said that it is over.
	StageBegunBody struct {
		Stage string `json:"stage"`
		Time  int64  `json:"time"`
		End   bool   `json:"end"`
	}
	// StageDoneBody is how it ended; Property and Secrets go with configure.
	StageDoneBody struct {
		Stage    string          `json:"stage"`
		Error    string          `json:"error"`
		Stack    string          `json:"stack"`
		Property json.RawMessage `json:"property"`
		Secrets  []string        `json:"secrets"`
	}
	// WiredBody is which commands of a node the graph connects: those, or with nil all.
	WiredBody struct {
		Commands []string `json:"commands"`
	}
	// FailBody is why a node cannot go on.
	FailBody struct {
		Reason string `json:"reason"`
		Stack  string `json:"stack"`
		Source string `json:"source"`
	}
	// LogBody is a log line.
	LogBody struct {
		Level    int             `json:"level"`
		Text     string          `json:"text"`
		ID       uint64          `json:"id"`
		Source   string          `json:"source"`
		Fields   json.RawMessage `json:"fields"`
		Category string          `json:"category"`
	}
	// LintBody is a problem that began or, with End, ended.
	LintBody struct {
		Rule     string          `json:"rule"`
		Level    int             `json:"level"`
		Text     string          `json:"text"`
		ID       uint64          `json:"id"`
		Source   string          `json:"source"`
		End      bool            `json:"end"`
		Property json.RawMessage `json:"property"`
	}
	// PropertyBody is a property that the extension wrote.
	PropertyBody struct {
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value"`
	}
	// BlockedBody is a loop that does not come back or, with End, did.
	BlockedBody struct {
		ID    uint64 `json:"id"`
		What  string `json:"what"`
		Since int64  `json:"since"`
		Stack string `json:"stack"`
		Row   bool   `json:"row"`
		End   bool   `json:"end"`
		// Others are the other nodes that run on this loop.
		Others []uint32 `json:"others"`
	}
	// StacksBody asks for all that the process is busy with.
	StacksBody struct {
		Token uint32 `json:"token"`
	}
	// StacksAreBody is the answer.
	StacksAreBody struct {
		Token uint32     `json:"token"`
		Work  []WorkBody `json:"work"`
	}
	// ReadsBody asks how often the node's extension has read its properties.
	ReadsBody struct{}
	// ReadsAreBody is the answer, by path; "" is all of them at once.
	ReadsAreBody struct {
		Reads map[string]int64 `json:"reads"`
	}
	// WorkBody is something a process is busy with.
	WorkBody struct {
		Node     uint32   `json:"node"`
		ID       uint64   `json:"id"`
		What     string   `json:"what"`
		Since    int64    `json:"since"`
		Await    string   `json:"await"`
		Blocking bool     `json:"blocking"`
		Stack    string   `json:"stack"`
		Task     bool     `json:"task"`    // started by the handler of id, which has ended
		Holds    []uint64 `json:"holds"`   // of a task: the messages that it has, or of which it has what was made of them
		Answers  bool     `json:"answers"` // of a task that has ended: its code returns results
		Raised   string   `json:"raised"`  // of a task that has ended: what it raised, that nobody has seen, and what to do about it
		Source   string   `json:"source"`  // where
	}
)

// The roles in HELLO.
const (
	Child   = "child"
	Program = "program"
)
