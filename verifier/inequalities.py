r"""Reading solved inequalities: interval notation, chains, set builder, `\neq`, modulus, words."""

import re
from functools import lru_cache, reduce

from verifier.inequality_words import in_symbols
from verifier.latex import is_enclosed, plain_text, split_top
from verifier.members import PROSE, cut, expand_signs, is_empty, members, shared_unit, without_dollars
from verifier.regions import LINE, Interval, NoIntervalError, Region, common, united, without_points

RELATION = re.compile(r"\\le(?![a-z])|\\ge(?![a-z])|\\neq(?![a-z])|<=|>=|!=|<|>|=")
SPELLED = {r"\le": "<=", r"\ge": ">=", r"\neq": "!="}
FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!=", "=": "="}
NAME = re.compile(
    r"(?!\\(?:pi|infty|emptyset)(?![a-z])|e$)\\?(?:Delta\s*)?\\?[a-zA-Z]+(?:_(?:\{\w+\}|\w))?'?(?:\s?\([a-zA-Z]\))?"
)
MODULUS = re.compile(r"\|\s*([a-zA-Z](?:_\w)?)\s*(?:([-+])\s*([^|]+?))?\s*\|")
REAL = r"(?:\\mathbb\s*\{?\s*R\s*\}?|\\R(?![a-z])|\bR\b)"
REALS = re.compile(REAL)
SIGNED = re.compile(
    rf"{REAL}\s*(?:\^\s*\{{?\s*([+-])\s*\}}?|_\s*\{{?\s*([+-])\s*\}}?|_\s*\{{\s*([<>]=?|\\le|\\ge|\\neq)\s*0\s*\}})(?:\s*_\s*\{{?0\}}?)?"
)
WHOLE = r"(?:\\mathbb\s*\{?\s*[ZN]\s*\}?|\\Z|\\N|\bZ\b)(?:\s*\^\s*\{?\+\}?)?"
_CLAUSE = r"(?:and|where|for|with)(?:\s+all)?\s+"
DOMAIN = re.compile(
    rf"(?:\s*[,;]\s*(?:{_CLAUSE})?|\s+{_CLAUSE})\\?[a-zA-Z]+\s*"
    rf"(?:\\in\s*(?:({REAL})|{WHOLE})|(?:is\s+)?(?:an?\s+)?(?:(real)(?:\s+numbers?)?|integers?))\s*$"
)
BUILDER = re.compile(r"\\\{\s*(\\?[a-zA-Z]+)\s*(?:\\in\s*(.+?))?\s*(?:\||:|;)\s*(.+)\\\}", re.DOTALL)
IN = re.compile(r"(\\?[a-zA-Z]+(?:_\{?\w+\}?)?(?:\([a-z]\))?)\s*\\in(?![a-z])\s*(.+)", re.DOTALL)
INFINITE = re.compile(r"\+?\s*(?:\\infty|infinity|inf|oo)")
TURNED = re.compile(r"([\[\](])([^\[\](),;]+(?:\([^()]*\))?)([,;])([^\[\](),;]+(?:\([^()]*\))?)([\[\])])")
RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:-|to)\s*(\d+(?:\.\d+)?)((?:\s*[a-zA-Z%°][a-zA-Z/%]*)?)")
UNION = r"\s*\\cup(?![a-z])\s*|\s*\\(?:lor|vee)(?![a-z])\s*|\s+or\s+|\s+U\s+|(?<=[\])])\s*U\s*(?=[\[(])|(?<=[\])])\s*(?:,|and)\s*(?=[\[(])"
MEET = r"\s*,?\s+and\s+|\s*\\(?:land|wedge|cap)(?![a-z])\s*"
CONDITIONS = r"\s*[,;:]\s*"
RESTATED = re.compile(r"[\s,(]*(?:\bi\.\s?e\.|\bthat is\b|\b(?:or )?equivalently\b|\bin (?:other words|interval)\b).*$")
MAX_LEVEL = 8


@lru_cache(maxsize=4096)
def read_region(text: str, *, modulus: bool = False, words: bool = True) -> Region:
    """The set that a solved inequality or an interval spells. Raises `NoIntervalError`.

    modulus -- whether `|x - 2| < 3` counts as solved: in a gold; in an answer `|x| < 3` does
    """
    plain = _plain(text)
    try:
        return _Reader(modulus).region(plain, 0)
    except NoIntervalError:
        spelled = _plain(in_symbols(text)) if words else plain
        if spelled == plain and (not words or not PROSE.match(plain)):
            raise
    if match := RANGE.fullmatch(spelled):
        return Region((Interval(match[1] + match[3], match[2] + match[3], None, None),))
    try:
        return _Reader(modulus).region(spelled, 0)
    except NoIntervalError:
        match = PROSE.match(plain)
        if match is None or not words or re.search(r"\bnot\b", match[0]):
            raise
        return _Reader(modulus).region(_plain(in_symbols(plain[match.end() :])), 0)


