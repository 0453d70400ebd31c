"""Messages and values, without an engine."""

from __future__ import annotations

import array
import math
import unittest

from ten_runtime import (
    AudioFrame,
    Cmd,
    CmdResult,
    Data,
    Loc,
    StartGraphCmd,
    StatusCode,
    StopGraphCmd,
    TenError,
    TenErrorCode,
    TriggerLifeCycleCmd,
    Value,
    ValueType,
    VideoFrame,
    value_buffer,
)


def code(error: TenError | None) -> int | None:
    return None if error is None else error.error_code()


class Properties(unittest.TestCase):
    def setUp(self) -> None:
        self.msg = Cmd.create("m")

    def test_an_empty_path_is_refused(self) -> None:
        for put, value in ((self.msg.set_property_int, 1), (self.msg.set_property_string, "x"), (self.msg.set_property_buf, b"x")):
            self.assertEqual(code(put("", value)), 3)
        self.assertEqual(self.msg.get_property_to_json()[0], "{}")

    def test_malformed_paths_are_refused_and_change_nothing(self) -> None:
        self.msg.set_property_from_json("l", "[1]")
        before = self.msg.get_property_to_json()[0]
        for path in ("l[", "l[x]", "[0]", "a..b", ".a", "a.", "l[-1]", "l[5", "l]", "l[0]x", "l[9999999999]", "l[1.5]", "l[ 1]"):
            self.assertEqual(code(self.msg.set_property_int(path, 1)), 3, path)
            self.assertEqual(code(self.msg.get_property_int(path)[1]), 100000, path)
        self.assertEqual(self.msg.get_property_to_json()[0], before)

    def test_a_gap_in_an_array_is_null(self) -> None:
        self.assertIsNone(self.msg.set_property_int("l[1]", 5))
        self.assertEqual(self.msg.get_property_to_json("l")[0], "[\n    null,\n    5\n]")

    def test_only_an_object_replaces_all(self) -> None:
        self.msg.set_property_int("a", 1)
        for text in ("[1]", "1", "null", '"x"', "{", ""):
            self.assertIn(code(self.msg.set_property_from_json(None, text)), (2, 4), text)
            self.assertIn(code(self.msg.set_property_from_json("", text)), (2, 4), text)
        self.assertEqual(self.msg.get_property_int("a"), (1, None))
        self.assertIsNone(self.msg.set_property_from_json(None, '{"b": 2}'))
        self.assertEqual(code(self.msg.get_property_int("a")[1]), 100000)

    def test_what_has_no_json_is_null(self) -> None:
        self.msg.set_property_float("nan", math.nan)
        self.msg.set_property_float("o.inf", math.inf)
        self.assertEqual(self.msg.get_property_to_json("nan"), ("null", None))
        self.assertIn('"inf": null', self.msg.get_property_to_json()[0])
        self.assertTrue(math.isnan(self.msg.get_property_float("nan")[0]))
        self.assertEqual(self.msg.clone().get_property_float("o.inf"), (math.inf, None))

    def test_a_number_above_int64(self) -> None:
        self.assertIsNone(self.msg.set_property_from_json("u", "18446744073709551615"))
        self.assertEqual(self.msg.get_property_to_json("u")[0], "18446744073709551615")
        self.assertEqual(code(self.msg.get_property_int("u")[1]), 1)
        self.assertEqual(self.msg.clone().get_property_to_json("u")[0], "18446744073709551615")

    def test_int64_limits(self) -> None:
        for number in (2**63 - 1, -(2**63)):
            self.assertIsNone(self.msg.set_property_int("i", number))
            self.assertEqual(self.msg.clone().get_property_int("i"), (number, None))
        with self.assertRaises(ValueError):
            self.msg.set_property_int("i", 2**63)

    def test_a_missing_key_is_not_looked_up_above(self) -> None:
        self.msg.set_property_from_json(None, '{"b": 1, "a": {"c": 2}}')
        for path in ("x.b", "a.zz.c", "a.c.d", "b[0]"):
            self.assertEqual(code(self.msg.get_property_int(path)[1]), 100000, path)

    def test_text_that_is_not_utf8(self) -> None:
        self.msg.set_property_string("s", "a\ud800b\ud83d\ude00")
        self.assertEqual(self.msg.clone().get_property_string("s"), ("a\ufffdb\U0001f600", None))

    def test_buffers_travel(self) -> None:
        self.msg.set_property_buf("o.b[1]", bytes(range(256)))
        self.assertEqual(self.msg.clone().get_property_buf("o.b[1]"), (bytearray(range(256)), None))

    def test_all_that_has_bytes_makes_a_buffer(self) -> None:
        for value, data in ((bytearray(b"ab"), b"ab"), (memoryview(b"abcd")[::2], b"ac"), (array.array("B", [1, 2]), b"\1\2")):
            self.assertIsNone(self.msg.set_property_buf("b", value))
            self.assertEqual(self.msg.get_property_buf("b"), (bytearray(data), None))
        for wrong in (None, "ab", 3, b"", [1]):
            with self.assertRaises(ValueError):
                self.msg.set_property_buf("b", wrong)

    def test_text_that_is_no_json_is_the_message_of_its_error(self) -> None:
        for text in ("{", "[1,]", "nope", "1 2"):
            self.assertEqual(str(self.msg.set_property_from_json("j", text)), f"error_code: 2, error_message: {text}")
        self.assertEqual(code(self.msg.get_property_to_json("j")[1]), 100000)


