"""The text of a page as it is written: words, and what must stand between them."""

import re
from dataclasses import dataclass, field

from stages._formula_tex import Formula
from stages._page_text import INVISIBLE

_PRE_WHITE = re.compile(r"[\t\r\f\u00a0\u2002-\u200a\u202f\u3000]")


@dataclass(slots=True, kw_only=True)
class TextFlow:
    """`length` is that of the text so far, `preformatted` how many elements are open that keep their white space."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    # What must stand between the text so far and the next word: nothing, a space, a tab or a line break.
    gap: str = ""
    preformatted: int = 0

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def say(self, text: str) -> None:
        """Text of the page's source, white space as HTML means it."""
        if text.isspace() and not self.preformatted:
            if not self.gap:
                self.gap = " "
            return
        if not text.isascii():
            text = text.translate(INVISIBLE)
        if self.preformatted:
            self.put(_PRE_WHITE.sub(" ", text))
            return
        words = text.split()
        if not words:
            return
        if not self.gap and text[0].isspace():
            self.gap = " "
        self.put(" ".join(words))
        if text[-1].isspace():
            self.gap = " "

    def put(self, text: str) -> None:
        """As it is, behind the gap that is open."""
        if self.gap:
            if self.length:
                self.pieces.append(self.gap)
                self.length += 1
            self.gap = ""
        self.pieces.append(text)
        self.length += len(text)

    def put_formula(self, formula: Formula) -> None:
        if not formula.tex:
            return
        if formula.is_block:
            self.gap = "\n"
        self.put(f"$${formula.tex}$$" if formula.is_block else f"${formula.tex}$")
        if formula.is_block:
            self.gap = "\n"
