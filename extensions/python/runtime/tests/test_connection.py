"""What is written when."""

from __future__ import annotations

import socket
import threading
import unittest

from ten_runtime._connection import _MOST, _MOST_ERRORS, Connection


class Writes(unittest.TestCase):
    def setUp(self) -> None:
        ours, self.theirs = socket.socketpair()
        self.connection = Connection(ours, "child")
        self.addCleanup(self.theirs.close)
        self.addCleanup(self.connection.forget)

    def arrived(self) -> int:
        """How many bytes have come since the last look."""
        try:
            return len(self.theirs.recv(1 << 16, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return 0

    def test_a_turn_of_a_loop_is_written_in_pieces_that_grow(self) -> None:
        self.connection.loops.add(threading.get_ident())
        came = []
        for _ in range(8 + 16 + 32 + 5):
            self.connection.write(b"x")
            came.append(self.arrived())
        self.assertEqual([size for size in came if size], [8, 16, 32])
        self.connection.flush()  # as at the end of the turn
        self.assertEqual(self.arrived(), 5)

    def test_other_threads_write_at_once(self) -> None:
        self.connection.write(b"x")
        self.assertEqual(self.arrived(), 1)

    def test_log_lines_that_wait_have_a_bound_and_errors_one_of_their_own(self) -> None:
        connection = self.connection
        connection._rest = memoryview(b"x")  # nobody reads

        def say(level: int, times: int = 1) -> int:
            for _ in range(times):
                connection.say(0, {"level": level, "text": "a line", "id": 0, "source": ""})
            return len(connection.out)

        self.assertEqual(say(2, _MOST + 5), _MOST + 1)
        self.assertEqual(say(4, _MOST_ERRORS), _MOST_ERRORS + 1)
        lost = connection.dropped
        self.assertEqual(lost, 4 + _MOST)
        connection.out.clear()
        self.assertEqual(say(2), 2)
        self.assertIn(f"{lost} lines were dropped".encode(), connection.out[0])
        self.assertEqual(connection.dropped, 0)
