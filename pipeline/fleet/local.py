"""Workers on this machine: processes of the driver, connected by a socket in a folder that only it can enter."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.fleet.gpus import gpu_shares, visible_gpus
from pipeline.fleet.launch import Connected, Launched, Launcher
from pipeline.fleet.process import Process
from pipeline.fleet.wire import READ_AHEAD, Address, Ticket

MAX_SOCKET_PATH = 107  # bytes, a limit of the kernel


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
        self._folder = Path(tempfile.mkdtemp(prefix="tracemill-"))
        path = str(self._folder / "driver")
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