def _plain(text: str) -> str:
    text = RESTATED.sub("", without_dollars(plain_text(text))).strip()
    text = re.sub(r"\\(?:backslash|smallsetminus)(?![a-z])|∖", r"\\setminus", text)
    return TURNED.sub(_bracket, text) if re.search(r"\]|\[", text) else text


def _bracket(match: re.Match[str]) -> str:
    """`]0, 1[` with its open ends as round brackets."""
    left, right = "[" if match[1] == "[" else "(", "]" if match[5] == "]" else ")"
    return f"{left}{match[2]}{match[3]}{match[4]}{right}"


class _Reader:
    def __init__(self, modulus: bool) -> None:
        self.modulus = modulus

    def region(self, text: str, level: int) -> Region:
        """From the loosest binding inward: domain, builder, union, intersection, difference, a single piece."""
        text = text.strip()
        if level > MAX_LEVEL or not text:
            raise NoIntervalError(text)
        if match := DOMAIN.search(text):
            inner = self.region(text[: match.start()], level + 1)
            return Region(inner.pieces, inner.name, whole=inner.whole or not (match[1] or match[2]))
        if is_empty(text):
            return Region(())
        if match := BUILDER.fullmatch(text):
            return self._built(match, level)
        if (match := IN.fullmatch(text)) and not _is_condition_list(text):
            return self._named(match[1], match[2], level)
        for separator, joined in ((UNION, _union), (MEET, _meet)):
            parts = [part for part in split_top(text, separator) if part]
            if len(parts) > 1:
                return reduce(joined, (self.region(part, level + 1) for part in _with_names(parts)))
        parts = split_top(text, r"\s*\\setminus(?![a-z])\s*|(?<=[R}\])])\s*-\s*(?=\\\{)")
        if len(parts) == 2:
            return self._difference(parts[0], parts[1], level)
        return self._commas(text, level)

    def _built(self, match: re.Match[str], level: int) -> Region:
        inner = self.region(match[3], level + 1)
        if inner.name not in (None, match[1]):
            raise NoIntervalError(match[0])
        if match[2] is None or REALS.fullmatch(match[2].strip()):
            return Region(inner.pieces, None, inner.whole)
        if re.fullmatch(WHOLE, match[2].strip()):
            return Region(inner.pieces, None, whole=True)
        return Region(common(self.region(match[2], level + 1).pieces, inner.pieces), None, inner.whole)

    def _named(self, name: str, body: str, level: int) -> Region:
        inner = self.region(body, level + 1)
        if inner.name not in (None, name):
            raise NoIntervalError(body)
        return Region(inner.pieces, name, inner.whole)

    def _difference(self, whole: str, taken: str, level: int) -> Region:
        region = self.region(whole, level + 1) if whole.strip() else Region((LINE,))
        taken = re.sub(r"^\\?[a-z]\s*=\s*", "", taken.strip())
        points = [re.sub(r"^[a-z]\s*=\s*", "", member.value) for member in members(taken)]
        if not points or any(RELATION.search(point) or is_enclosed(point) for point in points):
            raise NoIntervalError(taken)
        return Region(common(region.pieces, without_points(points)), region.name, region.whole)

    def _commas(self, text: str, level: int) -> Region:
        """Conditions with commas between them: alternatives, unless together they would exclude nothing."""
        parts = [part for part in split_top(text, CONDITIONS) if part]
        if not _is_condition_list(text):
            return self._single(text)
        if re.search(r"\\neq|!=", parts[0]):
            raise NoIntervalError(text)
        regions = [self.region(part, level + 1) for part in parts]
        either = reduce(_union, regions)
        return reduce(_meet, regions) if either.is_line or len(split_top(text, r"[;:]")) > 1 else either

    def _single(self, text: str) -> Region:
        if REALS.fullmatch(text):
            return Region((LINE,))
        if match := SIGNED.fullmatch(text):
            relation = match[3] or {"+": ">", "-": "<"}[match[1] or match[2]]
            return Region(_half_line(SPELLED.get(relation, relation), "0"))
        if text.startswith(r"\{"):
            return Region(united(tuple(_point(member.value) for member in members(text))))
        if piece := _bracketed(text):
            return Region(united((piece,)))
        return self._relations(text)

    def _relations(self, text: str) -> Region:
        relations = [SPELLED.get(found, found) for found in RELATION.findall(text)]
        sides = [side.strip() for side in RELATION.split(text)]
        if len(relations) not in (1, 2) or len(sides) != len(relations) + 1:
            raise NoIntervalError(text)
        if len(relations) == 1:
            return self._half(sides, relations[0])
        if not NAME.fullmatch(sides[1]) or {relations[0][0], relations[1][0]} not in ({"<"}, {">"}):
            raise NoIntervalError(text)
        if relations[0][0] == ">":
            sides, relations = sides[::-1], [FLIP[relation] for relation in relations[::-1]]
        low, high = _ends(sides[0], sides[2])
        closed = [relation.endswith("=") for relation in relations]
        return Region(united((_interval(low, high, closed[0], closed[1]),)), sides[1])

    def _half(self, sides: list[str], relation: str) -> Region:
        for side, value, sign in ((sides[0], sides[1], relation), (sides[1], sides[0], FLIP[relation])):
            if _is_variable(side) and value and not _is_variable(value):
                name = side if NAME.fullmatch(side) else None
                points = [each for part in cut(value) for each in expand_signs(part)]
                if sign == "!=":
                    return Region(without_points(points), name)
                if len(points) == 1:
                    return Region(_half_line(sign, value), name)
            if match := MODULUS.fullmatch(side):
                if (match[2] and not self.modulus) or sign == "=" or _is_variable(value):
                    continue
                return _modulus(match, sign, value)
        raise NoIntervalError(" ".join(sides))


