package ui

import "strings"

// twins writes the characters that the workbench's own words use in ASCII, each in as many cells. Foreign text keeps the rest of
// its characters: they are what it says.
var twins = strings.NewReplacer("µ", "u", "…", "~", "–", "-", "←", "<", "→", ">", "↑", "^", "↓", "v", "×", "x", "“", `"`, "”", `"`)
