"""The notation of solved inequalities: relation signs, brackets, set builder, the words between conditions."""

import re

from verifier.latex import is_enclosed, plain_text, split_top
from verifier.structures.members import REMARK, shared_unit, without_dollars
from verifier.structures.regions import Interval, between

RELATION = re.compile(r"\\le(?![a-z])|\\ge(?![a-z])|\\neq(?![a-z])|<=|>=|!=|<|>|=")
SPELLED = {r"\le": "<=", r"\ge": ">=", r"\neq": "!="}
FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!=", "=": "="}
NAME = re.compile(
    r"(?!\\(?:pi|infty|emptyset)(?![a-z])|e$)\\?(?:Delta\s*)?\\?[a-zA-Z]+(?:_(?:\{\w+\}|\w))?'?(?:\s?\([a-zA-Z]\))?"
)
MODULUS = re.compile(r"\|\s*([a-zA-Z](?:_\w)?)\s*(?:([-+])\s*([^|]+?))?\s*\|")
REAL = r"(?:\\mathbb\s*\{?\s*R\s*\}?|\\R(?![a-z])|\bR\b)"
REALS = re.compile(REAL)
WHOLE = re.compile(r"(?:\\mathbb\s*\{?\s*[ZN]\s*\}?|\\Z|\\N|\bZ\b)(?:\s*\^\s*\{?\+\}?)?")
SIGNED = re.compile(
    rf"{REAL}\s*(?:\^\s*\{{?\s*([+-])\s*\}}?|_\s*\{{?\s*([+-])\s*\}}?|_\s*\{{\s*([<>]=?|\\le|\\ge|\\neq)\s*0\s*\}})"
)
_CLAUSE = r"(?:and|where|for|with)(?:\s+all)?\s+"
DOMAIN = re.compile(
    rf"(?:\s*[,;]\s*(?:{_CLAUSE})?|\s+{_CLAUSE})(?P<name>\\?[a-zA-Z]+)\s*"
    rf"(?:\\in\s*(?:{REAL}|(?P<set>{WHOLE.pattern}))"
    r"|(?:is\s+)?(?:an?\s+)?(?:real(?:\s+numbers?)?|(?P<word>integers?)))\s*$"
)
BUILDER = re.compile(r"\\?\{\s*(\\?[a-zA-Z]+)\s*(?:\\in\s*(.+?))?\s*(?:\||:|;)\s*(.+?)\\?\}", re.DOTALL)
IN = re.compile(r"(\\?[a-zA-Z]+(?:_\{?\w+\}?)?(?:\([a-z]\))?)\s*\\in(?![a-z])\s*(.+)", re.DOTALL)
RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:-|to)\s*(\d+(?:\.\d+)?)((?:\s*[a-zA-Z%°][a-zA-Z/%]*)?)")
UNION = (
    r"\s*\\cup(?![a-z])\s*|\s*\\(?:lor|vee)(?![a-z])\s*|\s+or\s+|\s+U\s+"
    r"|(?<=[\])])\s*U\s*(?=[\[(])|(?<=[\])])\s*(?:,|and)\s*(?=[\[(])"
)
MEET = r"\s*,?\s+and\s+|\s*\\(?:land|wedge|cap)(?![a-z])\s*"
CONDITIONS = r"\s*[,;:]\s*"
DIFFERENCE = r"\s*\\setminus(?![a-z])\s*|(?<=[R}\])])\s*-\s*(?=\\\{)|(?<=\{R\})\s+(?=\\?\{)"
# Points named after a word for "except", without braces.
EXCEPTED = re.compile(r"([^\\]*(?:\\mathbb\s*\{?R\}?)?\s*)\\setminus\s*([^\\{(\[<>][^{(\[<>]*)")
RESTATED = re.compile(r"[\s,(]*(?:\bi\.\s?e\.|\bthat is\b|\b(?:or )?equivalently\b|\bin (?:other words|interval)\b).*$")
WITHOUT = re.compile(r"\\(?:backslash|smallsetminus)(?![a-z])|∖")
TURNED = re.compile(r"([\[\](])([^\[\](),;]+(?:\([^()]*\))?)([,;])([^\[\](),;]+(?:\([^()]*\))?)([\[\])])")
BRACKETS = re.compile(
    r"(?P<told>\?)?\s*(?P<strict>strictly)?\s*(?P<ends>(?P<left>[\[(]).*(?P<right>[\])]))\s*(?P<mark>\\closed|\\open)?"
    r"\s*(?P<unit>[a-zA-Zµ°%]{0,5})",
    re.DOTALL,
)


def plain(text: str) -> str:
    """`text` without fonts, dollar signs and remarks, its brackets turned the usual way."""
    text = RESTATED.sub("", without_dollars(REMARK.sub("", plain_text(text)))).strip()
    return TURNED.sub(_turned, WITHOUT.sub(r"\\setminus", text))


def _turned(match: re.Match[str]) -> str:
    """`]0, 1[` with its open ends as round brackets."""
    left, right = "[" if match[1] == "[" else "(", "]" if match[5] == "]" else ")"
    return f"{left}{match[2]}{match[3]}{match[4]}{right}"


def bracketed(text: str) -> Interval | None:
    """`[1, 2)`, and `?(1, 2)` of the words, whose ends may be in or out; a unit may follow."""
    match = BRACKETS.fullmatch(text)
    if match is None or not is_enclosed(match["ends"]) or RELATION.search(match["ends"]):
        return None
    ends = split_top(match["ends"][1:-1], r"\s*[,;]\s*")
    if len(ends) != 2 or not all(ends):
        return None
    unit = f" {match['unit']}" if match["unit"] else ""
    low, high = shared_unit([end + unit for end in ends])
    if not match["told"]:
        return between(low, high, low_closed=match["left"] == "[", high_closed=match["right"] == "]")
    closed = False if match["strict"] or match["mark"] == r"\open" else True if match["mark"] else None
    return between(low, high, low_closed=closed, high_closed=closed)


def is_variable(side: str) -> bool:
    """The side that the other bounds; empty where words named no variable."""
    return not side or bool(NAME.fullmatch(side) or REALS.fullmatch(side))


def conditions(text: str) -> list[str]:
    """`x > 1, x < 3` in its parts; empty where a part is no condition."""
    parts = [part for part in split_top(text, CONDITIONS) if part]
    return parts if len(parts) > 1 and all(RELATION.search(part) or IN.fullmatch(part) for part in parts) else []


def with_names(parts: list[str]) -> list[str]:
    r"""`x < 1 or > 3`, `x \neq 1 and 2` with the name in every part."""
    first = re.match(rf"({NAME.pattern})\s*({RELATION.pattern})", parts[0])
    if first is None:
        return parts
    bare = f"{first[1]} {first[2]}" if first[2] in (r"\neq", "!=") else ""
    return [parts[0], *(_with_name(part, first[1], bare) for part in parts[1:])]


def _with_name(part: str, name: str, bare: str) -> str:
    if RELATION.match(part):
        return f"{name} {part}"
    return f"{bare} {part}" if bare and not RELATION.search(part) and not is_enclosed(part) else part
