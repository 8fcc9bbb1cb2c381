"""Writes texts with formulas as HTML in the encoding of a page."""

import html
import re
from dataclasses import dataclass
from random import Random

from bench.factory.encode import Encoding
from bench.factory.tex import PIECE


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the texts of one page. `plain` tells a text as the page shows it; `wrap` breaks its source lines."""

    encoding: Encoding
    rng: Random
    wrap: bool = False
    emphasis: float = 0.02

    def inline(self, text: str) -> str:
        """HTML of one paragraph; newlines are line breaks."""
        made, place = [], 0
        for found in PIECE.finditer(text):
            made.append(self._prose(text[place : found.start()]))
            tex = found["inline"] or found["display"]
            made.append(self.encoding.formula(tex, found["display"] is not None, self.rng))
            place = found.end()
        return "".join([*made, self._prose(text[place:])])

    def paragraphs(self, text: str, open_: str = "<p>", close: str = "</p>") -> str:
        """A blank line parts paragraphs; a newline a paragraph too, or a line break, as the page's dice fall."""
        lines_part = self.rng.random() < 0.5
        parts = re.split(r"\n+" if lines_part else r"\n\n+", text)
        return "\n".join(f"{open_}{self.inline(part)}{close}" for part in parts if part.strip())

    def breaks(self, text: str) -> str:
        """The text with `<br>` between lines and paragraphs, as boards write it."""
        return self.inline(text)

    def plain(self, text: str) -> str:
        if self.encoding.name != "html":
            return text
        return PIECE.sub(lambda found: _braced_scripts(found["inline"] or found["display"]), text)

    def _prose(self, prose: str) -> str:
        """Prices and quotes escaped or not, a word in bold now and then."""
        quoted = self.rng.random() < 0.3
        return "<br />\n".join(self._line(html.escape(line, quote=quoted)) for line in prose.split("\n"))

    def _line(self, line: str) -> str:
        words = re.split(r"( )", line)
        for place, word in enumerate(words):
            if re.fullmatch(r"[a-z]{4,12}", word) and self.rng.random() < self.emphasis:
                tag = self.rng.choice(("b", "strong", "em", "i", "u"))
                words[place] = f"<{tag}>{word}</{tag}>"
            elif word == " " and self.wrap and self.rng.random() < 0.08:
                words[place] = "\n"
        return "".join(words)


def _braced_scripts(tex: str) -> str:
    return re.sub(r"([\^_])(\w)", r"\1{\2}", tex)
