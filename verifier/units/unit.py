r"""What a unit text measures: `km/h`, `J/(g·K)`, `\mathrm{W\,m^{-2}}`, `meters per second squared`, `g of water`.

The text is cut by `verifier.units.grammar` into names that are listed and small powers; only these names reach pint.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from verifier.units.grammar import Parts, parts_of
from verifier.units.grammar import UnknownUnitError as UnknownUnitError
from verifier.units.names import Name
from verifier.units.registry import Definition, definition
from verifier.units.spelling import is_upright, spelled
from verifier.units.table import KINDS, OWN_BASES, TURNS

MAX_TEXT = 100
MAX_LABEL_WORDS = 6
LABEL = re.compile(r"(?:[A-Za-z]{2}|[A-Z]\d|[ESW]$)[A-Za-z0-9_()+^{}\- ]*")
# Another number, a bound or a second half: more than the words of what is measured.
NO_LABEL = re.compile(
    r"(?<![A-Za-z)_{])\d|\b(?:or|and|not|per|if|when|is|are|but|with|else|instead|versus|vs|through|rather)\b"
    r"|\bto (?!the\b)|^[^aeiouyA-Z]*$"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` into pint's root units with a turn as 2 pi, `offset` in kelvin, `dimension` the powers of the roots.

    turns -- the power of full turns in it: beside a unit without angles, 5 Hz are 5 per second
    kinds -- what it measures where the dimension alone does not tell (gray, sievert)
    label -- words that say of what: "g of water", "beats per minute"
    """

    factor: Fraction = Fraction(1)
    dimension: tuple[tuple[str, Fraction], ...] = ()
    offset: Fraction = Fraction(0)
    turns: int = 0
    kinds: frozenset[str] = frozenset()
    label: str = ""


def parse_unit(text: str, *, upright: bool = False) -> Unit:
    """The unit that `text` names. Raises `UnknownUnitError`.

    upright -- the text was set in a font of words, so that letters in it are no variables
    """
    upright = upright or is_upright(text)
    unit = _read(text, loose=False, upright=upright) or (_read(text, loose=True, upright=True) if upright else None)
    if unit is None:
        raise UnknownUnitError(text)
    return unit


def readings(text: str) -> tuple[Unit, ...]:
    """The usual meaning of `text` first, then the second one where it has two: `ms^{-1}`, `lb`, `C`."""
    found = (_read(text, loose=loose, upright=is_upright(text)) for loose in (False, True))
    return tuple(dict.fromkeys(unit for unit in found if unit is not None))


@lru_cache(maxsize=8192)
def _read(text: str, *, loose: bool, upright: bool) -> Unit | None:
    if len(text) > MAX_TEXT:
        return None
    plain = spelled(text)
    words = plain.split(" ")
    for cut in range(len(words), max(0, len(words) - 1 - MAX_LABEL_WORDS), -1):
        label = " ".join(words[cut:])
        if label and (words[cut - 1] == "in" or not LABEL.fullmatch(label) or NO_LABEL.search(label)):
            continue
        try:
            unit = combine(parts_of(" ".join(words[:cut]), upright=upright, loose=loose))
        except UnknownUnitError:
            continue
        return replace(unit, label=f"{unit.label} {label}".strip()) if label else unit
    return None


def combine(parts: Parts) -> Unit:
    """The product of powers of named units. A temperature keeps its zero only where it stands alone."""
    factor, turns, powers = Fraction(1), 0, defaultdict[str, Fraction](Fraction)
    for name, power in parts.factors:
        one = _definition(name)
        factor *= _raised(one.factor, power)
        turns += int(power) if name.base in TURNS else 0
        for root, each in one.dimension:
            powers[root] += each * power
    alone = len(parts.factors) == 1 and parts.factors[0][1] == 1
    return Unit(
        factor=factor,
        dimension=tuple(sorted((root, power) for root, power in powers.items() if power)),
        offset=_definition(parts.factors[0][0]).offset if alone else Fraction(0),
        turns=turns,
        kinds=frozenset(KINDS[name.base] for name, _ in parts.factors if name.base in KINDS),
        label=parts.label,
    )


def _definition(name: Name) -> Definition:
    if name.base in OWN_BASES:
        return Definition(Fraction(1), Fraction(0), ((name.base, Fraction(1)),))
    return definition(name.prefix + name.base)


def _raised(factor: Fraction, power: Fraction) -> Fraction:
    if power.denominator == 1:
        return Fraction(factor ** int(power))
    if factor == 1:
        return factor
    raise UnknownUnitError("a root of a factor is not rational")


def same_dimension(left: Unit, right: Unit) -> bool:
    return conversion(left, right) is not None


def conversion(source: Unit, target: Unit) -> Fraction | None:
    """How many `target` one `source` is, zeros of temperature scales aside; None where they measure different things.

    Angles are plain numbers: where one side has none in its unit, a radian and a full turn count as 1 on the other.
    """
    if source.kinds and target.kinds and source.kinds != target.kinds:
        return None
    left, right = dict(source.dimension), dict(target.dimension)
    if _is_abstract(left, right) or _is_abstract(right, left):
        return Fraction(1)
    both_angular = left.pop("radian", 0) == right.pop("radian", 0)
    if left != right:
        return None
    return source.factor / target.factor if both_angular else _plain_factor(source) / _plain_factor(target)


def _is_abstract(left: dict[str, Fraction], right: dict[str, Fraction]) -> bool:
    """`square units` may stand for square metres or any other area."""
    return left.keys() == {"unit"} and right.keys() <= {"unit", "meter"} and set(left.values()) == set(right.values())


def _plain_factor(unit: Unit) -> Fraction:
    return unit.factor / definition("turn").factor ** unit.turns if unit.turns else unit.factor
