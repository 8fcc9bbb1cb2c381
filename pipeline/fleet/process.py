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


class Process(Launched):
    """`start` one; `ended` tells its end and what it last wrote, on either of its outputs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lines: deque[str] = deque(maxlen=LAST_LINES)
        self._reading = asyncio.create_task(self._read())
        self._ended = asyncio.create_task(self._wait())

    @classmethod
    async def start(cls, ticket: Ticket, *, gpus: str | None) -> "Process":
        """`gpus` is what it sees of them, None what this process sees. Raises `OSError`."""
        path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
        environment = os.environ | {"PYTHONPATH": path} | ({} if gpus is None else {VARIABLE: gpus})
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *LAUNCH,
            str(os.getpid()),
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            process_group=0,
            limit=LINE_BYTES,
        )
        assert process.stdin is not None
        # By the pipe, for arguments and environment are there to read for others, or for the engine it starts.
        process.stdin.write(encoded(ticket))
        process.stdin.close()
        return cls(process)

    @property
    def ended(self) -> "asyncio.Future[Exit]":
        return self._ended

    def kept_by(self, wire: Wire) -> None:
        wire.close()  # this process is its own keeper

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def _wait(self) -> Exit:
        code = await self._process.wait()
        self.kill()  # what it started and left behind
        await asyncio.wait({self._reading}, timeout=DRAIN_S)
        self._reading.cancel()
        how = f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return Exit(how, "\n".join(self._lines))

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                line = await self._process.stdout.readuntil()
            except asyncio.LimitOverrunError as overrun:
                line = await self._process.stdout.read(overrun.consumed)
            except asyncio.IncompleteReadError as end:
                self._note(end.partial)
                return
            self._note(line)

    def _note(self, line: bytes) -> None:
        if text := line.decode(errors="replace").rstrip():
            self._lines.append(text[-LINE_SHOWN:])


def encoded(ticket: Ticket) -> bytes:
    """For standard input: nothing is unpickled there."""
    address = ticket.address if isinstance(ticket.address, str) else list(ticket.address)
    return json.dumps([address, ticket.secret.hex(), ticket.post, ticket.launch]).encode()


def decoded(data: bytes) -> Ticket:
    address, secret, post, launch = json.loads(data)
    return Ticket(address if isinstance(address, str) else tuple(address), bytes.fromhex(secret), post, launch)
