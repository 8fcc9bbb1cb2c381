"""A lock that holds between machines: an object that is created where there is none, and renewed by its holder.

Whoever finds it is told who holds it. A holder of whom nothing was heard for ten minutes is taken for dead; one that
ran on this machine is looked for among its processes, so that what was killed here goes on at once. Should a holder
wake up after it was taken for dead, what it commits is still refused where it is not the same: see `Twin`.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from pipeline import files
from pipeline.errors import StoreLockedError
from pipeline.remote.objects import Remote, at_best
from pipeline.remote.standing import Standing

RENEW_S = 30.0
LOST_S = 600.0
BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds a lease; `process` is known by the boot, the namespace and the time at which it was started."""

    nonce: str
    host: str
    pid: int
    process: str
    since: str
    beat: int = 0

    @classmethod
    def me(cls) -> "Holder":
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return cls(
            nonce=uuid4().hex, host=socket.gethostname(), pid=os.getpid(), process=_process(os.getpid()), since=now
        )

    @property
    def is_dead(self) -> bool:
        """Whether it certainly is: it ran here, and runs no more."""
        boot = _process(os.getpid()).rpartition(" ")[0]
        return self.process.rpartition(" ")[0] == boot and _process(self.pid) != self.process

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} since {self.since}"


def _process(pid: int) -> str:
    """What no other process has had, here or elsewhere: boot, namespace, time of its start."""
    with suppress(OSError):
        here = f"{BOOT.read_text().strip()} {Path('/proc/self/ns/pid').readlink()}"
        with suppress(OSError):
            return f"{here} {Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]}"
        return f"{here} -"
    return ""


@contextmanager
def held(remote: Remote, name: str, what: str) -> Iterator[None]:
    """Holds the lease `name`; raises `StoreLockedError` where somebody else does."""
    lease = Lease(remote, name, what)
    lease.take()
    try:
        yield
    finally:
        lease.give_back()


class Lease:
    def __init__(self, remote: Remote, name: str, what: str) -> None:
        self.remote, self.name, self.what = remote, name, what
        self.holder = Holder.me()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._renew, name=f"lease {name}", daemon=True)

    @property
    def data(self) -> bytes:
        return _packed(self.holder)

    def take(self) -> None:
        if not self.remote.create(self.name, self.data):
            self._take_over()
        self.thread.start()

    def _take_over(self) -> None:
        standing, found = self.remote.standing(self.name), self.remote.read(self.name)
        if standing is None or found is None:  # it was given back in this moment
            if self.remote.create(self.name, self.data):
                return
            standing, found = self.remote.standing(self.name), self.remote.read(self.name)
        holder = _unpacked(found)
        if holder and not holder.is_dead and (age := self._age(standing)) < LOST_S:
            raise self._refusal(f"{holder}, last heard of {age:.0f} s ago")
        if standing is None or not self.remote.swap(self.name, self.data, standing):
            raise self._refusal("another process, which was faster")

    def _age(self, standing: Standing | None) -> float:
        """Seconds since it was renewed, by the store's clock, for ours may be wrong; 0 where it tells no times."""
        if standing is None or not standing.changed:
            return 0.0
        probe = f"{self.name}.{self.holder.nonce}"
        self.remote.write(probe, b"")
        now = self.remote.standing(probe)
        self.remote.remove([probe])
        return max(0.0, now.changed - standing.changed) if now else 0.0

    def _refusal(self, holder: str) -> StoreLockedError:
        return StoreLockedError(
            f"{self.what} is being written by {holder}; wait for it, or use another --store "
            f"(if it is dead for certain, remove {self.remote}/{self.name}; after {LOST_S / 60:.0f} minutes without a "
            "sign of life it is taken over)"
        )

    def _renew(self) -> None:
        while not self.ended.wait(RENEW_S):
            with at_best():  # a network may be away for a while; the next one may be heard
                if not self._is_mine():
                    return
                self.holder = Holder(**{**asdict(self.holder), "beat": self.holder.beat + 1})
                self.remote.write(self.name, self.data)

    def _is_mine(self) -> bool:
        holder = _unpacked(self.remote.read(self.name))
        return holder is not None and holder.nonce == self.holder.nonce

    def give_back(self) -> None:
        """One that stays, since nothing answers, is taken over."""
        self.ended.set()
        self.thread.join()
        with at_best():
            if self._is_mine():
                self.remote.remove([self.name])


def _packed(holder: Holder) -> bytes:
    return files.json_bytes(asdict(holder))


def _unpacked(data: bytes | None) -> Holder | None:
    """None for what is no lease."""
    with suppress(ValueError, TypeError):
        found: Any = orjson.loads(data or b"")
        return Holder(**found)
    return None
