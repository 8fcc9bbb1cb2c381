r"""Reading solved inequalities: interval notation, chains, set builder, `\neq`, modulus, words."""

import re
from functools import lru_cache, reduce

from verifier.latex import is_enclosed, split_top
from verifier.structures.inequality_notation import (
    BUILDER,
    DIFFERENCE,
    DOMAIN,
    EXCEPTED,
    FLIP,
    IN,
    MEET,
    MODULUS,
    NAME,
    RANGE,
    REALS,
    RELATION,
    SIGNED,
    SPELLED,
    UNION,
    WHOLE,
    bracketed,
    conditions,
    is_variable,
    plain,
    with_names,
)  # fmt: skip
from verifier.structures.inequality_words import in_symbols
from verifier.structures.members import PROSE, cut, expand_signs, is_empty, members, shared_unit
from verifier.structures.regions import (
    LINE,
    Interval,
    NoIntervalError,
    Region,
    between,
    common,
    end_value,
    half_line,
    integers,
    point,
    united,
    without_points,
)  # fmt: skip

MAX_LEVEL = 8
MAX_WHOLE = 64


@lru_cache(maxsize=4096)
def read_region(text: str, *, modulus: bool = False, words: bool = True) -> Region:
    """The set that a solved inequality or an interval spells. Raises `NoIntervalError`.

    modulus -- whether `|x - 2| < 3` counts as solved: in a gold; in an answer `|x| < 3` does
    words   -- whether words may stand for signs ("at least 3") or around the answer ("the domain is ...")
    """
    reader, spelled = _Reader(modulus), plain(text)
    try:
        return reader.region(spelled)
    except NoIntervalError:
        if not words:
            raise
    told = plain(in_symbols(text))
    if match := RANGE.fullmatch(told):
        return Region((Interval(match[1] + match[3], match[2] + match[3], None, None),))
    try:
        return reader.region(told)
    except NoIntervalError:
        prose = PROSE.match(spelled)
        if prose is None or re.search(r"\bnot\b", prose[0]):
            raise
        return reader.region(plain(in_symbols(spelled[prose.end() :])))


def whole_numbers(text: str) -> list[str]:
    r"""The members of `\{n \in \mathbb{Z} : 1 \le n \le 4\}`; none where no few integers are said."""
    try:
        region = read_region(text, words=False)
    except NoIntervalError:
        return []
    pieces = integers(region.pieces) if region.whole else ()
    found: list[str] = []
    for piece in pieces:
        low, high = end_value(piece.low or ""), end_value(piece.high or "")
        if low is None or high is None or high - low > MAX_WHOLE:
            return []
        found += map(str, range(round(float(low) + 0.5), round(float(high) + 0.5)))
    return found


