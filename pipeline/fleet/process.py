"""A worker process on this machine: a clean interpreter in a group of its own, and what it last wrote."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import deque
from pathlib import Path

from pipeline.fleet.gpus import VARIABLE
from pipeline.fleet.launch import Launched
from pipeline.fleet.wire import Exit, Ticket, Wire

# Not `-m`, so that no file of the working directory stands in for a room.
LAUNCH = ("-P", "-c", "from pipeline.fleet.worker import main; main()")
LAST_LINES = 12
LINE_BYTES = 1 << 16
LINE_SHOWN = 300
# What a killed group wrote is in the pipe already; a process that left the group may hold it open for ever.
DRAIN_S = 2.0


class Outputs(asyncio.SubprocessProtocol):
    """What a process last wrote. `exited` and `closed`, of its outputs, are apart: others may hold these open."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self.lines: deque[str] = deque(maxlen=LAST_LINES)
        self._line = b""

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        *lines, rest = (self._line + data).split(b"\n")
        for line in lines:
            self._note(line)
        self._line = rest[-LINE_BYTES:]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1 and not self.closed.done():
            self._note(self._line)
            self.closed.set_result(None)

    def process_exited(self) -> None:
        self.exited.set_result(None)

    def _note(self, line: bytes) -> None:
        if text := line.decode(errors="replace").rstrip():
            self.lines.append(text[-LINE_SHOWN:])


class Process(Launched):
    """`start` one; `ended` tells its end and what it last wrote, on either of its outputs."""

    def __init__(self, transport: asyncio.SubprocessTransport, outputs: Outputs) -> None:
        self._transport, self._outputs = transport, outputs
        self._pid = transport.get_pid()
        self._ended = asyncio.create_task(self._wait())

    @classmethod
    async def start(cls, ticket: Ticket, *, gpus: str | None) -> "Process":
        """`gpus` is what it sees of them, None what this process sees. Raises `OSError`."""
        path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
        environment = os.environ | {"PYTHONPATH": path} | ({} if gpus is None else {VARIABLE: gpus})
        transport, outputs = await asyncio.get_running_loop().subprocess_exec(
            Outputs,
            sys.executable,
            *LAUNCH,
            str(os.getpid()),
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            process_group=0,
        )
        stdin = transport.get_pipe_transport(0)
        assert isinstance(stdin, asyncio.WriteTransport)
        # By the pipe, for arguments and environment are there to read for others, or for the engine it starts.
        stdin.write(encoded(ticket))
        stdin.close()
        return cls(transport, outputs)

    @property
    def ended(self) -> "asyncio.Future[Exit]":
        return self._ended

    def kept_by(self, wire: Wire) -> None:
        wire.close()  # this process is its own keeper

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)

    async def _wait(self) -> Exit:
        await self._outputs.exited
        self.kill()  # what it started and left behind
        await asyncio.wait({self._outputs.closed}, timeout=DRAIN_S)
        code = self._transport.get_returncode()
        assert code is not None
        self._transport.close()
        how = f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return Exit(how, "\n".join(self._outputs.lines))


def encoded(ticket: Ticket) -> bytes:
    """For standard input: nothing is unpickled there."""
    address = ticket.address if isinstance(ticket.address, str) else list(ticket.address)
    return json.dumps([address, ticket.secret.hex(), ticket.post, ticket.launch]).encode()


def decoded(data: bytes) -> Ticket:
    address, secret, post, launch = json.loads(data)
    return Ticket(address if isinstance(address, str) else tuple(address), bytes.fromhex(secret), post, launch)
