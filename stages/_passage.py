"""A passage of a page searched word by word: where does this quotation stand?

Words, numbers and signs are compared; blanks, dollar signs and the stars of Markdown are not, so that a model which
sets a formula or a line break in another way still quotes.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, islice

from stages._page_blocks import Block
from stages.records import Span
from verifier.judge.text import visible

_SAME_SIGN = str.maketrans("‐‑‒–—−’‘“”×·", "------''\"\"**")
_TOKEN = re.compile(
    r"(?P<skipped>[$*`]|\\[()\[\],;:! ]|\\(?=[*_#$`]))|\\[A-Za-z]+|[^\W\d_]+|\d+(?:[.,]\d+)*|[^\s]", re.UNICODE
)
# A formula that another opens in is not closed: without this, a page of openers is read once for each of them.
FORMULA = re.compile(
    r"\$\$[^$]+\$\$|\$(?!\s)[^$\n]+(?<!\s)\$(?!\d)"
    r"|(?<!\\)\\\((?:[^\\\n]|\\[^()\n]){1,2000}+\\\)|(?<!\\)\\\[(?:[^\\\n]|\\[^\[\]\n]){1,2000}+\\\]"
)
_DELIMITERS = "$\\()[] "
# What may follow a quotation that a model left its last sign off.
_CLOSING = re.compile(r"[.?!]+[)\"'”’]?(?=\s|$)")
# A quotation of fewer words must stand as it is.
MIN_WORDS_NEAR = 8
# The words of a quotation that must stand in the passage, and the words there that must be its.
MIN_SHARE = 0.85
_GRAM = 3
# Runs of words that stand in more places tell nothing about where a quotation is.
_MAX_PLACES = 40
_BUCKET = 8
# Of a quotation's words the rarest is looked up, at so many places.
_MAX_RUNS = 2_000


@dataclass(frozen=True, slots=True)
class Token:
    """A word in the spelling by which it is compared, and its place in the text of the page."""

    text: str
    start: int
    end: int
    opens_line: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands. `share` of its words stand there too, in their order; `missing` are the others.

    `is_wider`: it begins or ends inside a formula, and the place takes in the whole.
    """

    span: Span
    share: float = 1.0
    missing: tuple[str, ...] = ()
    is_wider: bool = False


