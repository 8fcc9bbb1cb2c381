"""Which local files are copies of objects of the store: one line a file, appended, the last about it counts.

A line holds the local file's size and time of change, so that it says nothing of a file that was written since.
"""

from pathlib import Path
from threading import Lock

import orjson

from pipeline.files import storing

NAME = ".copies.jsonl"


class Ledger:
    """Of one folder of the mirror; other processes may write it at the same time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / NAME
        self.known: dict[str, list[object]] = {}
        self.read = 0
        self.lock = Lock()

    def tag(self, name: str) -> str | None:
        """What the local file was last known to be a copy of; None where it is missing, or was written since."""
        with self.lock:
            self._catch_up()
            told = self.known.get(name)
        return str(told[0]) if told and told[1:] == self._stamp(name) else None

    def note(self, name: str, tag: str) -> None:
        line = orjson.dumps([name, tag, *self._stamp(name)]) + b"\n"
        with storing(self.path), self.path.open("ab", buffering=0) as stream:
            stream.write(line)

    def _stamp(self, name: str) -> list[object]:
        try:
            found = (self.folder / name).stat()
        except FileNotFoundError:
            return [None, None]
        return [found.st_size, found.st_mtime_ns]

    def _catch_up(self) -> None:
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < self.read:  # somebody has cleared the mirror
            self.known, self.read = {}, 0
        if size == self.read:
            return
        with self.path.open("rb") as stream:
            stream.seek(self.read)
            for line in stream:
                if not line.endswith(b"\n"):
                    break  # another process is about to end it
                self.read += len(line)
                try:
                    name, *told = orjson.loads(line)
                except (orjson.JSONDecodeError, ValueError, TypeError):
                    continue  # a machine went down while it was written: its file is fetched again
                self.known[name] = told
