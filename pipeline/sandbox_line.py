"""The owner's end of the socket to one child of a sandbox."""

import select
import socket
import time
from collections import deque
from typing import NamedTuple

from pipeline.sandbox_child import REPLY, REQUEST

# Room for a page or two, so that a write seldom has to wait for the child to read.
BUFFER = 1 << 20
CHUNK = 1 << 20


class Frame(NamedTuple):
    """A child's reply; `is_last` says that it leaves now."""

    kind: bytes
    is_last: bool
    data: bytes


class Line:
    """Sends without waiting and receives until a deadline; `unanswered` counts the payloads between."""

    def __init__(self, channel: socket.socket, *, number: int) -> None:
        channel.setblocking(False)
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        self.number = number
        self.unanswered = 0
        self._channel = channel
        self._outgoing: deque[memoryview] = deque()
        self._incoming = bytearray()

    def send(self, payload: bytes) -> None:
        self._outgoing += [memoryview(REQUEST.pack(len(payload))), memoryview(payload)]
        self.unanswered += 1
        self._flush()

    def _flush(self) -> None:
        try:
            while self._outgoing:
                first = self._outgoing[0]
                sent = self._channel.send(first)
                if sent == len(first):
                    self._outgoing.popleft()
                else:
                    self._outgoing[0] = first[sent:]
        except BlockingIOError:
            pass
        except ConnectionError:  # it has gone; what it said before is still to be read
            self._outgoing.clear()

    def receive(self, deadline: float) -> Frame | None:
        """The next reply; None at the deadline. Raises `EOFError` when the child has gone."""
        poll = select.poll()
        while (frame := self._frame()) is None:
            poll.register(self._channel, select.POLLIN | (select.POLLOUT if self._outgoing else 0))
            events = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
            if not events:
                return None
            self._flush()
            if events[0][1] & ~select.POLLOUT:
                self._read()
        return frame

    def _read(self) -> None:
        try:
            chunk = self._channel.recv(CHUNK)
        except ConnectionError as error:
            raise EOFError from error
        if not chunk:
            raise EOFError
        self._incoming += chunk

    def _frame(self) -> Frame | None:
        if len(self._incoming) < REPLY.size:
            return None
        kind, is_last, length = REPLY.unpack_from(self._incoming)
        end = REPLY.size + length
        if len(self._incoming) < end:
            return None
        data = bytes(self._incoming[REPLY.size : end])
        del self._incoming[:end]
        return Frame(kind, is_last, data)

    def close(self) -> None:
        self._channel.close()
