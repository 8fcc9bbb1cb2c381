"""Files of pages under a folder: found, named by their place in it, and read within a limit."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from pipeline.errors import ConfigError
from pipeline.remote.path import RemotePath
from stages._packed import DAMAGED, unpacked
from stages._pages import DroppedError, is_binary

_SUFFIXES = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz", ".xhtml.gz")


@dataclass(frozen=True)
class HtmlFiles:
    """A file, or a folder and what is below it. Names are percent-encoded, as they stand in an address.

    Links to folders are not followed, and a link to a file counts only if that lies below the folder as well.
    """

    path: Path
    root: Path | None = None

    def names(self) -> list[str]:
        """Sorted. Each is a path below `base` that never leads out of it. Raises `ConfigError` for a folder unread."""
        if isinstance(self.path, RemotePath):
            return self._names_elsewhere(self.path)
        if not self.path.is_dir():
            if not os.path.lexists(self.path):
                raise ConfigError(f"{self.path} does not exist")
            return [self._name(self.path)]
        return sorted(self._name(path) for path in self._below())

    @property
    def base(self) -> Path:
        """The folder that names count from: `root`, where the files lie below it."""
        if self.root is not None and self.path.absolute().is_relative_to(self.root.absolute()):
            return self.root
        return self.path if self.path.is_dir() else self.path.parent

    def located(self, name: str) -> Path:
        """The file of a name; raises `DroppedError` where it is no regular file below the folder."""
        path = self.base / os.fsdecode(unquote_to_bytes(name))
        if isinstance(path, RemotePath):
            return path
        real = path.resolve()
        if not real.is_relative_to(self.base.resolve()):
            raise DroppedError("outside", f"a link that leads out of {self.base.name}")
        try:
            if not stat.S_ISREG(real.stat().st_mode):
                raise DroppedError("unreadable", "not a regular file")
        except (FileNotFoundError, PermissionError) as error:
            raise DroppedError("unreadable", str(error.strerror)) from error
        return path

    def _name(self, path: Path) -> str:
        return quote(os.fsencode(path.absolute().relative_to(self.base.absolute())))

    def _names_elsewhere(self, path: RemotePath) -> list[str]:
        """From one listing, where the path is a folder."""
        if path.is_dir():
            return sorted(self._name(one) for one in path.files_below() if one.name.lower().endswith(_SUFFIXES))
        if not path.exists():
            raise ConfigError(f"{path} does not exist")
        return [self._name(path)]

    def _below(self) -> Iterator[Path]:
        for folder, _, files in os.walk(self.path, onerror=_not_listed):
            yield from (Path(folder, name) for name in files if name.lower().endswith(_SUFFIXES))


def _not_listed(error: OSError) -> None:
    """How many pages are missing is not known, so this is no reject."""
    raise ConfigError(
        f"{error.filename}: the folder cannot be listed ({error.strerror}); grant access to it, or name the others"
    ) from error


def page_bytes(path: Path, *, max_bytes: int) -> bytes:
    """What the file holds, unpacked; raises `DroppedError` where that is no page."""
    try:
        with unpacked(path, is_packed=path.suffix.lower() == ".gz") as file:
            body = file.read(max_bytes + 1)
    except PermissionError as error:
        raise DroppedError("unreadable", str(error.strerror)) from error
    except DAMAGED as error:
        raise DroppedError("undecodable", str(error)) from error
    if len(body) > max_bytes:
        raise DroppedError("oversize", f"more than max_bytes {max_bytes}")
    if not body.strip():
        raise DroppedError("empty", "no content")
    if is_binary(body):
        raise DroppedError("binary", "holds null characters")
    return body
