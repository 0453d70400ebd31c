// Command tenbench runs a graph of TEN extensions and shows what they do.
//
// This file is the command line: one short function for each subcommand. The rooms it wires together know nothing of it; README.md
// has the map.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"tenbench/engine"
	"tenbench/engine/bench"
	"tenbench/engine/config"
	"tenbench/engine/desktop"
	"tenbench/engine/diagnose"
	"tenbench/engine/doctor"
	"tenbench/engine/guard"
	"tenbench/engine/msg"
	"tenbench/engine/scaffold"
	"tenbench/extensions"
	"tenbench/extensions/python"
	"tenbench/extensions/python/lint"
	"tenbench/extensions/standin"
	"tenbench/tui"
)

//go:embed config.toml
var demo []byte

func main() {
	if guard.Child() {
		return
	}
	// Heap that is never touched, so that it costs address space only, and that the collector counts: it begins when the heap has doubled.
	// From a few megabytes on that is several times in each of the first seconds, and where processors are few messages wait for it.
	reserve := make([]byte, 32<<20)
	status := execute(os.Args[1:], extensions.Builtin())
	runtime.KeepAlive(reserve)
	os.Exit(int(status))
}

// execute runs the command line and returns the exit status. Errors are said here, once.
func execute(args []string, addons []engine.Addon) bench.Status {
	ctx, release := untilSignalled()
	defer release()
	guards := guard.NewLater(os.Stdin, func(err error) { note("%v", err) })
	defer guards.Bye()
	root := newRoot(bench.Options{Python: lendPython(guards), Demo: demo, Addons: addons, StandIn: standIn, Lint: lintPython, Sources: sources(), Version: version(), Note: note},
		guards, release)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var decided *bench.Error
	if err != nil && !(errors.As(err, &decided) && decided.Err == nil) {
		note("%v", err)
	}
	return bench.StatusOf(err)
}

// lendPython returns what makes the host of Python packages.
func lendPython(guards *guard.Later) func(*config.Config) bench.Python {
	return func(c *config.Config) bench.Python {
		return python.New(python.Options{
			Interpreter: c.Python.Interpreter,
			Env:         c.Python.Env,
			Debug:       c.Python.Debug,
			Dir:         c.Dir,
			Reload:      c.Reload.Code,
			Settle:      c.Reload.Settle,
			Guard:       guards,
			Runtime:     python.RuntimeDir,
			Session:     python.SessionOptions{Engine: engine.Options{Property: c.Property}, Lints: true, Slow: c.Bench.Slow, Level: bench.LowestLevel(c)},
		})
	}
}

// standIn makes what stands in for an addon that cannot run here.
func standIn(name, why string, wanted bool, reply config.StandIn) engine.Addon {
	r := standin.Reply{After: reply.After, Property: reply.Property}
	if reply.Status == "error" {
		r.Status = msg.Error
	}
	return standin.Addon(name, why, wanted, r)
}

// lintPython reads Python packages, each with the interpreter that would run it.
func lintPython(ctx context.Context, interpreter string, packages []bench.PythonSources) ([]diagnose.Problem, error) {
	var order []python.Interpreter
	by := map[python.Interpreter][]string{}
	for _, p := range packages {
		found, err := python.Find(interpreter, append([]string{p.Path}, p.Beside...)...)
		if err != nil {
			return nil, err
		}
		found.How = ""
		if by[found] == nil {
			order = append(order, found)
		}
		by[found] = append(by[found], p.Path)
	}
	var out []diagnose.Problem
	for _, with := range order {
		findings, err := lint.Check(ctx, with.Path, by[with]...)
		if err != nil {
			return nil, err
		}
		for _, f := range findings {
			if f.Module != "" {
				f.Remedy = with.Bring(f.Module, packageOf(f.File, packages))
			}
			out = append(out, diagnose.Problem{Rule: f.Rule, Level: f.Level, File: f.File, Line: f.Line, Column: f.Column,
				Confidence: diagnose.Confidence(f.Confidence), Text: f.Text, Remedy: f.Remedy, Count: 1})
		}
	}
	return out, nil
}

// packageOf is the package that a file belongs to, and its app if it is installed in one.
func packageOf(file string, packages []bench.PythonSources) python.Package {
	for _, p := range packages {
		if file == p.Path || strings.HasPrefix(file, p.Path+string(filepath.Separator)) {
			return python.Package{Dir: p.Path, App: p.App}
		}
	}
	return python.Package{Dir: filepath.Dir(file)}
}