def _is_condition_list(text: str) -> bool:
    parts = [part for part in split_top(text, CONDITIONS) if part]
    return len(parts) > 1 and all(RELATION.search(part) or IN.fullmatch(part) for part in parts)


def _is_variable(side: str) -> bool:
    """The side that the other bounds; empty where words named no variable."""
    return not side or bool(NAME.fullmatch(side) or REALS.fullmatch(side))


def _with_names(parts: list[str]) -> list[str]:
    """`x < 1 or > 3`, `x \\neq 1 and 2` with the name in every part."""
    first = re.match(rf"({NAME.pattern})\s*({RELATION.pattern})", parts[0])
    if first is None:
        return parts
    named = [parts[0]]
    for part in parts[1:]:
        if RELATION.match(part):
            part = f"{first[1]} {part}"
        elif first.group(2) in (r"\neq", "!=") and not RELATION.search(part) and not is_enclosed(part):
            part = f"{first[1]} {first[2]} {part}"
        named.append(part)
    return named


def _union(first: Region, second: Region) -> Region:
    return Region(united(first.pieces + second.pieces), _one_name(first, second), first.whole or second.whole)


def _meet(first: Region, second: Region) -> Region:
    return Region(common(first.pieces, second.pieces), _one_name(first, second), first.whole or second.whole)


def _one_name(first: Region, second: Region) -> str | None:
    if first.name and second.name and first.name != second.name:
        raise NoIntervalError(f"{first.name} and {second.name}")
    return first.name or second.name


def _modulus(match: re.Match[str], sign: str, value: str) -> Region:
    r"""`|x - c| < r` as the interval around c, `|x - c| > r` as what lies outside."""
    centre = "" if match[2] is None else f"({match[3]})" if match[2] == "-" else f"-({match[3]})"
    low, high = (
        (f"{centre}-({value})", f"{centre}+({value})")
        if centre
        else (f"-{value}" if re.fullmatch(r"[\d.]+", value) else f"-({value})", value)
    )
    closed = sign.endswith("=")
    if sign[0] == "<":
        return Region(united((Interval(low, high, closed, closed),)), match[1])
    return Region(united((Interval(None, low, False, closed), Interval(high, None, closed, False))), match[1])


def _point(text: str) -> Interval:
    return Interval(text, text, True, True)


def _half_line(relation: str, value: str) -> tuple[Interval, ...]:
    if relation == "=":
        return (_point(value),)
    if relation == "!=":
        return without_points([value])
    closed = relation.endswith("=")
    low, high = (None, value) if relation[0] == "<" else (value, None)
    return (_interval(low, high, closed, closed),)


def _interval(low: str | None, high: str | None, low_closed: bool | None, high_closed: bool | None) -> Interval:
    return Interval(_end(low), _end(high), low_closed and _end(low) is not None, high_closed and _end(high) is not None)


def _end(text: str | None) -> str | None:
    text = (text or "").strip()
    return None if not text or INFINITE.fullmatch(text.removeprefix("-").strip()) else text


def _ends(low: str, high: str) -> tuple[str, str]:
    """Both ends with the unit that only the upper one writes."""
    shared = shared_unit([low, high])
    return shared[0], shared[1]


def _bracketed(text: str) -> Interval | None:
    r"""`[1, 2)`, and `?(1, 2)` of the words, whose ends may be in or out; a unit may follow."""
    match = re.fullmatch(
        r"(\??)\s*(strictly)?\s*([\[(])(.*)([\])])\s*(\\closed|\\open)?\s*([a-zA-Zµ°%]{0,5})", text, re.DOTALL
    )
    if match is None:
        return None
    if not is_enclosed(f"{match[3]}{match[4]}{match[5]}"):
        return None
    ends = split_top(match[4], r"\s*[,;]\s*")
    if len(ends) != 2 or not all(ends) or RELATION.search(match[4]):
        return None
    unit = f" {match[7]}" if match[7] else ""
    low, high = _ends(*(end + unit for end in ends))
    if not match[1]:
        return _interval(low, high, match[3] == "[", match[5] == "]")
    closed = False if match[2] or match[6] == r"\open" else True if match[6] else None
    return _interval(low, high, closed, closed)
