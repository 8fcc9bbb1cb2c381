"""A path that leads elsewhere: what the code of readers does with a local path works with an address of fsspec.

It is opened by ranges of bytes, so that of a big file only what is read travels. Whoever wants a file of this machine
(`os.fspath`) gets a copy that lives as long as the shard: see `pipeline.remote.reading`.
"""

import io
import os
import posixpath
import stat
import sys
from pathlib import Path, PosixPath, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from pipeline.errors import ConfigError
from pipeline.redaction import shown
from pipeline.remote.place import WEB, check_address, is_address, opened, patiently, scheme_of
from pipeline.remote.standing import Standing

_PATTERN = "*?["


def path_of(text: str, folder: Path = Path()) -> Path:
    """What a person wrote as a path: an address, or a path that counts from `folder`. Raises `ConfigError`."""
    if is_address(text):
        check_address(text)
        return RemotePath(text)
    return folder / Path(text.removeprefix("file://")).expanduser()


class RemotePath(PosixPath):
    """Spelled without its query, which may hold a token; `address` is the whole.

    `mark` is what identified the file when it was pinned: whoever opens it is held to that.
    """

    address: str
    mark: str

    def __new__(cls, address: str, mark: str = "") -> "RemotePath":
        return super().__new__(cls, _spelled(address))

    def __init__(self, address: str, mark: str = "") -> None:
        if sys.version_info >= (3, 12):
            super().__init__(_spelled(address))
        self.address = address
        self.mark = mark

    def __reduce__(self) -> Any:
        return type(self), (self.address, self.mark)

    def __str__(self) -> str:
        return shown(self.address)

    def __repr__(self) -> str:
        return f"RemotePath({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemotePath) and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __fspath__(self) -> str:
        from pipeline.remote.reading import local_copy

        return str(local_copy(self))

    # Paths beside it

    @property
    def parent(self) -> "RemotePath":
        base, query = _divided(self.address)
        head, slash, _ = base.rstrip("/").rpartition("/")
        return RemotePath(head + query) if slash and not head.endswith("/") else self

    def __truediv__(self, key: Any) -> "RemotePath":
        text = str(key)
        if is_address(text):
            return RemotePath(text)
        if PurePosixPath(text).is_absolute():
            return Path(text)  # type: ignore[return-value]  # a path of this machine, as with any other folder
        base, query = _divided(self.address)
        return RemotePath(_joined(base, text) + query) if text not in ("", ".") else self

    def joinpath(self, *keys: Any) -> "RemotePath":
        found = self
        for key in keys:
            found = found / key
        return found

    def with_name(self, name: str) -> "RemotePath":
        return self.parent / name

    def with_suffix(self, suffix: str) -> "RemotePath":
        return self.with_name(self.stem + suffix)

    def is_relative_to(self, *other: Any) -> bool:
        base, ours = other[0], PurePosixPath(_spelled(self.address))
        return isinstance(base, RemotePath) and ours.is_relative_to(_spelled(base.address))

    def relative_to(self, *other: Any, **options: Any) -> Any:
        """A path of no file system, spelled as its files are and not as an address is."""
        base = other[0].address if isinstance(other[0], RemotePath) else str(other[0])
        inner = PurePosixPath(_spelled(self.address)).relative_to(_spelled(base))
        return PurePosixPath(unquote(str(inner))) if scheme_of(self.address) in WEB else inner

    def absolute(self) -> "RemotePath":
        return self

    def resolve(self, strict: bool = False) -> "RemotePath":
        return self

    def expanduser(self) -> "RemotePath":
        return self

    # What it holds

    def standing(self) -> Standing:
        """As it is now; raises `FileNotFoundError`, `PermissionError` or `OutageError`."""

        def ask() -> Standing:
            system, path = opened(self.address)
            if scheme_of(self.address) not in WEB:
                system.invalidate_cache()
            return Standing.of(system.info(path))

        if scheme_of(self.address) in WEB and _divided(self.address)[0].endswith("/"):
            return Standing(None, is_folder=True)  # what is meant as a folder ends so: on the web all is a file
        return patiently(ask, self.address)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        from pipeline.remote.reading import local_copy, standing_of

        found = standing_of(self)
        size = found.size if found.size is not None else local_copy(self).stat().st_size
        kind = stat.S_IFDIR if found.is_folder else stat.S_IFREG
        return os.stat_result((kind | 0o444, 0, 0, 1, 0, 0, size, *[int(found.changed)] * 3))

    def exists(self, *, follow_symlinks: bool = True) -> bool:
        try:
            self.standing()
        except FileNotFoundError:
            return False
        return True

    def is_dir(self) -> bool:
        try:
            return self.standing().is_folder
        except FileNotFoundError:
            return False

    def is_file(self) -> bool:
        return not self.is_dir() and self.exists()

    def open(  # type: ignore[override]
        self, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None, newline: Any = None
    ) -> IO[Any]:
        """For reading alone."""
        from pipeline.remote.reading import opened_for_reading

        if mode not in ("r", "rt", "rb"):
            raise io.UnsupportedOperation(f"{self}: mode {mode!r}; what lies elsewhere is only read")
        file = opened_for_reading(self)
        if mode == "rb":
            return file
        return io.TextIOWrapper(file, encoding, errors, newline)

    def files_below(self) -> "dict[RemotePath, Standing]":
        """All files below a folder, from one listing that is made anew."""
        return self._listed(lambda system, path: system.find(path, detail=True))

    def matches(self) -> "list[RemotePath]":
        """The files that a pattern names, sorted."""
        return sorted(self._listed(lambda system, path: system.glob(path, detail=True)), key=lambda one: one.address)

    @property
    def is_pattern(self) -> bool:
        """On the web a `?` begins a query."""
        signs = _PATTERN.replace("?", "") if scheme_of(self.address) in WEB else _PATTERN
        return any(sign in _divided(self.address)[0] for sign in signs)

    def _listed(self, ask: Any) -> "dict[RemotePath, Standing]":
        def listed() -> dict[str, Any]:
            system, path = opened(self.address)
            system.invalidate_cache()
            found = ask(system, path)
            return {str(system.unstrip_protocol(name)): info for name, info in found.items()}

        if _divided(self.address)[1]:
            raise ConfigError(f"{self}: with a query no files are listed; name them one by one")
        found = patiently(listed, self.address)
        return {RemotePath(name): Standing.of(info) for name, info in found.items() if info["type"] != "directory"}


def _divided(address: str) -> tuple[str, str]:
    """The address, and its query and fragment, which only the web has."""
    if scheme_of(address) not in WEB:
        return address, ""
    parts = urlsplit(address)
    base = parts._replace(query="", fragment="").geturl()
    return base, address[len(base) :]


def _joined(base: str, inner: str) -> str:
    """`..` leads up, as in a folder, but to no other bucket or host: objects have no folders that would do it."""
    scheme, _, rest = base.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}/{posixpath.normpath(f'/{path}/{inner}').lstrip('/')}"


def _spelled(address: str) -> str:
    return _divided(address)[0].rstrip("/")
