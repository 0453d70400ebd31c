"""The frames of extensions/wire/testdata, read and written byte for byte."""

from __future__ import annotations

import json
import pathlib
import unittest

from ten_runtime import AudioFrame, Cmd, CmdResult, Data, VideoFrame, _frame

FOLDER = next(p / "extensions/wire/testdata" for p in pathlib.Path(__file__).resolve().parents if (p / "extensions/wire/testdata").exists())
FRAMES = json.loads((FOLDER / "frames.json").read_text(encoding="utf-8"))
KINDS = {1: Cmd, 3: Data, 4: AudioFrame, 5: VideoFrame}


def body_of(case: dict) -> bytes:
    frame = (FOLDER / (case["file"] + ".frame")).read_bytes()
    size, kind, flags, zero, node = _frame.header.unpack_from(frame)
    assert (size, kind, flags, zero, node) == (len(frame), case["type"], case["flags"], 0, case["node"])
    return frame


def cases(*kinds: int) -> list[dict]:
    found = [case for case in FRAMES if case["type"] in kinds]
    assert found
    return found


def rewritten(msg: object, raw: bytes, side: bytes) -> tuple[bytes, bytes]:
    """Properties after they were decoded and encoded again."""
    msg._props, msg._raw, msg._side = None, raw, side
    msg._load()
    msg._raw = None
    return msg._encoded()


class Frames(unittest.TestCase):
    def message(self, frame: bytes, at: int, lengths: tuple[int, ...], meaning: dict) -> bytes:
        """Reads a message's parts and returns what this side makes of them."""
        kind, fields, name, props, side, dests = lengths
        self.assertEqual(kind, meaning["kind"])
        parts = []
        for length in (name, fields, props, side, dests):
            parts.append(frame[at : at + length])
            at += length
        self.assertEqual(parts[0].decode(), meaning["name"])
        self.assertEqual(len(frame) - at, meaning["buffer"])
        msg = KINDS[kind].create(meaning["name"])
        if fields:
            msg._unpack(parts[1], 0)
            parts[1] = msg._packed()
        if props:
            parts[2], parts[3] = rewritten(msg, parts[2], parts[3])
        if dests:
            places = json.loads(parts[4])
            parts[4] = _frame_places(places)
        return b"".join(parts) + frame[at:]

    def test_messages_that_are_sent(self) -> None:
        for case in cases(0x30):
            with self.subTest(case["file"]):
                frame, meaning = body_of(case), case["meaning"]
                head = _frame.send_head.unpack_from(frame)
                self.assertEqual(list(head[5:9]), [meaning[key] for key in ("token", "parent", "relay", "source")])
                kind, fields, name, props, side, dests = head[9:15]
                rest = self.message(frame, _frame.send_head.size, (kind, fields, name, props, side, dests), meaning)
                self.assertEqual(_frame.send_head.pack(*head) + rest, frame)

    def test_messages_that_are_delivered(self) -> None:
        for case in cases(0x32):
            with self.subTest(case["file"]):
                frame, meaning = body_of(case), case["meaning"]
                id, place, kind, fields, name, props, side = _frame.deliver_body.unpack_from(frame, 12)
                self.assertEqual((id, place), (meaning["id"], meaning["from"]))
                at = 12 + _frame.deliver_body.size
                self.assertEqual(frame[:at] + self.message(frame, at, (kind, fields, name, props, side, 0), meaning), frame)

    def test_results(self) -> None:
        for case in cases(0x35, 0x36):
            with self.subTest(case["file"]):
                frame = body_of(case)
                if case["type"] == 0x35:
                    head = _frame.return_head.unpack_from(frame)
                    self.assertEqual({"id": head[5], "token": head[6], "source": head[7]}, case["meaning"])
                    at, props, side = _frame.return_head.size, head[8], head[9]
                else:
                    token, place, props, side = _frame.result_body.unpack_from(frame, 12)
                    self.assertEqual({"token": token, "from": place}, case["meaning"])
                    at = 12 + _frame.result_body.size
                result = CmdResult.create(0, Cmd.create(""))
                self.assertEqual(rewritten(result, frame[at : at + props], frame[at + props :]), (frame[at : at + props], frame[at + props :]))
                self.assertEqual(len(frame), at + props + side)

    def test_marks(self) -> None:
        written = {
            "begun": lambda m: _frame.begun_frame.pack(32, 0x33, 0, 0, 7, m["id"], m["time"], m["source"]),
            "ended": lambda m: _frame.ended_frame.pack(28, 0x34, 0, 0, 7, m["id"], m["time"]),
            "freed": lambda m: _frame.freed_frame.pack(20, 0x37, 0, 0, 7, m["id"]),
            "collect": lambda m: _frame.token_frame.pack(16, 0x38, 0, 0, 0, m["token"]),
            "collected": lambda m: _frame.token_frame.pack(16, 0x39, 0, 0, 0, m["token"]),
        }
        for case in cases(0x33, 0x34, 0x37, 0x38, 0x39):
            with self.subTest(case["file"]):
                self.assertEqual(written[case["file"]](case["meaning"]), body_of(case))

    def test_texts(self) -> None:
        (sent,), (text,) = cases(0x31), cases(0x03)
        frame = body_of(sent)
        token, code = _frame.sent_body.unpack_from(frame, 12)
        self.assertEqual({"token": token, "code": code, "text": frame[20:].decode()}, sent["meaning"])
        self.assertEqual(_frame.packed(0x03, text["node"], text["meaning"]["text"].encode()), body_of(text))


def _frame_places(places: list[list[str]]) -> bytes:
    from ten_runtime import Loc

    cmd = Cmd.create("x")
    assert cmd.set_dests([Loc(*place) for place in places]) is None
    return cmd._dests


if __name__ == "__main__":
    unittest.main()
