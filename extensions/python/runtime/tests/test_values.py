"""The shared cases of testdata/values.json, in both directions."""

from __future__ import annotations

import base64
import json
import math
import pathlib
import struct
import sys
import unittest

from ten_runtime import _json, _side
from ten_runtime._scalar import NAMES, NUMBERS

sys.setrecursionlimit(5000)  # for the cases themselves: a value 512 levels deep is written with 1024

CASES = json.loads(
    next(p / "testdata/values.json" for p in pathlib.Path(__file__).resolve().parents if (p / "testdata/values.json").exists()).read_text()
)


def build(spec: list) -> object:
    kind, *content = spec
    if kind == "null":
        return None
    if kind in ("bool", "string"):
        return content[0]
    if kind == "array":
        return [build(item) for item in content[0]]
    if kind == "object":
        return {key: build(item) for key, item in content[0]}
    if kind == "buf":
        return base64.b64decode(content[0])
    if kind.startswith("float"):
        text = content[0]
        return NAMES[kind](float(text) if text in ("nan", "inf", "-inf") else float.fromhex(text))
    number = int(content[0])
    return number if kind == "uint64" and number > 2**63 - 1 else NAMES[kind](number)


def table(entries: list[dict]) -> bytes:
    out = b""
    for e in entries:
        path, blob = e["path"].encode(), base64.b64decode(e.get("blob", ""))
        out += struct.pack("<H", len(path)) + path + struct.pack("<BI", NUMBERS[NAMES[e["type"]]], len(blob)) + blob
    return out


def same(a: object, b: object) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, (dict, list)):
        if len(a) != len(b) or (isinstance(a, dict) and list(a) != list(b)):
            return False
        for key in a if isinstance(a, dict) else range(len(a)):  # a loop: Python 3.12 counts C calls, as of map, apart
            if not same(a[key], b[key]):
                return False
        return True
    if isinstance(a, float):
        return math.isnan(a) and math.isnan(b) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    return a == b


class Values(unittest.TestCase):
    def test_encode(self) -> None:
        for case in CASES:
            if "json" in case:
                with self.subTest(case["name"]):
                    text, side = _side.encode(build(case["value"]))
                    self.assertEqual(text.decode(), case["json"])
                    self.assertEqual(side, table(case.get("side", [])))

    def test_decode(self) -> None:
        for case in CASES:
            if "json" in case:
                with self.subTest(case["name"]):
                    for read in (lambda t: _json.decode(t.encode()), _json.parse):
                        value = _side.apply(read(case["json"]), table(case.get("side", [])))
                        self.assertTrue(same(value, build(case["value"])), value)

    def test_input(self) -> None:
        for case in CASES:
            if "input" in case and "error" not in case:
                with self.subTest(case["name"]):
                    for read in (_json.parse, lambda t: _json._Reader(t).whole()):
                        self.assertTrue(same(read(case["input"]), build(case["value"])))

    def test_errors(self) -> None:
        for case in CASES:
            if "error" in case:
                with self.subTest(case["name"]):
                    with self.assertRaises(_json.JSONError) as caught:
                        _json.parse(case["input"])
                    self.assertEqual(f"{caught.exception.line}:{caught.exception.column}", case["error"])

    def test_pretty(self) -> None:
        for value in ({"k": [1, {"x": "y"}], "e": {}, "l": []}, [], {}, 1, 1.5, "a\nb", True, None, [[1], {"a": {"b": None}}]):
            self.assertEqual(_json.pretty(value), json.dumps(value, indent=4))
        self.assertEqual(_json.pretty({"b": b"x", "n": math.nan}), '{\n    "b": null,\n    "n": null\n}')


if __name__ == "__main__":
    unittest.main()
