"""What is written when."""

from __future__ import annotations

import socket
import threading
import unittest

from ten_runtime._connection import Connection


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
