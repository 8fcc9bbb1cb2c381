"""sha256 of input files, remembered between runs."""

from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.fingerprint import digest_of


class FileDigests:
    """sha256 of input files, remembered by size, modification time and inode."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, list[Any]] = {}
        if path.exists():
            self.known = files.read_json(path)
        self.changed = False

    def __call__(self, path: Path) -> str:
        """Digest of a file, or of all files of a folder; `FileNotFoundError` if there is neither."""
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
