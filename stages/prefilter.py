"""Leaves out, before anything is learnt or scored, pages that show no sign of a question in mathematics or science.

It errs towards keeping: one formula is enough, or a few words of the trade.
"""

import re
from dataclasses import dataclass

from pipeline.errors import ConfigError
from pipeline.stage import Reject, RowStage
from stages._page_blocks import unread
from stages._recall_text import document_text
from stages.records import Document

# A text may be huge; its signs show early.
MAX_CHARS = 200_000

# Everything below is compared with text in lower case.
FORMULAS = (
    "\\frac", "\\(", "\\[", "$$", "\\begin{", "\\sqrt", "\\sum", "\\int", "\\mathrm", "\\text", "\\times", "\\cdot",
    "\\displaystyle", "\\pi", "\\theta", "\\le", "^{", "_{", "[tex]", "[itex]", "[latex]", "[math]",
)  # fmt: skip
ASKING = frozenset(
    b"question questions problem problems exercise exercises quiz exam exams homework solution solutions answer "
    b"answers solve solved calculate calculated compute find determine evaluate simplify prove suppose explain "
    b"express derive estimate".split()
)
SCIENCE = frozenset(
    b"equation equations formula theorem lemma velocity acceleration force forces energy electric voltage "
    b"probability triangle circle angle angles derivative integral matrix vector vectors polynomial fraction "
    b"percent ratio molecule molecules reaction mole moles acid atom atoms algorithm function functions gravity "
    b"momentum wavelength radius kg cm km km/h m/s integer integers square diameter average sequence variable "
    b"temperature pressure volume distance speed twice times altogether hypothesis experiment species protein "
    b"enzyme frequency circuit mass sum graph electron electrons photon charge kinetic per".split()
)
# 3 + 4, x = 7, $a_1$; choices on lines of their own; questions for an amount.
_ARITHMETIC = re.compile(r"\d ?[+×÷*=] ?\$?\d|[a-z)] ?= ?-?\$?\d|\$[^$\n]{1,80}[\\^_=][^$\n]{0,80}\$")
_CHOICES = re.compile(r"\n[ \t]*\(?([a-e])[.)]\s")
_AMOUNTS = re.compile(r"\bhow (?:many|much|far|long|old|tall|fast|often|heavy)\b|\bwhat (?:is|was|are|would be)\b")
_LETTERS = bytes(byte if chr(byte) in "abcdefghijklmnopqrstuvwxyz/" else 32 for byte in range(256))


@dataclass(frozen=True, kw_only=True)
class Prefilter(RowStage[Document, Document]):
    """Keeps a document with a formula or a sum, with three choices in a row, with two questions for an amount, or with
    words that ask beside words of science; others leave as `no_signs`.

    words       -- different words of the two kinds together that a short text must have
    chars_each  -- a longer text must have one more for each so many characters: any long text has a few by chance
    """

    words: int = 3
    chars_each: int = 2_000

    def __post_init__(self) -> None:
        if self.words < 1 or self.chars_each < 1:
            raise ConfigError(f"prefilter: words is {self.words} and chars_each {self.chars_each}; both are at least 1")

    def process(self, row: Document) -> Document | Reject:
        if refused := unread(row):
            return refused
        text = document_text(row)[:MAX_CHARS].lower()
        if not text.strip():
            return Reject("empty_text", "the page has no text")
        if row.num_formulas or _has_formula(text):
            return row
        words = frozenset(text.encode("ascii", "replace").translate(_LETTERS).split())
        asking, science = len(words & ASKING), len(words & SCIENCE)
        wanted = self.words + len(text) // self.chars_each
        if asking + science >= wanted and (asking or "?" in text):
            return row
        if len(set(_CHOICES.findall(text))) >= 3 or len(_AMOUNTS.findall(text)) >= 2:
            return row
        return Reject(
            "no_signs", f"no formula, and of {wanted} words that ask or belong to a science {asking + science}"
        )


def _has_formula(text: str) -> bool:
    if any(sign in text for sign in FORMULAS):
        return True
    return any(sign in text for sign in "=+×÷*$") and _ARITHMETIC.search(text) is not None
