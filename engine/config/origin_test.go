package config

import (
	"os"
	"path/filepath"
	"testing"

	"tenbench/engine/graph"
)

func TestSettingsSayWhereTheyComeFrom(t *testing.T) {
	user(t, "[bench]\nslow = \"1ms\"\nstuck = \"2s\"\n[log.levels]\necho = \"debug\"\n")
	folder(t, map[string]string{"config.toml": `[[graph.nodes]]
name = "echo"
addon = "echo"
[graph.nodes.property]
a = 1
"b" = { c = 2 }
[bench]
slow = "2ms"
drain = "3s"
[log]
levels = { echo = "warn" }
[python]
env = { PATH_TO = "x" }
[secrets]
names = ["*key*", "*pin*"]
[tui]
mouse = false
`})
	t.Setenv("TENBENCH_BENCH_DRAIN", "4s")
	t.Setenv("TENBENCH_BENCH_QUEUE", "7")
	c := mustLoad(t, "config.toml", map[string]any{"tui.ascii": true, "bench.queue": 8})
	dir, err := os.UserConfigDir()
	must(t, err)
	got := map[string]Setting{}
	for _, s := range c.Settings() {
		got[s.Key] = s
	}
	for key, want := range map[string][2]string{
		"bench.slow":         {`"2ms"`, "config.toml:8:1"},
		"bench.stuck":        {`"2s"`, filepath.Join(dir, "tenbench", "config.toml") + ":3:1"},
		"bench.drain":        {`"4s"`, "TENBENCH_BENCH_DRAIN"},
		"bench.queue":        {"8", "--queue"},
		"bench.path_timeout": {`"3m"`, "default"},
		"secrets.names":      {`["*key*", "*pin*"]`, "config.toml:15:1"},
		"tui.mouse":          {"false", "config.toml:17:1"},
		"tui.ascii":          {"true", "--ascii"},
		"log.levels.echo":    {`"warn"`, "config.toml:11:12"},
		"python.env.PATH_TO": {`"x"`, "config.toml:13:9"},
	} {
		if s := got[key]; s.Value != want[0] || s.From.String() != want[1] {
			t.Errorf("%s = %s from %s, want %s from %s", key, s.Value, s.From, want[0], want[1])
		}
	}
	if got["bench.stuck"].From.Layer != ByUser || got["bench.slow"].From.Layer != ByFile {
		t.Errorf("layers %v, %v", got["bench.stuck"].From.Layer, got["bench.slow"].From.Layer)
	}
	want := graph.Pos{File: "config.toml", Line: 6, Col: 1}
	if at := c.Graphs[0].Nodes[0].Places["b"]; at != want {
		t.Errorf("property b stands at %v", at)
	}
}

func TestEntriesStandBehindTheirSection(t *testing.T) {
	folder(t, map[string]string{"config.toml": "[[graph.nodes]]\nname = \"echo\"\naddon = \"echo\"\n[log.levels]\necho = \"debug\"\n"})
	all := mustLoad(t, "config.toml", nil).Settings()
	for i, s := range all {
		if s.Key == "log.levels.echo" && (all[i-1].Key != "log.level" || all[i+1].Section() == "log") {
			t.Errorf("between %s and %s", all[i-1].Key, all[i+1].Key)
		}
	}
}
