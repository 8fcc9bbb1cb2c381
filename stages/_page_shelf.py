"""The pages of a side input looked up by id, on disk: their texts may be larger than memory."""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.context import SideInput
from stages._page_blocks import Block, main_blocks
from stages._passage import Passage
from stages.records import Document, Span

# Pairs of a page come one after another, so a few pages held open spare most of the reading.
_HELD = 32


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, None where nothing has read it; `main` is the passage of it that is no menu or advert."""

    text: str | None
    main: Passage

    def holding(self, *places: Span | None) -> Passage:
        """The main text, or the whole where one of the places lies outside of it."""
        inside = all(place is None or _covers(self.main.blocks, place) for place in places)
        return self.main if inside else Passage(main_blocks(self.text or "", []))


@contextmanager
def shelved(pages: SideInput, folder: Path) -> Iterator[Callable[[str], Page | None]]:
    """`find(id)` gives the page whose id the given one is or extends, None where there is none.

    For use in one thread; the file in `folder` is a copy of the texts, so it counts once more on the disk.
    """
    path = folder / "pages.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as table:
        table.execute("PRAGMA journal_mode = OFF")
        table.execute("PRAGMA synchronous = OFF")
        table.execute("CREATE TABLE page (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")
        table.executemany("INSERT OR IGNORE INTO page VALUES (?, ?)", map(_packed, pages.rows(Document)))
        table.commit()

        @lru_cache(maxsize=_HELD)
        def held(page_id: str) -> Page | None:
            row = table.execute("SELECT body FROM page WHERE id = ?", (page_id,)).fetchone()
            return _unpacked(row[0]) if row else None

        def find(row_id: str) -> Page | None:
            ancestors = (row_id.rsplit("/", times)[0] for times in range(row_id.count("/") + 1))
            return next((page for page in map(held, ancestors) if page), None)

        yield find


def _packed(page: Document) -> tuple[str, bytes]:
    body = json.dumps([page.text, [[span.start, span.end] for span in page.main]])
    return page.id, zlib.compress(body.encode(), 1)


def _unpacked(body: bytes) -> Page:
    text, main = json.loads(zlib.decompress(body))
    return Page(text, Passage(main_blocks(text or "", [Span(start=start, end=end) for start, end in main])))


def _covers(blocks: Sequence[Block], place: Span) -> bool:
    return any(block.start <= place.start < block.end for block in blocks)
