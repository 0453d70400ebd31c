"""The older package ten: values for callers of several eras, eras, and the JSON of messages."""
from __future__ import annotations

import asyncio
import json
import os
import tempfile
import unittest
from unittest import mock

import ten
import ten_runtime
from ten import _era
from ten._hybrid import Done, Real, Text, Truth, Whole, run_now
from ten._returning import rebound
from ten.error import PropertyError
from ten.ten_env_base import arity


class HybridValues(unittest.TestCase):
    def test_a_plain_value_can_be_awaited(self) -> None:
        async def both() -> list[object]:
            return [await Text("a"), await Whole(7), await Real(0.5), await Truth(True)]

        self.assertEqual(asyncio.run(both()), ["a", 7, 0.5, True])
        self.assertEqual(json.dumps([Text("a"), Whole(7), Real(0.5)]), '["a", 7, 0.5]')

    def test_what_is_done_may_be_dropped_awaited_or_made_a_task(self) -> None:
        async def use() -> list[object]:
            Done(1)
            return [await Done(2), await asyncio.create_task(Done(3)), *await asyncio.gather(Done(4), Done(5))]

        self.assertEqual(asyncio.run(use()), [2, 3, 4, 5])

    def test_a_coroutine_that_waits_is_refused(self) -> None:
        with self.assertRaises(RuntimeError):
            run_now(asyncio.sleep(1))

    def test_a_truth_value_is_one(self) -> None:
        self.assertTrue(Truth(True))
        self.assertFalse(Truth(False))
        self.assertEqual(Truth(True), True)


class Messages(unittest.TestCase):
    def test_a_command_as_json(self) -> None:
        cmd = ten.Cmd.create("hello")
        cmd.set_property_string("text", "hi")
        self.assertEqual(cmd.to_json(), '{"_ten": {"type": "cmd", "name": "hello", "src": {}, "dest": [], "cmd_id": "", "seq_id": ""}, "text": "hi"}')

    def test_a_command_from_json(self) -> None:
        cmd = ten.Cmd.create_from_json('{"_ten": {"name": "go", "type": "cmd"}, "n": 1, "list": [1.5, "ä"]}')
        assert cmd is not None
        self.assertEqual((cmd.get_name(), cmd.get_property_int("n"), json.loads(cmd.get_property_to_json("list"))), ("go", 1, [1.5, "ä"]))
        for bad in ("{", "{}", '{"_ten": {"name": 5}}', '{"_ten": {"type": "data", "name": "x"}}', "[1]"):
            self.assertIsNone(ten.Cmd.create_from_json(bad), bad)
        with self.assertRaises(ValueError):
            cmd.from_json("[]")

    def test_a_missing_property_raises_what_every_era_caught(self) -> None:
        cmd = ten.Cmd.create("hello")
        for get in (cmd.get_property_string, cmd.get_property_int, cmd.get_property_float, cmd.get_property_bool, cmd.get_property_buf):
            with self.assertRaises(PropertyError) as caught:
                get("nothing")
            self.assertIsInstance(caught.exception, ValueError)
            self.assertIsInstance(caught.exception, RuntimeError)

    def test_a_result_serves_both_ways_of_taking_it(self) -> None:
        result = ten.CmdResult.create(ten.StatusCode.OK)
        both, error = result
        self.assertIs(both, result)
        self.assertIsNone(error)
        failed = ten.CmdResult._failed(ten_runtime.TenError.create(ten_runtime.TenErrorCode.ErrorCodeMsgNotConnected, "no way"))
        self.assertEqual((failed.get_status_code(), failed.get_property_string("detail")), (ten.StatusCode.ERROR, "no way"))
        nothing, error = failed
        self.assertIsNone(nothing)
        self.assertEqual((error.errno(), error.err_msg(), str(error)), (7, "no way", "no way"))

    def test_a_received_result_is_handed_on_whole(self) -> None:
        cmd = ten_runtime.Cmd.create("ask")
        result = ten.CmdResult.create(ten.StatusCode.ERROR)
        result.set_property_string("detail", "as it was")
        result.set_property_buf("raw", b"\x00\x01")
        answer = rebound(result, cmd)
        self.assertEqual((answer.get_status_code(), answer.get_property_string("detail"), answer.get_property_buf("raw")),
                         (ten.StatusCode.ERROR, "as it was", bytearray(b"\x00\x01")))
        for emptied in (result, cmd):
            with self.assertRaises(ValueError):
                emptied.get_name()

    def test_a_partial_result_leaves_the_command(self) -> None:
        cmd = ten_runtime.Cmd.create("ask")
        result = ten.CmdResult.create(ten.StatusCode.OK)
        result.set_is_final(False)
        rebound(result, cmd)
        self.assertEqual(cmd.get_name(), "ask")

    def test_formats_are_enums(self) -> None:
        frame = ten.AudioFrame.create("pcm")
        frame.set_data_fmt(ten.AudioFrameDataFmt.NON_INTERLEAVE)
        self.assertIs(frame.get_data_fmt(), ten.AudioFrameDataFmt.NON_INTERLEAVE)
        self.assertEqual(json.loads(frame.to_json())["_ten"]["number_of_channel"], 0)


class Eras(unittest.TestCase):
    def era(self, manifest: object) -> str:
        folder = tempfile.mkdtemp()
        with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as file:
            json.dump(manifest, file)
        return _era.of_folder(folder)

    def test_the_manifest_says_it(self) -> None:
        for version, era in {"0.3": _era.OLD, "0.4.2": _era.FORGIVING, "=0.8.1": _era.AWAITED, "0.9": _era.TUPLES, "0.11": _era.FORGIVING, "": _era.FORGIVING}.items():
            dependencies = [{"type": "system", "name": "ten_runtime_python", "version": version}]
            self.assertEqual(self.era({"dependencies": dependencies}), era, version)
        for odd in ({}, [], {"dependencies": 5}, {"dependencies": [5]}):
            self.assertEqual(self.era(odd), _era.FORGIVING)

    def test_the_environment_goes_first(self) -> None:
        with mock.patch.dict(os.environ, TEN_COMPAT_ERA="0.9"):
            self.assertEqual(_era.of_module(__name__), _era.TUPLES)
        with mock.patch.dict(os.environ, TEN_COMPAT_ERA="1.7"), self.assertRaises(ImportError):
            _era.forced()

    def test_what_an_extension_is_given(self) -> None:
        class Forgiving(ten.AsyncExtension):
            pass

        self.assertIs(Forgiving._env_class, ten.AsyncTenEnv)
        self.assertIs(Forgiving._message_classes["cmd"], ten.Cmd)
        with mock.patch.dict(os.environ, TEN_COMPAT_ERA="0.9"):
            class Tuples(ten.AsyncExtension):
                pass
        self.assertIs(Tuples._env_class, ten_runtime.AsyncTenEnv)
        self.assertIs(Tuples._message_classes["cmd"], ten_runtime.Cmd)

    def test_the_async_env_is_a_ten_env(self) -> None:
        self.assertIsInstance(object.__new__(ten.AsyncTenEnv), ten.TenEnv)
        self.assertNotIsInstance(object(), ten.TenEnv)


class Handlers(unittest.TestCase):
    def test_parameters_are_counted(self) -> None:
        class Holder:
            def two(self, env: object, result: object) -> None: ...
            def three(self, env: object, result: object, error: object) -> None: ...

        holder = Holder()
        self.assertEqual([arity(holder.two), arity(holder.three), arity(lambda *all: None), arity(lambda a, b: None)], [2, 3, 3, 2])


if __name__ == "__main__":
    unittest.main()
