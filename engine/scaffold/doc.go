// Package scaffold writes the beginnings of an extension: a folder with a small working extension and its test; for one in Go also
// the line that puts it on the list of built-ins. It writes all files or says why it wrote none, and never over one that is there.
package scaffold
