"""A journal as other machines see it: closed files of lines, sent as numbered objects that never change.

A number is taken by creating its object where there is none, so that numbers have no gaps and the newest are found by
name where a listing does not show them yet. A line is paid for once it is on the local disk; what a killed run left
there is sent when the journal is opened again.
"""

import fcntl
import re
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path

from pipeline import files
from pipeline.errors import TracemillError
from pipeline.remote.objects import Remote, many

SENT = ".sent"
_NUMBER = re.compile(r"(?:segment-)?(\d{8})\.jsonl")


class Segments:
    """Of one model: `folder` lies in the mirror, `name` is its name in the remote store."""

    def __init__(self, remote: Remote, folder: Path, name: str) -> None:
        self.remote, self.folder, self.name = remote, folder, name
        self.sending = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self.on_their_way: dict[Path, Future[None]] = {}
        self.next = 1

    def catch_up(self) -> None:
        """Sends what was left here, and fetches what is not here."""
        known = self._known()
        listed = {int(match[1]) for name in self.remote.find(self.name) if (match := _NUMBER.fullmatch(name))}
        missing = sorted(listed - known)
        many(self._fetch, missing)
        for number in count(max(listed | known, default=0) + 1):
            if not self._fetch(number):
                self.next = number
                break
        for path in sorted(self.folder.glob("*.jsonl")):
            if not _NUMBER.fullmatch(path.name) and not self._mark(path).exists() and _is_left(path):
                self._send(path)

    def _known(self) -> set[int]:
        """The segments that were made here or are here already."""
        here = {int(match[1]) for path in self.folder.glob("*.jsonl") if (match := _NUMBER.fullmatch(path.name))}
        return here | {int(mark.read_text() or 0) for mark in (self.folder / SENT).glob("*.jsonl")} - {0}

    def _at(self, number: int) -> str:
        return f"{self.name}/{number:08d}.jsonl"

    def _mark(self, path: Path) -> Path:
        return self.folder / SENT / path.name

    def _fetch(self, number: int) -> bool:
        data = self.remote.read(self._at(number))
        if data is None:
            return False
        files.write_bytes(self.folder / f"segment-{number:08d}.jsonl", data)
        return True

    # Sending

    def take(self, path: Path) -> None:
        """A file to which nothing is written any more; it is sent while answers go on."""
        self.on_their_way[path] = self.sending.submit(self._send, path)

    def _send(self, path: Path) -> None:
        data = path.read_bytes()
        while not self.remote.create(self._at(self.next), data):
            self.next += 1
        files.write_text(self._mark(path), f"{self.next}")
        self.next += 1

    def settle(self) -> None:
        """Waits until all is sent; what failed on the way is tried once more. Raises what it failed with then."""
        self.sending.shutdown()  # two that send at once would take each other's numbers
        for path, sent in self.on_their_way.items():
            with suppress(TracemillError):
                sent.result()
                continue
            self._send(path)
        self.on_their_way.clear()


def _is_left(path: Path) -> bool:
    """Whether nobody writes it: a lock of the kernel ends with its process."""
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