// untilSignalled returns a context that the first SIGINT, SIGTERM or SIGHUP ends, so that on_stop and on_deinit run. A second
// signal ends the program at once; the guard then gives the terminal back.
func untilSignalled() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case <-signals:
			cancel()
			secondSignal(signals)
			note("a second signal: the run ends here, and waits for nothing")
			os.Exit(int(bench.Interrupted))
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}

// sameSignal is how long what comes after a signal is still the same one: timeout(1) and a container's init send it to the program
// and to its whole group.
const sameSignal = 300 * time.Millisecond

// secondSignal waits for a signal that somebody sent because the first one took too long.
func secondSignal(signals <-chan os.Signal) {
	for first := time.Now(); ; {
		<-signals
		if time.Since(first) >= sameSignal {
			return
		}
	}
}

// note is how the program speaks beside its output.
func note(format string, args ...any) { fmt.Fprintf(aside(), "tenbench: "+format+"\n", args...) }

// said and aside are stdout and stderr for text that people read.
func said() io.Writer  { return bench.Wrapped(os.Stdout) }
func aside() io.Writer { return bench.Wrapped(os.Stderr) }

// noteLater is note for what takes longer than a person waits without a word. The function it returns takes it back.
func noteLater(text string) func() {
	timer := time.AfterFunc(patience, func() { note("%s", text) })
	return func() { timer.Stop() }
}

const patience = 500 * time.Millisecond

// newRoot is the command line. A subcommand for which signals mean something else calls release.
func newRoot(opt bench.Options, guards *guard.Later, release func()) *cobra.Command {
	root := &cobra.Command{
		Use:   "tenbench [PATH]",
		Short: "A workbench for graphs of TEN extensions",
		Long: "tenbench runs a graph of TEN extensions and shows what they do: lifecycles, every message and its answer, logs.\n\n" +
			"PATH is a config file, a property.json or a TEN app folder. Without it ./config.toml is opened; if there is none, a demo.",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeConfig,
		Version:           version(),
		SilenceErrors:     true,
		SilenceUsage:      true,
	}
	colour := root.Flags().String("color", "auto", "colours: auto, always or never")
	root.Flags().Bool("ascii", false, "draw with ASCII alone")
	graphFlags(root, &opt)
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("--color", *colour, "auto", "always", "never"); err != nil {
			return err
		}
		if err := bench.Mistyped(named(opt, args).Path, subcommands(cmd)); err != nil {
			return err
		}
		opt.Flags = changed(cmd, map[string]string{"ascii": "tui.ascii"})
		return workbench(cmd.Context(), named(opt, args), guards.Guard, *colour)
	}
	offer(root, "color", "auto", "always", "never")
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if strings.HasSuffix(err.Error(), " --theme") {
			return bench.Failf(bench.Usage, "%w; the theme is a setting: [tui] theme in config.toml, or TENBENCH_TUI_THEME", err)
		}
		return bench.Failf(bench.Usage, "%w; see `%s --help`", err, cmd.CommandPath())
	})
	root.AddCommand(newRun(opt), newExec(opt, guards, release), newCheck(opt), newDoctor(opt), newNew(), newWhy(opt), newDiagnose(opt), newOpen(opt),
		newPythonPath(), newEngine(), newVersion())
	strictCompletion(root)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { fmt.Fprint(bench.Page(os.Stdout), helpOf(cmd)) })
	return root
}

// helpOf is the page that --help shows of a command.
func helpOf(cmd *cobra.Command) string {
	return strings.TrimSpace(cmp.Or(cmd.Long, cmd.Short)) + "\n\n" + cmd.UsageString()
}

// strictCompletion makes `completion` without a shell that it knows an error; by itself it would print its help and succeed.
func strictCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args = cobra.ArbitraryArgs
			cmd.RunE = func(_ *cobra.Command, args []string) error {
				return bench.Failf(bench.Usage, "completion %s: want bash, zsh, fish or powershell", strings.Join(args, " "))
			}
		}
	}
}

// graphFlags are the flags of what opens a graph and runs it.
func graphFlags(cmd *cobra.Command, opt *bench.Options) {
	cmd.Flags().StringVar(&opt.Graph, "graph", "", "the graph to run, of a folder with several")
	recordFlag(cmd, opt)
}

// recordFlag is --record FILE. A flag that took the place of its file is a mistake, not a name.
func recordFlag(cmd *cobra.Command, opt *bench.Options) {
	cmd.Flags().Func("record", "record the run in this `file` instead of the state folder", func(file string) error {
		if file == "" || file[0] == '-' {
			return errors.New("want a file, as in --record run.jsonl.zst; without --record the run is in the state folder")
		}
		opt.Record = file
		return nil
	})
}

