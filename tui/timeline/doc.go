// Package timeline is the screen that shows when things happened: one lane per extension, the commands as spans with their
// children under them, audio as a level line, and the lifecycle of the whole run.
//
// A column is one instant on every lane; the cursor is a column. Drawing costs what is visible, not what happened: lanes are
// read from the store's grids, commands from the rows around the window.
package timeline
