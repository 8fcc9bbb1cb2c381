"""Lists of what must not come into the data: addresses, sites, rows, and what owners asked to have removed.

In a file an entry is one line.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.schema import Record
from pipeline.stage import BatchFn, BatchStage, Reject
from stages._block_forms import FORMS, EntryError, page_of, sites_of
from stages._packed import DAMAGED, unpacked
from stages.records import Document, QAPair

R = TypeVar("R", Document, QAPair)

_COMMENT = re.compile(r"(?:^|\s)#.*")
_KINDS = ("url", "domain", "id", "removal_key")


@dataclass(frozen=True, kw_only=True)
class BlockStage(BatchStage[R, R]):
    """Rejects rows by lists given in place and in files.

    urls         -- pages: scheme, `www.`, fragment and closing slash do not count
    domains      -- sites with all their subdomains; a whole top-level domain is written `.xyz`
    ids          -- rows and whatever was made from them: `abc` blocks `abc/qa-001` too
    removal_keys -- what owners' requests name, see `stages/_removal.py`; an address stands for its key
    *_files      -- more of them, one a line, ` #` begins a comment; may be gzipped
    """

    urls: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    removal_keys: list[str] = field(default_factory=list)
    url_files: list[Path] = field(default_factory=list)
    domain_files: list[Path] = field(default_factory=list)
    id_files: list[Path] = field(default_factory=list)
    removal_key_files: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        for kind in _KINDS:
            for entry in self._given(kind):
                _understood(kind, entry, f"{self.uses()}: {kind}s")

    @classmethod
    def slots(cls, records: tuple[Any, ...]) -> tuple[type[Record] | None, type[Record] | None]:
        return records[0], records[0]

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {f"{kind}:{index:05d}": digest(path) for kind in _KINDS for index, path in enumerate(self._files(kind))}

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[R, R]]:
        blocklist = Blocklist(**{f"{kind}s": self._entries(kind) for kind in _KINDS})

        def check(rows: Sequence[R]) -> list[R | Reject]:
            return [blocklist.reject(url=row.url, id=row.id, removal_key=row.removal_key) or row for row in rows]

        yield check

    def _given(self, kind: str) -> list[str]:
        given: list[str] = getattr(self, f"{kind}s")
        return given

    def _files(self, kind: str) -> list[Path]:
        files: list[Path] = getattr(self, f"{kind}_files")
        return files

    def _entries(self, kind: str) -> frozenset[str]:
        """The entries of one kind in their comparable forms. Raises `ConfigError` naming file and line."""
        found: set[str] = set()
        for entry in self._given(kind):
            found.update(FORMS[kind](entry))
        for path in self._files(kind):
            for number, entry in entries_of(path):
                found.update(_understood(kind, entry, f"{path}, line {number}"))
        return frozenset(found)


@dataclass(frozen=True, kw_only=True)
class Blocklist:
    """Entries in their comparable forms, by kind."""

    urls: frozenset[str]
    domains: frozenset[str]
    ids: frozenset[str]
    removal_keys: frozenset[str]

    def reject(self, *, url: str, id: str, removal_key: str) -> Reject | None:
        """Names the entry that applies; None where none does."""
        if self.urls and (page := page_of(url)) in self.urls:
            return Reject("blocked_url", page)
        if self.domains and (site := next((part for part in sites_of(url) if part in self.domains), None)):
            return Reject("blocked_domain", site)
        if self.ids and (row := next((part for part in _ancestors(id) if part in self.ids), None)):
            return Reject("blocked_id", row)
        if removal_key in self.removal_keys:
            return Reject("blocked_removal_key", removal_key)
        return None


def _ancestors(id: str) -> Iterator[str]:
    """The id and those it extends."""
    while id:
        yield id
        id = id.rpartition("/")[0]


def entries_of(path: Path) -> Iterator[tuple[int, str]]:
    """The entries of a file with their lines. Raises `ConfigError` where it is no list in UTF-8."""
    number = 0
    try:
        with unpacked(path, is_packed=path.suffix == ".gz") as file:
            for number, line in enumerate(file, start=1):
                if entry := _COMMENT.sub("", line.decode("utf-8-sig")).strip():
                    yield number, entry
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}, line {number}: not UTF-8 ({error.reason}); save the list as UTF-8") from error
    except (OSError, *DAMAGED) as error:
        raise ConfigError(f"{path}: cannot be read to its end ({error})") from error


def _understood(kind: str, entry: str, place: str) -> frozenset[str]:
    try:
        return FORMS[kind](entry)
    except EntryError as error:
        raise ConfigError(f"{place}: {entry!r} {error}") from error
