// Package palette is the command line of the workbench: a line that finds commands by a few letters of their names, and then
// asks for what they need.
//
// It is an overlay, not a screen: the root opens it with the commands that act now, gives it the keys while it is open, and
// draws it above the screen. What was used lately stands first.
package palette
