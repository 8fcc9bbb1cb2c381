"""Rows of a StackExchange dump: one element `<row .../>` each, found without parsing what lies around them.

An attribute cannot hold `<`, so a row ends before the next one, wherever lines end. Each is parsed by itself: what a
document declares before its rows (entities that unfold, external ones) means nothing here, and one damaged row costs
one row.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from pipeline.errors import ConfigError, ShardError
from stages._window import GZIP_MAGIC, Members, Window

MAX_ROW_BYTES = 8 << 20
_LOOK = 1 << 16
_TAIL = 1000
_OPEN = re.compile(rb"<row\s")
# Control characters, as such and by number, which XML does not allow and dumps have had.
_CONTROL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#0*(?:[0-8]|1[124-9]|2\d|3[01]);|&#[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]);"
)
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"


class CutOffError(ShardError):
    """The file does not end as its document should; raised behind its last row."""

    def __init__(self, path: Path, root: str) -> None:
        super().__init__(f"{path}: does not end with </{root}>, the file is cut off; fetch it again")


class BadXmlError(ValueError):
    """A row that cannot be read; the message says why."""


@dataclass(frozen=True)
class StackFile:
    """A file of a dump, .xml or .xml.gz, whose document element is `root` ("posts")."""

    path: Path
    root: str

    def checked(self) -> "StackFile":
        """Itself; raises `ConfigError` where the file is plainly something else."""
        try:
            with self.path.open("rb") as file:
                magic = file.read(len(_SEVEN_ZIP))
                head = self._window(file).ahead(_LOOK)
        except FileNotFoundError as error:
            raise ConfigError(f"{self.path} does not exist") from error
        name = f"{self.root.capitalize()}.xml"
        if magic == _SEVEN_ZIP:
            raise ConfigError(
                f"{self.path} is a 7z archive, which is not read; unpack it: 7z e {self.path.name} {name}"
            )
        if b"<" + self.root.encode() not in head and not _OPEN.search(head):
            raise ConfigError(f"{self.path} is no {name}: it has neither <{self.root}> nor a row at its begin")
        return self

    @property
    def is_packed(self) -> bool:
        with self.path.open("rb") as file:
            return file.read(len(GZIP_MAGIC)) == GZIP_MAGIC

    def rows(self, start: int, end: int) -> Iterator[tuple[int, bytes | None]]:
        """Each row that begins in a range of bytes (of what is unpacked, in a packed file) with its place.

        None stands for one of more than `MAX_ROW_BYTES`. Raises `CutOffError` behind them where the range has the end
        of a file that is not the document's.
        """
        with self.path.open("rb") as file:
            window = self._window(file)
            window.skip(start)
            while (rest := _to_next(window)) is None and window.at < end:
                place, row = window.at, _row(window)
                window.skip(len(row) if row is not None else 1)
                yield place, row
            if window.damage:
                raise ShardError(f"{self.path}: {window.damage}; fetch the file again")
            if rest is None or window.at > end:
                return
            tail = rest if self.is_packed else self._tail(file)
        if not tail.rstrip().endswith(f"</{self.root}>".encode()):
            raise CutOffError(self.path, self.root)

    def _tail(self, file: BinaryIO) -> bytes:
        """A range of bytes may begin amid the last tag, so what was read of it does not tell."""
        file.seek(max(self.path.stat().st_size - _TAIL, 0))
        return file.read()

    def _window(self, file: BinaryIO) -> Window:
        size = self.path.stat().st_size
        if self.is_packed:
            return Window(Members(file, 0, ends=lambda place: place >= size, is_whole=True).read)
        return Window.of(file, 0, size)


def _to_next(window: Window) -> bytes | None:
    """Moves to the next row; where there is none, to the end, and gives the last that stands there."""
    rest = b""
    while data := window.ahead(_LOOK):
        found = _OPEN.search(data)
        if found:
            window.skip(found.start())
            return None
        rest = data
        # What may be the begin of a row, or of the last tag, stays in the window.
        window.skip(len(data) if len(data) < _LOOK else len(data) - _TAIL)
    return rest


def _row(window: Window) -> bytes | None:
    look = _LOOK
    while True:
        data = window.ahead(look)
        end = data.find(b"<", 1)
        if end > 0 or len(data) < look:
            return data if end < 0 else data[:end]
        if look > MAX_ROW_BYTES:
            return None
        look *= 4


def attributes(row: bytes) -> Mapping[str, str]:
    """The attributes of a row; raises `BadXmlError`."""
    text = _CONTROL.sub(b" ", row).decode("utf-8", "replace")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        element = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise BadXmlError(str(error)) from error
    return {str(name): str(value) for name, value in element.attrib.items()}