func newRun(opt bench.Options) *cobra.Command {
	var run bench.RunOptions
	cmd := &cobra.Command{
		Use:   "run [PATH]",
		Short: "Run without a screen: events as JSON lines on stdout, notes on stderr",
		Long: "Runs a graph without a screen: events as JSON lines on stdout, notes on stderr.\n\nExit status: 0 ok, 1 an ERROR answer or --until not met, " +
			"2 usage, 3 config or graph invalid, 4 an extension failed its lifecycle, 5 unanswered, 6 lint, 7 could not start, 130 interrupted.",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeConfig,
	}
	f := cmd.Flags()
	f.DurationVar(&run.For, "for", 0, "end after this time, counted from the start of the graph")
	f.StringVar(&run.Until, "until", "", "end when an event passes this filter")
	f.StringVar(&run.Where, "where", "", "print only events that pass this filter")
	f.StringArrayVar(&run.Sends, "send", nil, `send a message when the graph runs: 'cmd hello {"n":1} to greeter' (repeatable); ... 'to greeter as relay' makes greeter take it for relay's`)
	f.StringArrayVar(&run.FailOn, "fail-on", nil, "fail on what happened (repeatable, or with commas): error is an ERROR result or a log line of level error, lint a problem that the bench found, of level warn or error, unanswered a command without an answer for too long")
	offer(cmd, "fail-on", "error", "lint", "unanswered")
	graphFlags(cmd, &opt)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		// Caught, not ignored, so that children do not inherit it: a write to a pipe that nobody reads is an error, not the end.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
		if cmd.Flags().Changed("for") && run.For <= 0 {
			return bench.Failf(bench.Usage, "--for %v: want a time from now on, such as 3s; without --for the run goes on until a signal", run.For)
		}
		status, err := bench.Run(cmd.Context(), named(opt, args), run, os.Stdout, aside())
		if err != nil {
			return err
		}
		return bench.Exit(status)
	}
	return cmd
}

func newExec(opt bench.Options, guards *guard.Later, release func()) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exec [flags] -- COMMAND...",
		Short: "Run a program with ten_runtime on this engine, and record what its apps do",
		Long: "Runs a program that imports ten_runtime or ten, with this engine beside it. All apps of all its processes are recorded together.\n\n" +
			"The program has its own input and output, and its exit status is passed on (128 and more for a signal); 7 if it could not start. " +
			"With --ui it has no input, and what it prints goes into the log and a file.",
		Args: cobra.ArbitraryArgs,
	}
	screen := cmd.Flags().Bool("ui", false, "show the workbench while it runs")
	colour := cmd.Flags().String("color", "auto", "colours of the workbench: auto, always or never")
	offer(cmd, "color", "auto", "always", "never")
	recordFlag(cmd, &opt)
	cmd.Flags().SetInterspersed(false)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return bench.Failf(bench.Usage, "exec: want a program, as in `tenbench exec -- python main.py`")
		}
		if err := oneOf("--color", *colour, "auto", "always", "never"); err != nil {
			return err
		}
		if *screen {
			return exited(overlook(cmd.Context(), opt, args, guards.Guard, *colour))
		}
		release()
		return exited(accompany(opt, args))
	}
	return cmd
}

// exited ends with the status of a program.
func exited(status int, err error) error {
	if err != nil {
		return err
	}
	return bench.Exit(bench.Status(status))
}

