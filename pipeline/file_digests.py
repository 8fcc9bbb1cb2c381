"""sha256 of input files, remembered between runs; of those elsewhere, what their store tells of them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import StoreError
from pipeline.fingerprint import digest_of
from pipeline.remote.fields import listed
from pipeline.remote.path import RemotePath
from pipeline.remote.place import ASKED_AT_ONCE
from pipeline.remote.reading import content_digest


class FileDigests:
    """sha256 of input files, remembered by size, modification time and inode.

    A file elsewhere is not read for it: its etag, or the date of its change, with its size says which it is. That is
    asked once, until `forget`. Only where a store tells neither is the content digested.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, list[Any]] = {}
        if path.exists():
            with suppress(StoreError):  # damaged, it is made anew
                self.known = files.read_json(path)
        self.changed = False
        self.marks: dict[str, str] = {}

    def __call__(self, path: Path) -> str:
        """Digest of a file, or of all files of a folder; `FileNotFoundError` if there is neither."""
        if isinstance(path, RemotePath):
            return self._marked(path)
        if path.is_dir():
            inner = [[str(p.relative_to(path)), self(p)] for p in sorted(path.rglob("*")) if p.is_file()]
            return digest_of(inner)
        stat = path.stat()
        stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        name = str(path.resolve())
        if self.known.get(name, [None])[0] != stamp:
            self.known[name] = [stamp, files.file_digest(path)]
            self.changed = True
        return str(self.known[name][1])

    def save(self) -> None:
        if self.changed:
            files.write_json(self.path, self.known)
            self.changed = False

    # Elsewhere

    def look_up(self, options: Any) -> None:
        """Asks for the files elsewhere that options of a stage list, many at once."""
        paths = [path for path in listed(options) if path.address not in self.marks]
        if len(paths) > 1:
            with ThreadPoolExecutor(ASKED_AT_ONCE) as threads:
                list(threads.map(self._marked, paths))

    def forget(self) -> None:
        """From here on files elsewhere are asked for anew."""
        self.marks.clear()

    def _marked(self, path: RemotePath) -> str:
        if path.address not in self.marks:
            self.marks[path.address] = _mark(path)
        path.mark = self.marks[path.address]
        return path.mark


def _mark(path: RemotePath) -> str:
    found = path.standing()
    if found.is_folder:
        below = path.files_below()
        return digest_of(sorted([str(one.relative_to(path)), told.mark or _mark(one)] for one, told in below.items()))
    return found.mark or f"sha256 {content_digest(path)}"
