"""What starts the worker processes of a fleet, on this machine or elsewhere, and ends them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from pipeline.fleet.wire import Address, Exit, Ticket, Wire

Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Launched(Protocol):
    """One worker process, or the wait for it. `ended` is done once it has ended, for whatever cause."""

    @property
    def ended(self) -> "asyncio.Future[Exit]": ...

    def kept_by(self, wire: Wire) -> None:
        """A keeper beside the process has connected, which will tell of its end."""
        ...

    def kill(self) -> None:
        """Ends it without asking; may be called twice."""
        ...


class Launcher(Protocol):
    """`is_remote`: its workers may be on other machines, may wait for a place, and may see other files."""

    is_remote: bool

    async def open(self, connected: Connected) -> Address:
        """Listens where its workers can connect. Raises `ConfigError` where the machine cannot hold them."""
        ...

    async def launch(self, ticket: Ticket) -> Launched:
        """Raises `OSError` where no process can be started."""
        ...

    async def close(self) -> None: ...
