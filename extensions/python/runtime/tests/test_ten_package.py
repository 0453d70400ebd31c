"""The older package ten: values for callers of several eras, eras, and the JSON of messages."""
from __future__ import annotations

import asyncio
import json
import os
import tempfile
import unittest
import warnings
from unittest import mock

import ten
import ten_runtime
from ten import _era
from ten._first import First
from ten._hybrid import Done, Real, Text, Truth, Whole, begin, run_now
from ten._returning import rebound
from ten.error import PropertyError
from ten.ten_env_base import arity, stored, value
from ten_runtime._port import Awaited
from ten_runtime.error import make


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

    def test_what_has_begun_may_be_dropped_awaited_or_made_a_task(self) -> None:
        async def use() -> list[object]:
            began: list[int] = []
            gates: list[asyncio.Future[int]] = []

            async def act(n: int) -> int:
                began.append(n)
                gates.append(asyncio.get_running_loop().create_future())
                return await gates[-1]

            dropped, awaited, tasked = begin(act(1)), begin(act(2)), begin(act(3))
            self.assertEqual(began, [1, 2, 3])
            del dropped
            task = asyncio.create_task(tasked)
            gates[1].set_result(2)
            gates[2].set_result(3)
            cancelled = asyncio.create_task(begin(asyncio.sleep(60)))
            await asyncio.sleep(0)
            cancelled.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await cancelled
            return [await awaited, await task, await begin(asyncio.sleep(0, 4))]

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(asyncio.run(use()), [2, 3, 4])

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

    def test_where_a_message_was_told_to_go_is_in_its_json(self) -> None:
        cmd = ten.Cmd.create("hello")
        cmd.set_dest("app", None, "group", "there")
        cmd.set_dest(None, None, None, "there")
        self.assertEqual(json.loads(cmd.to_json())["_ten"]["dest"], [{"extension": "there"}])
        cmd.from_json('{"_ten": {"dest": [{"app": "a", "graph": "g", "extension": "elsewhere"}]}}')
        self.assertEqual(json.loads(cmd.to_json())["_ten"]["dest"], [{"app": "a", "graph": "g", "extension": "elsewhere"}])

    def test_the_fields_of_a_kind_come_from_its_json(self) -> None:
        audio = ten.AudioFrame.create("a")
        fields = {"timestamp": 9, "sample_rate": 8000, "bytes_per_sample": 2, "samples_per_channel": 80, "number_of_channel": 2, "data_fmt": 2,
                  "line_size": 4}
        audio.from_json(json.dumps({"_ten": fields}))
        self.assertEqual({key: json.loads(audio.to_json())["_ten"][key] for key in fields}, fields)
        video = ten.VideoFrame.create("v")
        fields = {"pixel_fmt": 8, "timestamp": 3, "width": 4, "height": 2}
        video.from_json(json.dumps({"_ten": fields, "more": 1}))
        self.assertEqual({key: json.loads(video.to_json())["_ten"][key] for key in fields}, fields)
        result = ten.CmdResult.create(ten.StatusCode.OK)
        result.from_json('{"_ten": {"status_code": 1, "is_final": false}}')
        self.assertEqual((result.get_status_code(), result.is_final()), (ten.StatusCode.ERROR, False))
        for bad in ('{"_ten": {"width": "wide"}}', '{"_ten": {"dest": 5}}', '{"_ten": {"dest": [5]}}'):
            with self.assertRaises(ValueError, msg=bad):
                video.from_json(bad)

    def test_a_result_for_no_command_yet(self) -> None:
        fields = json.loads(ten.CmdResult.create(ten.StatusCode.OK).to_json())["_ten"]
        self.assertEqual((fields["cmd_id"], fields["original_cmd_type"]), ("", 0))
        with self.assertRaisesRegex(ValueError, "answers no command"):
            rebound(ten.CmdResult.create(ten.StatusCode.OK), None)
        for wrong in (("x", None), (ten.Cmd.create("x"), None), (ten.CmdResult.create(ten.StatusCode.OK), "x")):
            with self.assertRaises(TypeError):
                rebound(*wrong)

    def test_a_command_is_answered_once(self) -> None:
        cmd = ten.Cmd.create("ask")
        rebound(ten.CmdResult.create(ten.StatusCode.OK), cmd)
        with self.assertRaises(ValueError):
            rebound(ten.CmdResult.create(ten.StatusCode.OK), cmd)

    def test_the_older_name_of_a_parameter(self) -> None:
        for kind in (ten.Data, ten.AudioFrame, ten.VideoFrame):
            self.assertEqual([kind.create(msg_name="x").get_name(), kind.create(name="y").get_name(), kind.create("z").get_name()], ["x", "y", "z"])
            with self.assertRaises(TypeError):
                kind.create()

    def test_what_a_getter_of_the_env_raises(self) -> None:
        texts = {("string", 100000): "Property [a] is not found.", ("string", 1): "Property [a] is not a string.", ("int", 100000): "Failed to get property.",
                 ("bool", 1): "Failed to get bool value from property.", ("string", 6): "closed"}
        for (what, code), text in texts.items():
            with self.assertRaises(PropertyError) as caught:
                value((None, _error(code)), "a", what)
            self.assertEqual(str(caught.exception), text)
        with self.assertRaises(ValueError):
            stored(_error(1))

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
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as file:
                json.dump(manifest, file)
            return _era.of_folder(folder)

    def test_the_manifest_says_it(self) -> None:
        for version, era in {"0.3": _era.OLD, "0.4.2": _era.FORGIVING, "0.5": _era.LAST, "=0.8.1": _era.AWAITED, "0.9": _era.TUPLES, "0.11": _era.FORGIVING, "": _era.FORGIVING}.items():
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
        self.assertTrue(issubclass(Tuples._env_class, ten_runtime.AsyncTenEnv))
        self.assertFalse(issubclass(Tuples._env_class, ten.AsyncTenEnv))
        self.assertTrue(callable(Tuples._env_class.log_fatal))
        told = Tuples._message_classes["cmd"].create("go")
        self.assertIsInstance(told, ten_runtime.Cmd)
        self.assertIsNone(told.set_dest(None, None, None, "there"))
        self.assertEqual(told.get_property_string("nothing")[0], "")

    def test_a_tester_is_of_an_era_too(self) -> None:
        for base in (ten.ExtensionTester, ten.AsyncExtensionTester):
            with mock.patch.dict(os.environ, TEN_COMPAT_ERA="0.9"):
                class Tuples(base):
                    pass
            class Forgiving(base):
                pass
            self.assertEqual(Tuples._message_classes["result"].create(ten.StatusCode.OK, ten.Cmd.create("x")).get_property_string("no")[0], "")
            self.assertNotIsInstance(object.__new__(Tuples._env_class), base._env_class)
            self.assertIs(Forgiving._env_class, base._env_class)

    def test_from_0_5_on_a_send_waits_for_the_last_result(self) -> None:
        waits = {}
        for era in ("0.3", "0.4", "0.5", "0.8"):
            with mock.patch.dict(os.environ, TEN_COMPAT_ERA=era):
                class Some(ten.AsyncExtension):
                    pass
            waits[era] = Some._env_class._awaited
        self.assertEqual(waits, {"0.3": First, "0.4": First, "0.5": Awaited, "0.8": Awaited})

    def test_in_0_5_alone_a_send_raises_what_went_wrong(self) -> None:
        raised = []
        for era in ("0.4", "0.5", "0.8"):
            with mock.patch.dict(os.environ, TEN_COMPAT_ERA=era):
                class Some(ten.AsyncExtension):
                    pass
            env = object.__new__(Some._env_class)

            async def refused(*_: object) -> ten_runtime.TenError:
                return _error(7)

            async def sends() -> None:
                env._result(None, _error(7))

            async def tells() -> None:
                await env._sent(refused, None)

            for attempt in (sends, tells):
                try:
                    asyncio.run(attempt())
                except RuntimeError as problem:
                    raised.append((era, str(problem)))
        self.assertEqual(raised, [("0.5", "closed"), ("0.5", "closed")])

    def test_the_async_env_is_a_ten_env(self) -> None:
        self.assertIsInstance(object.__new__(ten.AsyncTenEnv), ten.TenEnv)
        self.assertNotIsInstance(object(), ten.TenEnv)


def _error(code: int) -> ten_runtime.TenError:
    return make(code, "closed")


class Manager(unittest.TestCase):
    def test_its_older_names(self) -> None:
        made = []

        class Some(ten.Addon):
            def __init__(self) -> None:
                made.append(self)

        ten.register_addon_as_extension("some_old")(Some)
        ten._AddonManager.load_all_addons()
        self.assertEqual(made, [])
        ten._AddonManager.register_addon("some_old", None)
        self.assertEqual(len(made), 1)


class Handlers(unittest.TestCase):
    def test_parameters_are_counted(self) -> None:
        class Holder:
            def two(self, env: object, result: object) -> None: ...
            def three(self, env: object, result: object, error: object) -> None: ...

        holder = Holder()
        self.assertEqual([arity(holder.two), arity(holder.three), arity(lambda *all: None), arity(lambda a, b: None)], [2, 3, 3, 2])


if __name__ == "__main__":
    unittest.main()
