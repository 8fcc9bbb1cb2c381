"""What TeX a text holds, in the notation of the factory: `\\(..\\)` inline, `\\[..\\]` in display."""

import re
from dataclasses import dataclass
from enum import IntEnum

PIECE = re.compile(r"\\\((?P<inline>.+?)\\\)|\\\[(?P<display>.+?)\\\]", re.DOTALL)
ATOM = r"[0-9A-Za-z+\-=(). '#]+"
LINEAR = re.compile(r"(?:[0-9A-Za-z+\-=(). ]|[\^_](?:\{[0-9A-Za-z+\-]+\}|[0-9A-Za-z]))+")
SCRIPT = re.compile(rf"(?<=[0-9A-Za-z)])[\^_](?:\{{{ATOM}\}}|[0-9A-Za-z])(?![\^_])")
TWO_SCRIPTS = re.compile(r"[\^_](?:\w|\{[^{}]*\})[\^_]")
FRACTION_OR_ROOT = re.compile(rf"\\frac\{{{ATOM}\}}\{{{ATOM}\}}|\\sqrt\{{{ATOM}\}}")


class Reach(IntEnum):
    """How much TeX a text holds: none beyond letters and scripts, fractions and roots, anything."""

    LINEAR = 0
    SIMPLE = 1
    ANY = 2


@dataclass(frozen=True, slots=True)
class Needs:
    reach: Reach
    formulas: bool
    dollars: bool


def needs(text: str) -> Needs:
    formulas = [found["inline"] or found["display"] for found in PIECE.finditer(text)]
    reach = max((_reach(tex) for tex in formulas), default=Reach.LINEAR)
    return Needs(reach, bool(formulas), "$" in PIECE.sub("", text))


def _reach(tex: str) -> Reach:
    """Simple is what reduces to letters, digits and signs when fractions, roots and scripts with a base are taken out.

    A script leaves `'` and a fraction `#`, neither of which may bear a script: their grouping has many spellings.
    """
    left, before = tex, ""
    while left != before:
        before = left
        left = FRACTION_OR_ROOT.sub("#", SCRIPT.sub("'", left))
    if re.search("['#]", tex) or TWO_SCRIPTS.search(tex) or not re.fullmatch(ATOM, left):
        return Reach.ANY
    return Reach.LINEAR if LINEAR.fullmatch(tex) else Reach.SIMPLE
