"""Reads textbooks in CNXML, the source format of OpenStax and Connexions books, as pages with their MathML."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._cnxml import load
from stages._cnxml_page import Renderer
from stages._pages import Owner
from stages._row_files import pinned
from stages._text import digest128
from stages.records import Document

FILES_PER_SHARD = 50


@dataclass(frozen=True, kw_only=True)
class ReadCnxml(SourceStage[Document]):
    """One `Document` for each module (`m42033.cnxml`, gzipped too, or `m42033/index.cnxml`), exercises marked as such.

    paths      -- the modules' files
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
        owner = Owner(source=self.source, licence=self.licence, attribution=self.attribution)
        for path in self.paths[shard[0] : shard[1]]:
            try:
                module = load(path)
            except (etree.XMLSyntaxError, ValueError, EOFError, OSError) as error:
                if isinstance(error, FileNotFoundError | PermissionError):
                    raise
                yield Reject("damaged", f"{path.name}: {error}", id=digest128(str(path)))
                continue
            body = Renderer(module, urls={}, elsewhere={}).render()
            yield owner.page(f"{self.base_url.rstrip('/')}/{module.id}", f"<html><body>{body}</body></html>")