// accompany runs a program with its apps in a session of their own.
func accompany(opt bench.Options, command []string) (status int, err error) {
	p, err := bench.OpenProgram(opt, command)
	if err != nil {
		return 0, err
	}
	defer p.Close(aside())
	run := python.Program{Command: command, Engine: p.Engine(), Opened: p.Opened, Note: note, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	status, err = run.Run(context.Background())
	return status, bench.Fail(bench.NotStarted, err)
}

// overlook is accompany behind the screens. Leaving them ends the program.
func overlook(ctx context.Context, opt bench.Options, command []string, guards func() *guard.Guard, colour string) (status int, err error) {
	if err := needTerminal(); err != nil {
		return 0, err
	}
	var screen atomic.Pointer[tui.Workbench]
	opt.Screen, opt.Note = true, noteOn(&screen)
	p, err := bench.OpenProgram(opt, command)
	if err != nil {
		return 0, err
	}
	defer p.Close(aside())
	d := desk(".")
	defer d.Written.Summary(aside()) // stdout is the program's
	defer p.Output(os.Stdout)
	g := guards()
	w, err := tui.New(p.App(), p.App(), d, programInfo(p, opt), lookOf(p.Config(), g, opt.Sources, colour))
	if err != nil {
		return 0, bench.Fail(bench.Usage, err)
	}
	ended := func(how string) {
		p.Left(how)
		w.Send(tui.Notice{Text: p.Title() + " " + how, Bad: how != python.EndedWell})
	}
	run := python.Program{Command: command, Engine: p.Engine(), Opened: p.Opened, Note: opt.Note,
		Captured: &python.Captured{Line: p.Line, Whole: p, Guard: g, Ended: ended}}
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	over := make(chan error, 1)
	go func() {
		var failed error
		if status, failed = run.Run(ctx); failed != nil {
			leave()
		}
		p.Over()
		over <- failed
	}()
	err = show(ctx, w, &screen, g)
	leave()
	defer noteLater("stopping the program; ctrl+c ends it at once")()
	return status, bench.Fail(bench.NotStarted, errors.Join(<-over, err))
}

func programInfo(p *bench.Program, opt bench.Options) tui.Info {
	recording, recorded := p.Recording()
	return tui.Info{Title: p.Title(), Version: opt.Version, Recording: recording, Recorded: recorded, Started: p.App().Log().Start(), Live: true,
		Ended: p.Ended, Header: bench.HeaderOf(p.Title(), opt)}
}

// newEngine is what ten_runtime starts when a program that uses it was not started by exec.
func newEngine() *cobra.Command {
	return &cobra.Command{
		Use:    "engine",
		Short:  "Be the engine of the program that started this",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return bench.Fail(bench.NotStarted, python.ServeProgram(cmd.Context()))
		},
	}
}

func newPythonPath() *cobra.Command {
	return &cobra.Command{
		Use:   "python-path",
		Short: "Print the folder that holds ten_runtime and ten, for PYTHONPATH",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			dir, err := python.RuntimeDir()
			if err == nil {
				fmt.Println(dir)
			}
			return bench.Fail(bench.NotStarted, err)
		},
	}
}

func newCheck(opt bench.Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [PATH]",
		Short: "Check config, graph and Python packages without running anything",
		Long: "check reads and runs nothing. PATH is a config file, a property.json, the folder of a TEN app or package, or a .py file. Of Python " +
			"packages it reads manifest.json, property.json and all sources: those of the package or app that is opened, and those that its " +
			"graph uses.\n\nIt exits with 3 if config, graph or manifest cannot be read, with 1 for a finding of level error, else with 0.",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeConfig,
	}
	cmd.Flags().StringVar(&opt.Graph, "graph", "", "the graph to check, of a folder with several")
	format := cmd.Flags().String("format", "text", "text or json")
	offer(cmd, "format", "text", "json")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("--format", *format, "text", "json"); err != nil {
			return err
		}
		problems, status, err := bench.Check(cmd.Context(), named(opt, args))
		if err != nil {
			return err
		}
		if err := printProblems(*format, problems); err != nil {
			return bench.Fail(bench.CheckFailed, err)
		}
		if *format == "text" && len(problems) > 0 {
			fmt.Fprintln(aside(), bench.Tally(named(opt, args), problems))
		}
		return bench.Exit(status)
	}
	return cmd
}

func printProblems(format string, problems []diagnose.Problem) error {
	if format == "json" {
		if problems == nil {
			problems = []diagnose.Problem{}
		}
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"problems": problems})
	}
	for _, p := range problems {
		fmt.Fprintln(said(), bench.Line(p))
	}
	if len(problems) == 0 {
		fmt.Println("nothing is wrong")
	}
	return nil
}

func newDoctor(opt bench.Options) *cobra.Command {
	return &cobra.Command{
		Use:               "doctor [PATH]",
		Short:             "Say what this machine has and lacks",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeConfig,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt := named(opt, args)
			findings := doctor.Examine(cmd.Context(), machine{}, bench.StateDir(opt))
			if doctor.Print(said(), append(findings, bench.PythonFinding(opt), bench.Finding(opt))) {
				return bench.Exit(bench.CheckFailed)
			}
			return nil
		},
	}
}