@dataclass(frozen=True)
class Passage:
    """Blocks in the order of the page, none in another."""

    blocks: Sequence[Block]

    @cached_property
    def tokens(self) -> list[Token]:
        return [token for block in self.blocks for token in tokens_of(block.text, block.start)]

    @cached_property
    def formulas(self) -> list[Span]:
        return [
            Span(start=block.start + found.start(), end=block.start + found.end())
            for block in self.blocks
            for found in FORMULA.finditer(block.text)
        ]

    def find(self, quotation: str, *, avoid: Span | None = None) -> Place | None:
        """Where it stands word for word, else where nearly; a place after `avoid` is preferred, none in it is taken."""
        wanted = [token.text for token in tokens_of(quotation)]
        if not wanted:
            return None
        places = [self.place(first, len(wanted)) for first in self.runs(wanted, behind=avoid)]
        return preferred(places, avoid) or preferred(self._near([word.casefold() for word in wanted]), avoid)

    def runs(self, wanted: Sequence[str], *, behind: Span | None = None) -> Iterator[int]:
        """The indices of the tokens at which `wanted` stands word for word, those behind a place before the others.

        Where its words are on the page thousands of times, not all of them are found.
        """
        wanted = list(wanted)
        lead = min(range(len(wanted)), key=lambda index: len(self._positions.get(wanted[index], [])))
        places = self._positions.get(wanted[lead], [])
        next_one = bisect_left(places, behind.end, key=lambda index: self.tokens[index].start) if behind else 0
        for place in islice(chain(places[next_one:], places[:next_one]), _MAX_RUNS):
            first = place - lead
            if first >= 0 and self._texts[first : first + len(wanted)] == wanted:
                yield first

    def place(self, first: int, count: int, *, share: float = 1.0, missing: tuple[str, ...] = ()) -> Place:
        """The place of `count` tokens, formulas whole and the sentence's last sign with it."""
        start, end = self.tokens[first].start, self.tokens[first + count - 1].end
        is_wider = False
        begin, stop = bisect_right(self._formula_ends, start), bisect_left(self._formula_starts, end)
        for formula in self.formulas[begin:stop]:
            if not self._is_part(start, end, formula):
                is_wider |= self._cuts(formula, start) or self._cuts(formula, end)
                start, end = min(start, formula.start), max(end, formula.end)
        end = self._closed(end) if count >= MIN_WORDS_NEAR else end
        return Place(Span(start=start, end=end), share, missing, is_wider)

    def cut(self, span: Span) -> str:
        """What the blocks hold between the ends of the span, one block a line."""
        begin, stop = bisect_right(self._block_ends, span.start), bisect_left(self._block_starts, span.end)
        pieces = (
            block.text[max(span.start - block.start, 0) : max(span.end - block.start, 0)]
            for block in self.blocks[begin:stop]
        )
        return "\n".join(pieces).strip()

    def _cuts(self, formula: Span, at: int) -> bool:
        """Whether the formula holds anything but delimiters on both sides of `at`."""
        pieces = (Span(start=formula.start, end=at), Span(start=at, end=formula.end))
        return formula.start < at < formula.end and all(self.cut(piece).strip(_DELIMITERS) for piece in pieces)

    def _is_part(self, start: int, end: int, formula: Span) -> bool:
        """Whether a piece of the formula is meant, such as its right-hand side, and not the formula."""
        if start < formula.start or end > formula.end:
            return False
        return self._cuts(formula, start) or self._cuts(formula, end)

    def _closed(self, end: int) -> int:
        block = self.blocks[bisect_left(self._block_ends, end)]
        closing = _CLOSING.match(block.text, end - block.start)
        return end + len(closing[0]) if closing else end

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @cached_property
    def _block_ends(self) -> list[int]:
        return [block.end for block in self.blocks]

    @cached_property
    def _formula_starts(self) -> list[int]:
        return [formula.start for formula in self.formulas]

    @cached_property
    def _formula_ends(self) -> list[int]:
        return [formula.end for formula in self.formulas]

    @cached_property
    def _texts(self) -> list[str]:
        return [token.text for token in self.tokens]

    @cached_property
    def _folded(self) -> list[str]:
        return [text.casefold() for text in self._texts]

    @cached_property
    def _positions(self) -> Mapping[str, list[int]]:
        positions: dict[str, list[int]] = defaultdict(list)
        for index, text in enumerate(self._texts):
            positions[text].append(index)
        return positions

    @cached_property
    def _grams(self) -> Mapping[tuple[str, ...], list[int]]:
        grams: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index in range(len(self._folded) - _GRAM + 1):
            grams[tuple(self._folded[index : index + _GRAM])].append(index)
        return grams

    def _near(self, wanted: Sequence[str]) -> Iterator[Place]:
        """The window that shares most runs of words with the quotation, if it shares enough of its words.

        Among so many words, upper and lower case make no difference.
        """
        if len(wanted) < MIN_WORDS_NEAR:
            return
        votes: Counter[int] = Counter()
        for index in range(len(wanted) - _GRAM + 1):
            found = self._grams.get(tuple(wanted[index : index + _GRAM]), [])
            votes.update((place - index) // _BUCKET for place in found[:_MAX_PLACES] if len(found) <= _MAX_PLACES)
        if not votes:
            return
        likely = min(votes, key=lambda bucket: (-votes[bucket], bucket)) * _BUCKET
        slack = _BUCKET + len(wanted) // 4
        first = max(likely - slack, 0)
        window = self._folded[first : likely + len(wanted) + slack]
        blocks = SequenceMatcher(None, window, wanted, autojunk=False).get_matching_blocks()[:-1]
        if (place := self._covered(first, blocks, wanted)) is not None:
            yield place

    def _covered(self, first: int, blocks: Sequence[tuple[int, int, int]], wanted: Sequence[str]) -> Place | None:
        if not blocks:
            return None
        matched = sum(size for _, _, size in blocks)
        begin, end = blocks[0][0], blocks[-1][0] + blocks[-1][2]
        if matched < MIN_SHARE * len(wanted) or matched < MIN_SHARE * (end - begin):
            return None
        known = {index for _, at, size in blocks for index in range(at, at + size)}
        missing = tuple(word for index, word in enumerate(wanted) if index not in known)
        return self.place(first + begin, end - begin, share=matched / len(wanted), missing=missing)


def tokens_of(text: str, start: int = 0) -> list[Token]:
    made: list[Token] = []
    for found in _TOKEN.finditer(text.translate(_SAME_SIGN)):
        # What a model is shown lacks characters that do not show, and letters of other fonts are plain ones.
        word = found[0] if found[0].isascii() else visible(found[0])
        if found["skipped"] or not word.strip():
            continue
        # "M" and "m" are different units; "Find" and "find" are one word.
        word = word.casefold() if len(word) > 2 and word.isalpha() else word
        made.append(Token(word, start + found.start(), start + found.end(), not made))
    return made


def preferred(places: Iterable[Place], avoid: Span | None) -> Place | None:
    """The first place behind `avoid`, else the first before it: answers follow their questions."""
    free = [place for place in places if avoid is None or not overlap(place.span, avoid)]
    end = avoid.end if avoid else 0
    return min(free, key=lambda place: (place.span.start < end, place.is_wider, place.span.start), default=None)


def overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
