"""A folder of the mirror and the objects of which its files are copies: small files as they are, others by digest."""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from pipeline import files
from pipeline.errors import StoreError
from pipeline.remote.ledger import Ledger
from pipeline.remote.objects import Remote, many

MANIFEST, LAYOUT, FINGERPRINT, UNSENT = "manifest.json", "layout", "fingerprint.json", ".unsent"
SENT = "sent"
# Before an object that must be there is said to be missing.
PAUSES_S = (0.2, 1.0, 3.0)


def inside(folder: Path, name: str) -> Path:
    """Where a file of this name lies; raises `StoreError` for a name that leads out, which no store of ours has."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/"):
        raise StoreError(f"an object of the store is called {name!r}, which leads out of it; remove it")
    return folder / name


class Mirrored:
    """`folder` lies in the mirror, `name` is its name in the remote store."""

    def __init__(self, folder: Path, remote: Remote, name: str) -> None:
        self.folder, self.remote, self.name = folder, remote, name
        self.ledger = Ledger(folder)

    def at(self, name: str) -> str:
        return f"{self.name}/{name}"

    def report_name(self, index: int) -> str:
        return f"shards/{index:05d}.json"

    def refresh(self, name: str) -> bool:
        """Makes a small file of the mirror what it is in the remote store; False where that has none."""
        data = self.remote.read(self.at(name))
        if data is None:
            (self.folder / name).unlink(missing_ok=True)
            return False
        self._keep(name, data)
        if name.startswith("shards/"):
            self.ledger.note(name, SENT)
        return True

    def _keep(self, name: str, data: bytes) -> None:
        path = self.folder / name
        if path.exists() and path.read_bytes() == data:
            return
        standing = self.remote.standing(self.at(name)) if name == MANIFEST else None
        files.write_bytes(path, data)
        if standing and standing.changed:
            os.utime(path, (standing.changed, standing.changed))

    def pull(self, names: Iterable[str], contents: Mapping[str, tuple[int, str]]) -> None:
        """Fetches files that the mirror lacks or has in another form; raises `StoreError` where one is not as told."""
        many(lambda name: self._pull(name, *contents[name]), list(names))

    def _pull(self, name: str, size: int, digest: str) -> None:
        if self.ledger.tag(name) == digest:
            return
        target = inside(self.folder, name)
        files.write_atomic(target, lambda temporary: self._fetch(name, temporary, size, digest))
        self.ledger.note(name, digest)

    def _fetch(self, name: str, temporary: Path, size: int, digest: str) -> None:
        place = f"{self.remote}/{self.at(name)}"
        for pause in (*PAUSES_S, None):
            if self.remote.fetch(self.at(name), temporary):
                break
            if pause is None:
                raise StoreError(f"{place} is missing; {self._anew(name)}")
            time.sleep(pause)
        found = temporary.stat().st_size
        if found != size:
            raise StoreError(f"{place} is damaged: {found:,} bytes, not {size:,}; {self._anew(name)}")
        if files.file_digest(temporary) != digest:
            raise StoreError(f"{place} is damaged: it is not what was sent; {self._anew(name)}")

    def _anew(self, name: str) -> str:
        """How it is made again, and nothing but its shard."""
        stem = Path(name).stem
        index = int(stem) if stem.isdigit() and not name.startswith("folder/") else 0
        return (
            f"remove {self.remote}/{self.at(MANIFEST)} and {self.remote}/{self.at(self.report_name(index))} "
            "and run again, and this shard alone is made anew"
        )
