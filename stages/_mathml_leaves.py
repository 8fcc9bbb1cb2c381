"""The elements of MathML that hold text and no others: identifiers, numbers, operators, words, blanks."""

import re
from typing import Any

from stages import _mathml_symbols as symbols
from stages._latex import SPACE, Kind, Token, sign_token, tokens_of_text

_NO_WIDTH = re.compile(r"-|0*\.?0*(em|ex|px|pt|mm|cm|in)?$")
_BLANKS = " \t\r"

Tokens = list[Token]


def _leaf_text(node: Any) -> str:
    """The element's text without the line breaks of the page's source; spaces inside it are meant."""
    text = "".join(node.itertext())
    before, behind = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if "\n" in before and not before.partition("\n")[0].strip(_BLANKS):
        text = text.lstrip()
    if "\n" in behind and not behind.rpartition("\n")[2].strip(_BLANKS):
        text = text.rstrip()
    return re.sub(r"[ \t\r\n]+", " ", text)


def identifier(node: Any, depth: int) -> Tokens:
    text = _leaf_text(node).strip()
    if len(text) == 1 and text.isalpha() and text not in symbols.GREEK and text not in symbols.DEGREES:
        if node.get("mathvariant") == "normal":
            return [Token(Kind.WORD, text)]
        return [Token(Kind.SYMBOL, text) if text not in symbols.LETTERLIKE else sign_token(text)]
    return tokens_of_text(text)


def number(node: Any, depth: int) -> Tokens:
    return tokens_of_text("".join(_leaf_text(node).split()))


def operator(node: Any, depth: int) -> Tokens:
    text = "".join(char for char in _leaf_text(node).strip() if char not in "\u2061\u2062\u2063\u2064\u200b")
    return [sign_token(text)] if len(text) == 1 or text in symbols.RELATIONS else tokens_of_text(text)


def text(node: Any, depth: int) -> Tokens:
    return tokens_of_text(_leaf_text(node))


def blank(node: Any, depth: int) -> Tokens:
    if node.get("linebreak") == "newline":
        return [SPACE]
    return [] if _NO_WIDTH.match(node.get("width") or "") else [SPACE]
