"""When a text got from a page is the text the page shows: equal but for whitespace and the spelling of formulas."""

import re
import unicodedata
from functools import lru_cache

from bench.factory.page import Expected

FORMULA = re.compile(
    r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|\\\((.+?)\\\)|(?<!\\)\$(.+?)(?<!\\)\$"
    r"|(\\begin\{(?P<env>(?:align|gather|eqnarray|equation)\*?)\}.+?\\end\{(?P=env)\})",
    re.DOTALL,
)
RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎"
LEVEL = str.maketrans(RAISED + LOWERED, "0123456789+-()n" + "0123456789+-()")


@lru_cache(maxsize=100_000)
def canonical(text: str, like: str) -> str:
    """`text` in the one spelling in which it is compared with `like`, the text shown.

    Runs of whitespace are one blank, and none beside a formula; U+2212 is a hyphen. Where `like` has formulas, those of
    `text` are found by their delimiters, which then go, with the spaces inside and braces around one character. Where
    `like` has scripts in its prose (`10^{4}` for a raised 4), every spelling of those is taken: blanks, braces and
    dollar signs do not count. Signs, digits, words and commands are compared as they are.
    """
    text = unicodedata.normalize("NFC", text).replace("−", "-").replace("\u200b", "")
    if r"\(" not in like and r"\[" not in like:
        plain = text.replace(r"\$", "$")
        return _scripts_level(plain) if re.search(r"[\^_]\{", like) else " ".join(plain.split())
    made, place = [], 0
    for found in FORMULA.finditer(text):
        made += [" ".join(text[place : found.start()].split()), canonical_tex(next(filter(None, found.groups())))]
        place = found.end()
    return "".join([*made, " ".join(text[place:].split())])


def canonical_tex(tex: str) -> str:
    tex = re.sub(r"\\displaystyle\b\s*", "", tex)
    tex = re.sub(r"\s+", "", re.sub(r"\\ ", r"\\space", tex))
    before = ""
    while before != tex:
        before = tex
        tex = re.sub(r"(?<!\\)\{([^{}\\])\}", r"\1", tex)
        tex = re.sub(r"(?<![\\A-Za-z}\]^_])\{(\d+)\}(?=[\^_])", r"\1", tex)
    return tex[1:-1] if _is_one_group(tex) else tex


def _is_one_group(tex: str) -> bool:
    """Whether one pair of braces holds all, as in `{\\displaystyle ..}`."""
    depth, marks = 0, re.findall(r"\\.|.", tex)
    for place, mark in enumerate(marks, 1):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if not depth:
            return mark == "}" and place == len(marks)
    return False


def _scripts_level(text: str) -> str:
    for mark, chars in (("^", RAISED), ("_", LOWERED)):
        text = re.sub(f"[{chars}]+", rf"{mark}\g<0>", text)
    return re.sub(r"[\s{}$]|\\[()]", "", text.translate(LEVEL))


def same(text: str, shown: str) -> bool:
    return canonical(text, shown) == canonical(shown, shown)


def same_question(text: str, expected: Expected) -> bool:
    """The body, with or without a title; what stands between title and body does not count."""
    shown = expected.question
    wanted, got = canonical(shown, shown), canonical(text, shown + "".join(expected.titles))
    if got == wanted or canonical(text, shown) == wanted:
        return True
    edge = " .:)–—-"
    before = {canonical(title, title).strip(edge) for title in expected.titles}
    both = {canonical(f"{title}\n{shown}", title + shown) for title in expected.titles}
    return got in both or (got.endswith(wanted) and got[: -len(wanted)].strip(edge) in before)