class Headers(unittest.TestCase):
    def test_paths_below_ten_read_the_fields_of_frames(self) -> None:
        audio, video = AudioFrame.create("a"), VideoFrame.create("v")
        audio.set_timestamp(7)
        audio.set_number_of_channels(2)
        video.set_width(640)
        video.set_eof(True)
        self.assertEqual(audio.get_property_int("ten.timestamp"), (7, None))
        self.assertEqual(audio.get_property_int("ten.number_of_channel"), (2, None))
        self.assertEqual(audio.get_property_string("ten.name"), ("a", None))
        self.assertEqual(video.get_property_int("ten.width"), (640, None))
        self.assertEqual(video.get_property_bool("ten.is_eof"), (True, None))
        self.assertEqual(code(video.get_property_int("ten.sample_rate")[1]), 100000)
        self.assertEqual(code(audio.get_property_int("ten._name")[1]), 100000)

    def test_paths_below_ten_are_kept_by_the_commands_of_the_runtime_only(self) -> None:
        timer, custom = Cmd.create("ten:timer"), Cmd.create("timer")
        for cmd in (timer, custom):
            self.assertIsNone(cmd.set_property_int("ten.timer_id", 3))
            self.assertEqual(cmd.get_property_to_json()[0], "{}")
        self.assertEqual(timer.clone().get_property_int("ten.timer_id"), (3, None))
        self.assertEqual(code(custom.get_property_int("ten.timer_id")[1]), 100000)

    def test_the_name_of_a_result_stays(self) -> None:
        result = CmdResult.create(StatusCode.OK, Cmd.create("c"))
        result.set_name("other")
        self.assertIsNone(result.set_property_string("ten.name", "another"))
        self.assertEqual(result.get_name(), "ten:result")