func newWhy(opt bench.Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "why ID|--last [RUN]",
		Short: "Say why a command got no answer: the verdict of the screen, from a run file",
		Long: "Says why a command got no answer, from the newest run file or the one named: what became of it, what it waits for, its path, its logs, " +
			"and what is different about the commands that were answered.",
		Args: cobra.MaximumNArgs(2),
	}
	last := cmd.Flags().Bool("last", false, "the newest command without an answer")
	rule := cmd.Flags().String("rule", "", "explain a rule instead")
	format := cmd.Flags().String("format", "text", "text or json")
	offer(cmd, "format", "text", "json")
	offer(cmd, "rule", diagnose.Rules()...)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", *format, "text", "json"); err != nil {
			return err
		}
		if *rule != "" {
			return explainRule(*rule, *format)
		}
		id, name, err := whichCommand(args, *last)
		if err != nil {
			return err
		}
		c, err := investigate(opt, name)
		if err != nil {
			return err
		}
		v, logs, err := c.Why(id)
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(map[string]any{"problems": []diagnose.Verdict{v}})
		}
		fmt.Fprint(said(), printable(v.Report(logs)))
		return nil
	}
	return cmd
}

// whichCommand reads the ID and the RUN of why; 0 is the last one.
func whichCommand(args []string, last bool) (id uint64, run string, err error) {
	if last && len(args) < 2 {
		return 0, strings.Join(args, ""), nil
	}
	if last || len(args) == 0 {
		return 0, "", bench.Failf(bench.Usage, "why: want the ID of a command, or --last, as in `tenbench why 42`")
	}
	id, err = strconv.ParseUint(strings.TrimPrefix(args[0], "#"), 10, 64)
	if err != nil || id == 0 {
		return 0, "", bench.Failf(bench.Usage, "why %s: want the ID of a command, a number from 1 on, as in `tenbench why 42`", args[0])
	}
	return id, strings.Join(args[1:], ""), nil
}

// investigate reads a run file for its problems.
func investigate(opt bench.Options, name string) (*bench.Case, error) {
	run, err := bench.OpenRun(opt, name)
	if err != nil {
		return nil, err
	}
	if run.Damage != "" {
		note("%s", run.Damage)
	}
	if lacks := run.Lacks(); lacks != "" {
		note("%s", printable(lacks))
	}
	return bench.Investigate(run, opt.Sources), nil
}

// sources are where the sources of extensions may lie: also where this program was built.
func sources() bench.Sources { return bench.Sources{Roots: []string{builtIn()}} }

// builtIn is the folder of this program's own source, "" if it was built without.
func builtIn() string {
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		return ""
	}
	return filepath.Dir(file)
}

func explainRule(rule, format string) error {
	page, err := bench.Rule(rule)
	if err != nil {
		return err
	}
	if format == "json" {
		return printJSON(map[string]any{"rule": rule, "means": page.Means, "found": page.Found, "do": page.Do})
	}
	fmt.Fprintf(said(), "%s\n\nWHAT IT MEANS\n%s\n\nHOW IT IS FOUND\n%s\n\nWHAT TO DO\n%s\n", rule, page.Means, page.Found, page.Do)
	return nil
}

func printJSON(v any) error {
	return bench.Fail(bench.CheckFailed, json.NewEncoder(os.Stdout).Encode(v))
}

// printable keeps what extensions say from doing anything to a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}

func newDiagnose(opt bench.Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diagnose [RUN]",
		Short: "List the problems of a run, the worst first, from a run file",
		Args:  cobra.MaximumNArgs(1),
	}
	format := cmd.Flags().String("format", "text", "text or json")
	offer(cmd, "format", "text", "json")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", *format, "text", "json"); err != nil {
			return err
		}
		c, err := investigate(opt, strings.Join(args, ""))
		if err != nil {
			return err
		}
		problems := c.Problems()
		if *format == "json" {
			return printJSON(map[string]any{"problems": problems})
		}
		for i := range problems {
			fmt.Fprint(said(), printable(bench.Lines(&problems[i], strings.Join(args, ""))))
		}
		if len(problems) == 0 {
			fmt.Println("nothing is wrong")
		}
		return nil
	}
	return cmd
}

func newOpen(opt bench.Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "open [RUN]",
		Short: "Open a finished run in the workbench: the newest, or the run file named",
		Args:  cobra.MaximumNArgs(1),
	}
	colour := cmd.Flags().String("color", "auto", "colours: auto, always or never")
	cmd.Flags().Bool("ascii", false, "draw with ASCII alone")
	offer(cmd, "color", "auto", "always", "never")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("--color", *colour, "auto", "always", "never"); err != nil {
			return err
		}
		opt.Flags = changed(cmd, map[string]string{"ascii": "tui.ascii"})
		return openRun(cmd.Context(), opt, strings.Join(args, ""), *colour)
	}
	return cmd
}

