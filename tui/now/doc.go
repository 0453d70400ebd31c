// Package now is the first screen: is it up, and is anything wrong? Problems first, then the extensions, then what is owed,
// then what just happened.
package now
