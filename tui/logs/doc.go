// Package logs shows log lines, and what the bench itself has to say: lints, reloads, failures.
package logs