func replayInfo(run *bench.Replay, opt bench.Options) tui.Info {
	return tui.Info{Title: run.Header.Graph, Version: opt.Version, Recording: run.Path, Started: run.Header.Start, Excerpt: run.Header.Excerpt,
		Header: run.SameHeader}
}

// openRun shows a finished run behind the screens.
func openRun(ctx context.Context, opt bench.Options, name, colour string) error {
	if err := needTerminal(); err != nil {
		return err
	}
	run, err := bench.OpenRun(opt, name)
	if err != nil {
		return err
	}
	g, err := guard.Start(os.Stdin)
	if err != nil {
		note("%v", err)
	}
	defer g.Bye()
	look := bench.Look(opt)
	d := desk("")
	w, err := tui.New(run, nil, d, replayInfo(run, opt),
		tui.Options{Theme: look.Theme, FPS: look.FPS, Mouse: look.Mouse, ASCII: look.ASCII, Color: colour, Screen: g.Screen, Memory: bench.NewMemory(), Sources: opt.Sources})
	if err != nil {
		return bench.Fail(bench.Usage, err)
	}
	if run.Header.Excerpt != "" {
		w.Send(tui.Notice{Text: "a part of a run: " + run.Header.Excerpt})
	}
	if run.Damage != "" {
		w.Send(tui.Notice{Text: run.Damage, Bad: true})
	}
	if lacks := run.Lacks(); lacks != "" {
		w.Send(tui.Notice{Text: lacks, Bad: true})
	}
	g.Screen(true)
	err = w.Run(ctx)
	g.Screen(false)
	d.Written.Summary(said())
	return ended(ctx, err)
}

// ended is how a workbench ended: err is its own, and ctx is over if a signal was the reason.
func ended(ctx context.Context, err error) error {
	switch {
	case err != nil:
		return bench.Fail(bench.NotStarted, err)
	case ctx.Err() != nil:
		return bench.Exit(bench.Interrupted)
	}
	return nil
}

func needTerminal() error {
	if _, _, ok := doctor.Terminal(os.Stdin, os.Stdout); !ok || os.Getenv("TERM") == "dumb" {
		return bench.Failf(bench.Usage, "the workbench needs a terminal whose cursor it can move; `tenbench run` needs none")
	}
	return nil
}

func newNew() *cobra.Command {
	cmd := &cobra.Command{Use: "new", Short: "Begin an extension", Args: cobra.ArbitraryArgs}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return bench.Failf(bench.Usage, "new %s: want python or go and a name, as in `tenbench new python my_voice`", strings.Join(args, " "))
	}
	cmd.AddCommand(newIn("go", "Begin an extension in Go, in a clone: folder, test and its line in extensions.go", scaffold.Go, func(name string, _ []string) {
		note("to run it, add it to the graph in config.toml:\n\n[[graph.nodes]]\nname = %q\naddon = %[1]q\n", name)
	}))
	cmd.AddCommand(newIn("python", "Begin a Python package in TEN's layout, with a test: here, or in the app whose folder this is", scaffold.Python, func(_ string, made []string) {
		folder := filepath.ToSlash(filepath.Dir(made[0]))
		note("to open it: tenbench %s\nto test it: cd %[1]s && tenbench exec -- python3 -m pytest", folder)
	}))
	return cmd
}

// newIn begins an extension in a language, lists its files, and says what is next.
func newIn(language, short string, begin func(dir, name string) ([]string, error), next func(name string, made []string)) *cobra.Command {
	return &cobra.Command{
		Use:   language + " NAME",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			made, err := begin(".", args[0])
			if err != nil {
				return bench.Failf(bench.Usage, "new %s: %w", language, err)
			}
			for _, file := range made {
				fmt.Println(filepath.ToSlash(file))
			}
			next(args[0], made)
			return nil
		},
	}
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run:   func(*cobra.Command, []string) { fmt.Println(version()) },
	}
}

// version says what was built, from which commit and with what.
func version() string {
	name, commit := "devel", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" {
			name = v
		}
		commit = commitOf(info.Settings)
	}
	return fmt.Sprintf("tenbench %s%s %s %s/%s", name, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func commitOf(settings []debug.BuildSetting) string {
	var revision, when, dirty string
	for _, s := range settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case "vcs.time":
			when = " of " + s.Value
		case "vcs.modified":
			if s.Value == "true" {
				dirty = ", changed since"
			}
		}
	}
	if revision == "" {
		return ""
	}
	return fmt.Sprintf(" (%s%s%s)", revision, when, dirty)
}

