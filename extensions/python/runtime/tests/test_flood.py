"""Too many log lines are dropped where they are written, counted, and told."""

from __future__ import annotations

import json
import socket
import unittest
from unittest import mock

from ten_runtime import _flood
from ten_runtime._connection import Connection
from ten_runtime._flood import A_SECOND, AT_EASE, AT_ONCE, PIECE, TOLD_AFTER, WAITING


class Floods(unittest.TestCase):
    def setUp(self) -> None:
        ours, theirs = socket.socketpair()
        self.connection = Connection(ours, "child")
        self.addCleanup(theirs.close)
        self.addCleanup(self.connection.forget)
        self.connection.soon = self.connection.out.append  # type: ignore[method-assign]  # nobody reads
        self.waits: list[float] = []
        clock = mock.patch.object(_flood.time, "monotonic_ns", lambda: self.now)
        sleep = mock.patch.object(_flood.time, "sleep", self.waits.append)
        self.now = 1
        for patch in (clock, sleep):
            patch.start()
            self.addCleanup(patch.stop)
        self.flood = self.connection.flood = _flood.Flood(self.connection)

    def say(self, level: int, times: int, source: str = "") -> int:
        """How many of so many lines were written."""
        before = len(self.connection.out)
        for _ in range(times):
            self.connection.say(7, {"level": level, "text": "a line", "id": 9, "source": source})
        return len(self.connection.out) - before

    def told(self) -> list[dict[str, object]]:
        """What is told now."""
        before = len(self.connection.out)
        self.flood.tick()
        return [json.loads(frame[12:]) for frame in self.connection.out[before:]]

    def test_what_comes_at_once_has_a_bound_and_what_goes_on_a_rate(self) -> None:
        self.assertEqual(self.say(2, AT_ONCE + 3), AT_ONCE)
        self.now += 10_000_000
        self.assertEqual(self.say(2, AT_ONCE), A_SECOND // 100)
        self.now += 10_000_000_000
        self.assertEqual(self.say(2, 2 * AT_ONCE), AT_ONCE)

    def test_what_comes_too_fast_waits_a_little_now_and_then(self) -> None:
        self.say(2, AT_EASE)
        self.assertEqual(self.waits, [])
        self.say(2, 3 * PIECE)
        self.assertEqual(len(self.waits), 3)
        self.say(2, AT_ONCE)
        self.assertGreater(self.flood.dropped, PIECE)
        self.assertEqual(len(self.waits), 3 + AT_ONCE // PIECE)
        self.now += 60_000_000_000
        self.say(2, AT_EASE)
        self.assertEqual(len(self.waits), 3 + AT_ONCE // PIECE)

    def test_no_flood_of_other_lines_costs_an_error(self) -> None:
        self.say(2, 3 * AT_ONCE)
        self.assertEqual(self.say(4, AT_ONCE + 1), AT_ONCE)

    def test_none_is_written_while_too_many_wait(self) -> None:
        self.connection.out.extend([b""] * (WAITING + 1))
        self.assertEqual(self.say(2, 1), 0)
        self.assertEqual(self.say(4, 1), 1)
        self.connection.out.extend([b""] * WAITING)
        self.assertEqual(self.say(4, 1), 0)

    def test_all_that_was_dropped_is_told_once_at_the_place_of_the_first(self) -> None:
        self.say(2, AT_ONCE)
        self.assertIsNone(self.flood.wait(None))
        self.say(2, 1, "first.py:3")
        self.say(2, 5, "later.py:4")
        self.say(4, AT_ONCE + 2)
        self.now += TOLD_AFTER // 4
        self.assertEqual(self.flood.wait(None), 750)
        self.assertEqual(self.flood.wait(100.0), 100)
        self.assertEqual(self.told(), [])
        self.now += TOLD_AFTER
        self.assertEqual(self.flood.wait(None), 0)
        (line,) = self.told()
        self.assertIn("8 lines of output were dropped, 2 of them errors", str(line["text"]))
        self.assertEqual((line["level"], line["id"], line["source"]), (3, 9, "first.py:3"))
        self.assertEqual(self.told(), [])

    def test_what_is_not_told_yet_is_told_at_the_end(self) -> None:
        self.say(2, AT_ONCE + 1)
        self.connection.finish(0)
        self.assertIn(b"1 lines of output were dropped", self.connection.out[-1])


if __name__ == "__main__":
    unittest.main()
