"""The version of this package. An engine of another version refuses the connection and names both."""

from __future__ import annotations

VERSION = "1.0.0"