// workbench runs the graph behind the screens. The guard stands from before the terminal is touched until it is given back.
func workbench(ctx context.Context, opt bench.Options, guards func() *guard.Guard, colour string) error {
	if err := needTerminal(); err != nil {
		return err
	}
	var screen atomic.Pointer[tui.Workbench]
	opt.Screen, opt.Note = true, noteOn(&screen)
	b, err := bench.Open(opt)
	if err != nil {
		return err
	}
	g := guards()
	if err := b.Start(ctx); err != nil {
		return err
	}
	defer b.Close()
	d := desk(filepath.Dir(b.Config().Path))
	w, err := tui.New(b.App(), b.App(), d, screenInfo(b, opt), screenOptions(b, d.Written, g, opt.Sources, colour))
	if err != nil {
		return bench.Fail(bench.Usage, err)
	}
	b.Watch(reloadTeller(w, b.Config()))
	err = show(ctx, w, &screen, g)
	told := noteLater("stopping; ctrl+c twice ends it at once")
	b.Close()
	told()
	b.Summary(said())
	d.Written.Summary(said())
	return ended(ctx, err)
}

// noteOn is note for a time in which a workbench may have the terminal: it shows notes then.
func noteOn(screen *atomic.Pointer[tui.Workbench]) func(format string, args ...any) {
	return func(format string, args ...any) {
		if w := screen.Load(); w != nil {
			w.Send(tui.Notice{Text: fmt.Sprintf(format, args...), Bad: true})
			return
		}
		note(format, args...)
	}
}

// show gives w the terminal until it is left.
func show(ctx context.Context, w *tui.Workbench, screen *atomic.Pointer[tui.Workbench], g *guard.Guard) error {
	g.Screen(true)
	screen.Store(w)
	defer g.Screen(false)
	defer screen.Store(nil)
	return w.Run(ctx)
}

// reloadTeller returns what tells the screens of reloads, and of how they shall look once that has changed.
func reloadTeller(w *tui.Workbench, started *config.Config) func(bench.Reload) {
	worn := started.TUI
	return func(r bench.Reload) {
		switch {
		case r.Waits:
			w.Send(tui.Waiting{Summary: r.Summary, Problems: r.Problems})
			return
		case len(r.Problems) > 0:
			w.Send(tui.Refused{Problems: r.Problems})
			return
		}
		applied := tui.Reloaded{Summary: r.Summary, Inject: savedInjects(r.Config)}
		if now := r.Config.TUI; now != worn {
			worn, applied.Look = now, &tui.Look{Theme: now.Theme, Mouse: now.Mouse, ASCII: now.ASCII}
		}
		w.Send(applied)
	}
}

// declared is what a manifest names, as the screens want it.
func declared(all []config.Declared) (out []tui.DeclaredMessage) {
	for _, in := range all {
		out = append(out, tui.DeclaredMessage{Kind: in.Kind, Name: in.Name, Properties: declaredProperties(in.Properties)})
	}
	return out
}

func declaredProperties(all []config.DeclaredProperty) (out []tui.DeclaredProperty) {
	for _, p := range all {
		out = append(out, tui.DeclaredProperty{Name: p.Name, Type: p.Type, Required: p.Required})
	}
	return out
}

func savedInjects(c *config.Config) (out []tui.SavedInject) {
	for _, in := range c.Inject {
		out = append(out, tui.SavedInject{Name: in.Name, Send: in.Send, Expect: in.Expect})
	}
	return out
}

// screenSettings are the settings as the screens want them.
func screenSettings(b *bench.Bench) tui.Settings {
	now := b.Settings()
	s := tui.Settings{Path: now.Path, Files: now.Files, Auto: now.Auto, Secrets: now.Secrets}
	setting := func(in config.Setting) tui.Setting {
		return tui.Setting{Key: in.Key, Value: in.Value, From: screenOrigin(in.From)}
	}
	for _, in := range now.All {
		out := setting(in.Setting)
		if in.Next != nil {
			next := setting(*in.Next)
			out.Next = &next
		}
		s.All = append(s.All, out)
	}
	for _, r := range now.Reloads {
		out := tui.Reload{At: r.At, Summary: r.Summary, Problems: r.Problems, Waits: r.Waits}
		for _, p := range r.Places {
			out.Places = append(out.Places, tui.Origin{File: p.File, Line: p.Line})
		}
		s.Reloads = append(s.Reloads, out)
	}
	return s
}

// screenOrigin is a line in a file, or a name: of a variable, of a flag, or default.
func screenOrigin(o config.Origin) tui.Origin {
	switch o.Layer {
	case config.ByUser, config.ByFile:
		return tui.Origin{File: o.Pos.File, Line: o.Pos.Line}
	case config.ByEnvironment:
		return tui.Origin{Name: "$" + o.Pos.File}
	}
	return tui.Origin{Name: o.String()}
}

