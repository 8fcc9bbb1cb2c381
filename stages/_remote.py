"""Pieces of files that lie elsewhere, by ranges of bytes: through fsspec, politely, and patient with the machine.

What a server says for good (there is no such file) is an answer; what it may say otherwise tomorrow is waited for, and
then an outage, never a fact about the file.
"""

from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.remote.place import WEB, Trouble, opened, patiently, scheme_of


class Ranges:
    """Files under an address or a folder."""

    def __init__(self, base: str | Path) -> None:
        if isinstance(base, Path) and not base.is_dir():
            raise ConfigError(f"{base} is no folder")
        self._base = str(base)
        self._fs, root = opened(self._base)
        self._root = root.rstrip("/")
        self._is_http = scheme_of(self._base) in WEB

    def read(self, name: str, offset: int, length: int) -> bytes:
        """These bytes, fewer where the file ends before; raises `FileNotFoundError`, or `OutageError` at last."""
        path = f"{self._root}/{name}"
        address = f"{self._base.rstrip('/')}/{name}"
        try:
            # Archives refuse by 403 whom they find too busy.
            return patiently(lambda: self._read(path, offset, length), address, final={Trouble.GONE})
        except ValueError as error:
            raise ConfigError(f"{path}: {error}") from error

    def _read(self, path: str, offset: int, length: int) -> bytes:
        if not self._is_http:
            return bytes(self._fs.cat_file(path, start=offset, end=offset + length))
        # With a size given no request is made to learn it, and a server that ignores ranges is not read to its end.
        with self._fs.open(path, "rb", size=offset + length, cache_type="none") as file:
            file.seek(offset)
            return bytes(file.read(length))
