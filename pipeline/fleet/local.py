"""Workers on this machine: processes of the driver, connected by a socket in a folder that only it can enter."""

import asyncio
import contextlib
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.fleet.gpus import gpu_shares, visible_gpus
from pipeline.fleet.launch import Connected, Launched, Launcher
from pipeline.fleet.process import Process
from pipeline.fleet.wire import READ_AHEAD, Address, Ticket

MAX_SOCKET_PATH = 107  # bytes, a limit of the kernel
PREFIX, SOCKET = "tracemill-fleet-", "driver"
# A socket is bound a moment before it can be connected to, and must not be taken for a dead one then.
SETTLED_S = 60.0


class LocalLauncher(Launcher):
    """`workers` processes that share the visible GPUs, `gpus` for each."""

    is_remote = False

    def __init__(self, *, workers: int, gpus: int) -> None:
        self.workers, self.gpus = workers, gpus
        self._shares: list[str | None] = []
        self._folder: Path | None = None
        self._server: asyncio.Server | None = None

    async def open(self, connected: Connected) -> Address:
        self._shares = gpu_shares(visible_gpus(os.environ), workers=self.workers, each=self.gpus)
        _sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        path = str(self._folder / SOCKET)
        if len(os.fsencode(path)) > MAX_SOCKET_PATH:
            raise ConfigError(f"{path} is too long a path for a socket; set TMPDIR to a shorter one")
        self._server = await asyncio.start_unix_server(connected, path, limit=READ_AHEAD)
        return path

    async def launch(self, ticket: Ticket) -> Launched:
        return await Process.start(ticket, gpus=self._shares[ticket.post])

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._server = self._folder = None


def _sweep() -> None:
    """Removes the folders of drivers that were killed: nobody listens at their sockets."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{SOCKET}"):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            if path.stat().st_mtime > time.time() - SETTLED_S:
                continue
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                shutil.rmtree(path.parent, ignore_errors=True)
