"""The frames of the host protocol, in bytes. Nothing here reads or writes a socket."""

from __future__ import annotations

import json
import struct
from typing import Any

PROTOCOL = 1

HELLO, WELCOME, STRING, BYE = 0x01, 0x02, 0x03, 0x04
APP_OPEN, APP_INIT, APP_INIT_DONE, APP_CLOSE, APP_DEINIT, APP_DEINIT_DONE, APP_CLOSED = range(0x10, 0x17)
CREATE, CREATED, STAGE, STAGE_DONE, INTERRUPT, CLOSE, CLOSED, FAIL, WIRED, STAGE_BEGUN = range(0x20, 0x2A)
SEND, SENT, DELIVER, BEGUN, ENDED, RETURN, RESULT, FREED, COLLECT, COLLECTED = range(0x30, 0x3A)
LOG, LINT, PROPERTY, BLOCKED, STACKS, STACKS_ARE, READS, READS_ARE = range(0x40, 0x48)

EACH, RELAY, REPORT, OF_APP = 1, 2, 4, 8  # flags of SEND; OF_APP also of RESULT
IS_ERROR, IS_FINAL, IS_COMPLETED = 1, 2, 4  # flags of RETURN and RESULT

LIMIT = 64 * 1024 * 1024
ALONE = 256 * 1024  # a larger frame is read into memory of its own, which nobody writes to

header = struct.Struct("<IBBHI")
send_head = struct.Struct("<IBBHIIQQIBBHIII")
begun_frame = struct.Struct("<IBBHIQqI")
ended_frame = struct.Struct("<IBBHIQq")
freed_frame = struct.Struct("<IBBHIQ")
return_head = struct.Struct("<IBBHIQIIII")
token_frame = struct.Struct("<IBBHII")

# Bodies that are read; they begin behind the header.
deliver_body = struct.Struct("<QIBBHII")
result_body = struct.Struct("<IIII")
sent_body = struct.Struct("<Ii")
token_body = struct.Struct("<I")

HEADER = header.size


def packed(kind: int, node: int, body: bytes = b"") -> bytes:
    """A frame with a body of bytes."""
    return header.pack(HEADER + len(body), kind, 0, 0, node) + body


def made(kind: int, node: int, body: dict[str, Any]) -> bytes:
    """A frame with a JSON body."""
    try:
        text = _dumps(body)
    except ValueError:  # NaN and the infinities have no JSON
        text = _dumps(_finite(body))
    return packed(kind, node, text.encode("utf-8", "replace"))


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=lambda value: None if isinstance(value, bytes) else str(value))
_dumps = _encoder.encode


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and value - value != 0 else value


def read(chunk: bytes, at: int, size: int) -> dict[str, Any]:
    """The JSON body of the frame that begins at a place in chunk."""
    return json.loads(chunk[at + HEADER : at + size]) if size > HEADER else {}