class _Reader:
    """Descends from the loosest binding inward: domain, builder, union, intersection, difference, a single piece."""

    def __init__(self, modulus: bool) -> None:
        self.modulus = modulus

    def region(self, text: str, level: int = 0) -> Region:
        text = text.strip()
        if level > MAX_LEVEL or not text:
            raise NoIntervalError(text)
        if domain := DOMAIN.search(text):
            return self.within(text[: domain.start()], domain, level)
        if is_empty(text):
            return Region(())
        if builder := BUILDER.fullmatch(text):
            return self.built(builder, level)
        if (member := IN.fullmatch(text)) and not conditions(text):
            return self.named(member[1], member[2], level)
        if excepted := EXCEPTED.fullmatch(text):
            return self.difference(excepted[1], excepted[2], level)
        return self.combined(text, level)

    def combined(self, text: str, level: int) -> Region:
        for separator, joined in ((UNION, Region.union), (MEET, Region.meet)):
            parts = [part for part in split_top(text, separator) if part]
            if len(parts) > 1:
                return reduce(joined, (self.region(part, level + 1) for part in with_names(parts)))
        parts = split_top(text, DIFFERENCE)
        if len(parts) == 2:
            return self.difference(parts[0], parts[1], level)
        if parts := conditions(text):
            return self.conditions(parts, level, together=len(split_top(text, r"[;:]")) > 1)
        return self.single(text)

    def within(self, text: str, domain: re.Match[str], level: int) -> Region:
        """Integers if the clause says so of the variable; a parameter that is not may have any name."""
        inner = self.region(text, level + 1)
        parameter = rf"(?<![a-zA-Z\\]){re.escape(domain['name'])}(?![a-zA-Z])"
        if inner.name != domain["name"] and re.search(parameter, text):
            return self.region(re.sub(parameter, "k", text), level + 1)
        return Region(inner.pieces, inner.name, whole=inner.whole or bool(domain["set"] or domain["word"]))

    def built(self, match: re.Match[str], level: int) -> Region:
        inner = self.named(match[1], match[3], level)
        universe = (match[2] or "").strip()
        if not universe or REALS.fullmatch(universe):
            return Region(inner.pieces, None, inner.whole)
        if WHOLE.fullmatch(universe):
            return Region(inner.pieces, None, whole=True)
        return Region(common(self.region(universe, level + 1).pieces, inner.pieces), None, inner.whole)

    def named(self, name: str, body: str, level: int) -> Region:
        inner = self.region(body, level + 1)
        if inner.name not in (None, name):
            raise NoIntervalError(body)
        return Region(inner.pieces, name, inner.whole)

    def difference(self, whole: str, taken: str, level: int) -> Region:
        region = self.region(whole, level + 1) if whole.strip() else Region((LINE,))
        points = [member.value for member in members(re.sub(r"^\\?[a-z]\s*=\s*", "", taken.strip()))]
        if not points or any(RELATION.search(each) or is_enclosed(each) for each in points):
            raise NoIntervalError(taken)
        return Region(common(region.pieces, without_points(points)), region.name, region.whole)

    def conditions(self, parts: list[str], level: int, *, together: bool) -> Region:
        """Conditions with commas between them: alternatives, unless together they would exclude nothing."""
        regions = [self.region(part, level + 1) for part in parts]
        either = reduce(Region.union, regions)
        return reduce(Region.meet, regions) if together or either.is_line else either

    def single(self, text: str) -> Region:
        if REALS.fullmatch(text):
            return Region((LINE,))
        if signed := SIGNED.fullmatch(text):
            relation = signed[3] or {"+": ">", "-": "<"}[signed[1] or signed[2]]
            return Region(half_line(SPELLED.get(relation, relation), "0"))
        if text.startswith(r"\{"):
            return Region(united(tuple(point(member.value) for member in members(text))))
        if piece := bracketed(text):
            return Region(united((piece,)))
        return self.relations(text)

    def relations(self, text: str) -> Region:
        relations = [SPELLED.get(found, found) for found in RELATION.findall(text)]
        sides = [side.strip() for side in RELATION.split(text)]
        if len(relations) == 1:
            return self.bound(sides, relations[0])
        if len(relations) != 2 or not NAME.fullmatch(sides[1]):
            raise NoIntervalError(text)
        if {relations[0][0], relations[1][0]} not in ({"<"}, {">"}):
            raise NoIntervalError(text)
        if relations[0][0] == ">":
            sides, relations = sides[::-1], relations[::-1]
        low, high = shared_unit([sides[0], sides[2]])
        low_closed, high_closed = (relation.endswith("=") for relation in relations)
        return Region(united((between(low, high, low_closed=low_closed, high_closed=high_closed),)), sides[1])

    def bound(self, sides: list[str], relation: str) -> Region:
        """One relation, solved for the side that is a variable or a modulus."""
        for side, value, sign in ((sides[0], sides[1], relation), (sides[1], sides[0], FLIP[relation])):
            if not value or is_variable(value):
                continue
            ends = [end for part in cut(value) for end in expand_signs(part)]
            name = side if NAME.fullmatch(side) else None
            if is_variable(side) and sign == "!=":
                return Region(without_points(ends), name)
            if is_variable(side) and len(ends) == 1:
                return Region(half_line(sign, value), name)
            match = MODULUS.fullmatch(side)
            if match and sign[0] in "<>" and (self.modulus or not match[2]):
                return _around(match, sign, value)
        raise NoIntervalError(relation.join(sides))


def _around(match: re.Match[str], sign: str, radius: str) -> Region:
    r"""`|x - c| < r` as the interval around c, `|x - c| > r` as what lies outside."""
    if match[2] is None:
        low, high = (f"-{radius}" if re.fullmatch(r"[\d.]+", radius) else f"-({radius})"), radius
    else:
        centre = f"({match[3]})" if match[2] == "-" else f"-({match[3]})"
        low, high = f"{centre}-({radius})", f"{centre}+({radius})"
    closed = sign.endswith("=")
    if sign[0] == "<":
        return Region(united((Interval(low, high, closed, closed),)), match[1])
    return Region(united((Interval(None, low, False, closed), Interval(high, None, closed, False))), match[1])
