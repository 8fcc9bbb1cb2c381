"""A formula as LaTeX, without what belongs to its encoding on the page."""

import re
from dataclasses import dataclass

_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_COLOURS = re.compile(
    r"^(?:\\(?:fg|bg)_[a-z]+|\\dpi\{\d+\}|\\(?:inline|large|small|huge|LARGE|Large|tiny|normalsize)(?![a-zA-Z])|\\fn_\w+|\s)+"
)
DELIMITED = re.compile(r"^(\$\$|\$|\\\(|\\\[)(.*?)(\$\$|\$|\\\)|\\\])$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Formula:
    """`tex` without dollar signs; empty where the page shows a formula whose source is not to be had."""

    tex: str
    is_block: bool = False


SHOWN_ELSEWHERE = Formula("")


def cleaned(tex: str) -> str:
    """Without delimiters, sizes, colours and CDATA marks that belong to the encoding and not to the formula."""
    tex = (
        _LINE_BREAK.sub(" ", tex)
        .replace("% <![CDATA[", "")
        .replace("%]]>", "")
        .replace("<![CDATA[", "")
        .replace("]]>", "")
        .strip()
    )
    tex = _COLOURS.sub("", tex)
    if delimited := DELIMITED.match(tex):
        tex = delimited.group(2)
    wrapped = re.fullmatch(r"\{\\(?:displaystyle|textstyle)\s*(.*)\}", tex.strip(), re.DOTALL)
    return (wrapped.group(1) if wrapped else tex).strip()