func screenInfo(b *bench.Bench, opt bench.Options) tui.Info {
	recording, recorded := b.Recording()
	info := tui.Info{
		Title:     b.Title(),
		Version:   opt.Version,
		Demo:      b.Demo(),
		Recording: recording,
		Recorded:  recorded,
		Started:   b.App().Log().Start(),
		Live:      true,
		Header:    bench.HeaderOf(b.Title(), opt),
	}
	if !b.Demo() {
		info.Config, info.Apply = b.Config().Path, b.Apply
		if b.Config().Kind == config.Bench {
			info.SaveInject = func(in tui.SavedInject) error {
				return config.AppendInject(info.Config, config.Inject{Name: in.Name, Send: in.Send, Expect: in.Expect})
			}
		}
	}
	info.Inject, info.Package = savedInjects(b.Config()), b.Config().Kind == config.Package
	info.Declares = func(graph, extension string) []tui.DeclaredMessage { return declared(b.Declares(graph, extension)) }
	info.Has = func(graph, extension string) []tui.DeclaredProperty {
		return declaredProperties(b.DeclaredProperties(graph, extension))
	}
	info.Settings = func() tui.Settings { return screenSettings(b) }
	return info
}

func screenOptions(b *bench.Bench, written *desktop.Files, g *guard.Guard, sources bench.Sources, colour string) tui.Options {
	o := lookOf(b.Config(), g, sources, colour)
	o.Report = func() (file string, err error) {
		if file, err = b.Report(time.Now()); err == nil {
			written.Note(file)
		}
		return file, err
	}
	return o
}

func lookOf(c *config.Config, g *guard.Guard, sources bench.Sources, colour string) tui.Options {
	t := c.TUI
	return tui.Options{Theme: t.Theme, FPS: t.FPS, Mouse: t.Mouse, ASCII: t.ASCII, Color: colour, Screen: g.Screen, Memory: bench.NewMemory(), Sources: sources}
}

// named fills in the PATH of the command line.
func named(opt bench.Options, args []string) bench.Options {
	if len(args) > 0 {
		opt.Path = args[0]
	}
	return opt
}

func subcommands(cmd *cobra.Command) (names []string) {
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return names
}

// changed returns the settings, by their keys, of the flags that were given.
func changed(cmd *cobra.Command, keys map[string]string) map[string]any {
	set := map[string]any{}
	for flag, key := range keys {
		if f := cmd.Flags().Lookup(flag); f.Changed {
			set[key] = f.Value.String()
		}
	}
	return set
}

func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if a == value {
			return nil
		}
	}
	last := len(allowed) - 1
	return bench.Failf(bench.Usage, "%s %q: want %s or %s", flag, value, strings.Join(allowed[:last], ", "), allowed[last])
}

// offer completes a flag's values in the shell.
func offer(cmd *cobra.Command, flag string, values ...string) {
	// The only error is a flag that does not exist, which the tests of completion would show.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

func completeConfig(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"toml", "json"}, cobra.ShellCompDirectiveFilterFileExt
}

// machine is this machine, for doctor.
type machine struct{}

func (machine) LookPath(program string) (string, error) { return exec.LookPath(program) }
func (machine) Env(name string) (string, bool)          { return os.LookupEnv(name) }
func (machine) Terminal() (cols, rows int, ok bool)     { return doctor.Terminal(os.Stdin, os.Stdout) }

func (machine) Output(ctx context.Context, program string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, program, args...).Output()
	return string(out), err
}

// lent is the user's desktop as the screens want it.
type lent struct{ desktop.Desktop }

// Edit returns the editor, told to open a file at a line.
func (l lent) Edit(file string, line int) (tui.Program, error) {
	cmd, err := l.Editor(file, line)
	if err != nil {
		return nil, err
	}
	return program{cmd}, nil
}

// desk is the desktop of someone whose sources may lie below root, or where this program was built.
func desk(root string) lent {
	locate := func(file string) (string, error) { return bench.Locate(file, root, builtIn()) }
	return lent{desktop.Desktop{Locate: locate, Written: new(desktop.Files)}}
}

// program is a command as the screens run one.
type program struct{ *exec.Cmd }

func (p program) SetStdin(r io.Reader)  { p.Stdin = r }
func (p program) SetStdout(w io.Writer) { p.Stdout = w }
func (p program) SetStderr(w io.Writer) { p.Stderr = w }
