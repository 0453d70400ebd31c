// Package python is the host of extensions that are written in Python. They run in processes of their own, on the runtime that is
// embedded here, and speak to the engine through extensions/wire.
package python
