"""Pieces of files that lie elsewhere, by ranges of bytes: through fsspec, politely, and patient with the machine.

What a server says for good (there is no such file) is an answer; what it may say otherwise tomorrow is waited for, and
then an outage, never a fact about the file.
"""

import time
from pathlib import Path

from pipeline.errors import ConfigError, OutageError

# The wait doubles each time: together two minutes.
RETRIES = 7
FIRST_WAIT_S = 1.0
MAX_WAIT_S = 60.0
_GONE = (404, 410)


class Ranges:
    """Files under an address or a folder."""

    def __init__(self, base: str | Path) -> None:
        import fsspec

        if isinstance(base, Path) and not base.is_dir():
            raise ConfigError(f"{base} is no folder")
        try:
            self._fs, root = fsspec.core.url_to_fs(str(base))
        except (ImportError, ValueError) as error:
            raise ConfigError(f"{base!r} cannot be used as an address: {error}") from error
        self._root = str(root).rstrip("/")
        self._is_http = "http" in self._fs.protocol
        self._passing: tuple[type[Exception], ...] = (TimeoutError, ConnectionError)
        if self._is_http:
            import aiohttp

            self._passing += (aiohttp.ClientError,)

    def read(self, name: str, offset: int, length: int) -> bytes:
        """These bytes, fewer where the file ends before; raises `FileNotFoundError`, or `OutageError` at last."""
        path = f"{self._root}/{name}"
        waits = [min(FIRST_WAIT_S * 2**number, MAX_WAIT_S) for number in range(RETRIES)]
        for wait in waits:
            try:
                return self._read(path, offset, length)
            except self._passing as error:
                _raise_if_gone(error, path)
                time.sleep(max(wait, _asked_wait(error)))
        try:
            return self._read(path, offset, length)
        except self._passing as error:
            _raise_if_gone(error, path)
            why = f"{RETRIES + 1} tries failed, the last with {type(error).__name__}: {error}"
            raise OutageError(f"{path}: {why}; run again later, what is finished is kept") from error

    def _read(self, path: str, offset: int, length: int) -> bytes:
        if not self._is_http:
            return bytes(self._fs.cat_file(path, start=offset, end=offset + length))
        # With a size given no request is made to learn it, and a server that ignores ranges is not read to its end.
        try:
            with self._fs.open(path, "rb", size=offset + length, cache_type="none") as file:
                file.seek(offset)
                return bytes(file.read(length))
        except ValueError as error:
            raise ConfigError(f"{path}: {error}") from error


def _raise_if_gone(error: Exception, path: str) -> None:
    if getattr(error, "status", None) in _GONE:
        raise FileNotFoundError(path) from error


def _asked_wait(error: Exception) -> float:
    """What the server asks for in `Retry-After`, in seconds; dates are left to the doubling."""
    headers = getattr(error, "headers", None) or {}
    asked = str(headers.get("Retry-After", ""))
    return min(float(asked), MAX_WAIT_S) if asked.isdecimal() else 0.0
