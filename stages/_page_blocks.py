"""The main text of a page as blocks with their places, and cut into parts that a prompt can hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stage import Reject
from stages.records import Document, Span

_LINE = re.compile(r"[^\n]*\S[^\n]*")


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the page's main text, and where it begins in the text of the whole page."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def unread(page: Document) -> Reject | None:
    """Why a page that is HTML alone is refused: strangers' HTML is read in a process that can be killed."""
    if page.text is not None or not page.html:
        return None
    return Reject("no_text", "HTML that nothing has read; put html_to_text before this stage")


def main_blocks(text: str, main: Sequence[Span]) -> list[Block]:
    """The lines that hold anything, of the places `main` or, where none are known, of the whole text."""
    places = [(span.start, span.end) for span in main] or [(0, len(text))]
    return [
        Block(line[0].rstrip(), line.start())
        for start, end in sorted(places)
        for line in _LINE.finditer(text, start, end)
    ]


def parts(blocks: Sequence[Block], *, max_chars: int, overlap: int) -> list[list[Block]]:
    """Neighbouring blocks of at most `max_chars` characters together.

    A part begins with the last blocks of the one before, as many as fit into `overlap` characters, so that a pair on
    the border stands whole in one of the two. Only a block longer than a part is cut.
    """
    pieces = [piece for block in blocks for piece in _pieces(block, max_chars)]
    made: list[list[Block]] = []
    first = 0
    while first < len(pieces):
        end = _reach(pieces, first, max_chars)
        made.append(pieces[first:end])
        if end == len(pieces):
            break
        first = max(_back(pieces, end, overlap), first + 1)
    return made


def around(blocks: Sequence[Block], place: Span | None, *, max_chars: int) -> list[Block]:
    """The part of the page that has `place` in its middle; the beginning of the page where there is no place."""
    pieces = [piece for block in blocks for piece in _pieces(block, max_chars)]
    if sum(len(piece.text) + 1 for piece in pieces) <= max_chars or place is None:
        return pieces[: _reach(pieces, 0, max_chars)] if pieces else []
    here = next((index for index, piece in enumerate(pieces) if piece.end > place.start), len(pieces) - 1)
    room = max(max_chars - (place.end - place.start), 0) // 2
    first = min(_back(pieces, here, room), here)
    return pieces[first : _reach(pieces, first, max_chars)]


def shown(blocks: Sequence[Block]) -> str:
    return "\n".join(block.text for block in blocks)


def _pieces(block: Block, max_chars: int) -> list[Block]:
    """The block, cut at blanks where it is longer than a part."""
    made, start = [], 0
    while len(block.text) - start > max_chars:
        blank = block.text.rfind(" ", start + 1, start + max_chars)
        end = blank if blank > 0 else start + max_chars
        made.append(Block(block.text[start:end], block.start + start))
        start = end
    return [*made, Block(block.text[start:], block.start + start)]


def _reach(pieces: Sequence[Block], first: int, max_chars: int) -> int:
    """The end of the longest run from `first` that fits; at least one piece."""
    end, used = first, -1
    while end < len(pieces) and used + 1 + len(pieces[end].text) <= max_chars:
        used += 1 + len(pieces[end].text)
        end += 1
    return max(end, first + 1)


def _back(pieces: Sequence[Block], end: int, room: int) -> int:
    """The beginning of the longest run up to `end` that fits into `room`."""
    first, used = end, 0
    while first > 0 and used + 1 + len(pieces[first - 1].text) <= room:
        first -= 1
        used += 1 + len(pieces[first].text)
    return first
