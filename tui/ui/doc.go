// Package ui holds what the screens of the workbench share: the Screen they implement, the Common they are given, the
// messages they exchange through the root, and the small widgets they draw with.
//
// Frame and Line are the one way to the terminal. Line lets no escape sequence and no control character through and keeps
// every row at exactly its width, so a screen cannot be broken by what an extension says.
package ui