class Lifetime(unittest.TestCase):
    def test_a_sent_message_is_gone(self) -> None:
        for msg in (Cmd.create("c"), Data.create("d"), AudioFrame.create("a"), VideoFrame.create("v"), CmdResult.create(StatusCode.OK, Cmd.create("c"))):
            msg._taken()
            for name in dir(msg):
                if name.startswith(("get_", "is_", "lock_")) or name == "clone":
                    with self.assertRaises(ValueError, msg=f"{type(msg).__name__}.{name}"):
                        getattr(msg, name)(*(["x"] if name.startswith("get_property_") else []))
            with self.assertRaises(ValueError):
                msg.set_property_int("a", 1)

    def test_frames_without_a_buffer(self) -> None:
        video = VideoFrame.create("v")
        with self.assertRaises(SystemError):
            video.get_buf()
        with self.assertRaises(ValueError):
            video.alloc_buf(0)
        audio = AudioFrame.create("a")
        with self.assertRaises(RuntimeError):
            audio.lock_buf()
        self.assertEqual(Data.create("d").get_buf(), bytearray())

    def test_copies_are_independent(self) -> None:
        data = Data.create("d")
        data.alloc_buf(3)
        view = data.lock_buf()
        view[:] = b"abc"
        copy = data.clone()
        view[0] = ord("x")
        data.unlock_buf(view)
        got = data.get_buf()
        got[1] = 0
        self.assertEqual((bytes(data.get_buf()), bytes(copy.get_buf())), (b"xbc", b"abc"))

    def test_unlock_takes_what_begins_where_the_buffer_does(self) -> None:
        for cls, problem in ((Data, SystemError), (VideoFrame, SystemError), (AudioFrame, RuntimeError)):
            msg = cls.create("m")
            msg.alloc_buf(4)
            view = msg.lock_buf()
            for wrong in (view[1:], view[:0], view[::-1], memoryview(msg.get_buf())):
                with self.assertRaises(problem):
                    msg.unlock_buf(wrong)
            msg.unlock_buf(view[:2])
            with self.assertRaises(problem):
                msg.unlock_buf(view)

    def test_a_second_allocation(self) -> None:
        for cls, size in ((Data, 3), (VideoFrame, 3), (AudioFrame, 5)):
            msg = cls.create("m")
            msg.alloc_buf(3)
            msg.alloc_buf(5)
            self.assertEqual(len(msg.get_buf()), size)

    def test_constructors_refuse(self) -> None:
        for cls in (Cmd, CmdResult, Data, AudioFrame, VideoFrame, TenError, StartGraphCmd):
            with self.assertRaises(NotImplementedError):
                cls("x")

    def test_dests(self) -> None:
        cmd = Cmd.create("c")
        self.assertEqual(str(cmd.set_dests([Loc(None, "", "x")])), "error_code: 3, error_message: App URI cannot be empty.")
        self.assertEqual(code(cmd.set_dests([Loc("", None, "x")])), 3)
        for wrong in (None, 5, ["x"], [Loc(1, "", "x")], [Loc("", "", 2)]):
            with self.assertRaises(TypeError):
                cmd.set_dests(wrong)
        self.assertIsNone(cmd.set_dests(Loc("", "", n) for n in "ab"))

    def test_graph_commands(self) -> None:
        start = StartGraphCmd.create()
        for bad in ('{"nodes": 5}', "[]", "{", '{"nodes": [1]}', '{"connections": {}}'):
            self.assertFalse(start.set_graph_from_json(bad), bad)
        self.assertTrue(start.set_graph_from_json('{"nodes": []}'))
        self.assertTrue(start.set_sync_stop_before_deinit(True))
        self.assertEqual(start.get_property_to_json()[0], "{}")
        self.assertIn(b'"sync_stop_before_deinit":true', start._encoded()[0])
        self.assertTrue(StopGraphCmd.create().set_graph_id("x"))
        self.assertTrue(TriggerLifeCycleCmd.create().set_stage("start"))
        self.assertIsInstance(start.clone(), StartGraphCmd)


class Values(unittest.TestCase):
    def test_buffer_round_trip(self) -> None:
        value = Value.from_python({"b": True, "i": -(2**63), "f": 0.5, "s": "gr\u00fc\u00df", "raw": b"\0\1", "l": [1, [2]], "o": {"k": None}})
        data = value_buffer.serialize_to_buffer(value)
        back = value_buffer.deserialize_from_buffer(data)
        self.assertEqual(repr(back), repr(value))
        for cut in range(len(data)):
            with self.assertRaises(AssertionError):
                value_buffer.deserialize_from_buffer(data[:cut])

    def test_what_cannot_be_serialized(self) -> None:
        for value in (Value(ValueType.NULL), Value.from_array([Value(ValueType.INVALID)]), Value.from_int(2**63), Value.from_int("x"), Value.from_array([1]), None):
            with self.assertRaises(AssertionError):
                value_buffer.serialize_to_buffer(value)
        with self.assertRaises(AssertionError):
            value_buffer.deserialize_from_buffer(None)

    def test_error(self) -> None:
        error = TenError.create(TenErrorCode.ErrorCodeTimeout)
        self.assertEqual((error.error_code(), error.error_message(), str(error)), (8, "", "error_code: 8, error_message: "))
        with self.assertRaises(AttributeError):
            TenError.create(8)  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main()
