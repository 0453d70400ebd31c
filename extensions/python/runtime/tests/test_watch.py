"""When a loop counts as blocked."""

from __future__ import annotations

import os
import socket
import tempfile
import time
import unittest
from typing import Any

from ten_runtime._connection import Connection
from ten_runtime._current import Work
from ten_runtime._watch import _Turn, _Waits


class Busy:
    """An executor that has been at something for 150 ms."""

    thread_id = native_id = 0

    def __init__(self) -> None:
        self.busy_since = time.monotonic_ns() - 150_000_000


class Known:
    """What is known of the waits of an executor."""

    def __init__(self, waited: int) -> None:
        self.waited = waited

    def look(self, since: int) -> None:
        pass

    def of(self, since: int) -> int:
        return self.waited

    def close(self) -> None:
        pass


class Blocked(unittest.TestCase):
    def test_what_lacks_a_processor_blocks_nothing(self) -> None:
        ours, theirs = socket.socketpair()
        connection = Connection(ours, "child")
        self.addCleanup(theirs.close)
        self.addCleanup(connection.forget)
        connection.slow_ns = 100_000_000
        blocks, lacks = Busy(), Busy()
        connection.watched = [blocks, lacks]
        watch: Any = connection.watch
        watch.waits = {blocks: Known(0), lacks: Known(3600 * 10**9)}
        told: list[Any] = []
        watch._began = lambda executor, *since: told.append(executor)
        watch.tick()
        self.assertEqual(told, [blocks])

    def test_what_began_late_in_a_turn_has_not_held_it_all_the_time(self) -> None:
        def work(name: str, since: int) -> Work:
            made = Work(1, None, "on_data", name)
            made.since = since
            return made

        turn = _Turn(100)
        self.assertFalse(turn.look(1, work("a", 160), 200), "the first that is seen")
        self.assertEqual(turn.task_since, 160)
        self.assertTrue(turn.look(2, work("b", 50), 210), "it has waited for something since it began")
        self.assertEqual(turn.task_since, 210)
        self.assertFalse(turn.look(2, work("b", 50), 220))
        self.assertEqual((turn.named(), turn.row_since), ("several callbacks (on_data a, on_data b)", 100))
        turn.begin_row(220)
        self.assertEqual((turn.row, turn.row_since), (["on_data b"], 220))

    def test_waits_belong_to_the_turn_in_which_they_are_seen(self) -> None:
        with tempfile.TemporaryFile() as file:
            waits = _Waits(0)  # no thread
            self.addCleanup(waits.close)
            waits._fd = os.dup(file.fileno())

            def look(since: int, waited: int) -> None:
                os.pwrite(file.fileno(), b"1 %d 1\n" % waited, 0)
                waits.look(since)

            look(0, 1000)
            self.assertEqual(waits.of(7), 0)  # a turn that nobody has seen yet
            look(7, 1500)
            look(7, 1700)
            self.assertEqual(waits.of(7), 700)
            look(9, 1800)
            self.assertEqual((waits.of(7), waits.of(9)), (0, 100))

    def test_where_the_system_does_not_tell_nothing_was_waited_for(self) -> None:
        waits = _Waits(0)
        waits.look(0)
        waits.look(7)
        self.assertEqual(waits.of(7), 0)


if __name__ == "__main__":
    unittest.main()
