"""Reads textbooks in CNXML, the source format of OpenStax and Connexions books, as pages with their MathML."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._cnxml import DAMAGED, load, module_name
from stages._cnxml_page import Renderer
from stages._pages import Owner
from stages._row_files import pinned
from stages.records import Document

FILES_PER_SHARD = 50


@dataclass(frozen=True, kw_only=True)
class ReadCnxml(SourceStage[Document]):
    """One `Document` for each module (`m42033.cnxml`, gzipped too, or `m42033/index.cnxml`), exercises marked as such.

    paths      -- the modules' files
    source     -- the name of where they come from
    licence, attribution -- what the rows say of the book
    base_url   -- the address of the book; a page's is that and the module's name
    limit      -- only the first modules
    """

    packages = ("lxml", "resiliparse")

    paths: list[Path]
    source: str
    base_url: str
    licence: str | None = None
    attribution: str | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        if not self.paths:
            raise ConfigError("read_cnxml: paths is empty; name the modules, such as modules/*/index.cnxml")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return pinned(self.paths[: self.limit], digest)

    def shards(self) -> Sequence[Any]:
        end = len(self.paths[: self.limit])
        return [[first, min(first + FILES_PER_SHARD, end)] for first in range(0, end, FILES_PER_SHARD)]

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        seen: set[str] = set()
        for index in range(*shard):
            path = self.paths[index]
            row = self._row(path)
            if isinstance(row, Document) and row.id in seen:
                row = Reject("duplicate_record", f"{path.name}: same address and content as {row.id}")
            if isinstance(row, Document):
                seen.add(row.id)
            yield replace(row, id=f"{index:05d}/{module_name(path)}") if isinstance(row, Reject) else row

    def _row(self, path: Path) -> Document | Reject:
        try:
            module = load(path)
            body = Renderer(module, urls={}, elsewhere={}).render()
        except (*DAMAGED, RecursionError) as error:  # the latter: elements nested hundreds deep
            return Reject("damaged", f"{path.name}: {error}")
        owner = Owner(source=self.source, licence=self.licence, attribution=self.attribution)
        return owner.page(f"{self.base_url.rstrip('/')}/{module.id}", f"<html><body>{body}</body></html>")
