"""Whether two formulas are of one substance, as far as their texts tell."""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from verifier.chemistry.formula_reader import Part, Unit
from verifier.chemistry.species import Species

GROUPS = {"HOOC": "COOH", "OHC": "CHO", "HO": "OH", "H2N": "NH2", "H3C": "CH3", "H2C": "CH2", "HC": "CH"}
MULTIPLE = frozenset("=≡")
# A carbon or nitrogen with its hydrogens, a group at the end of a chain, or any other atom.
GROUP = re.compile(r"HOOC|COOH|OHC|CHO|HO|OH|H2N|NH2|H3C|H2C|CH3|CH2|CH|C|[=≡]|[A-Z][a-z]?\d*|\([^()]*\)\d*")
TURNED = GROUPS | {new: new for new in GROUPS.values()}
CHAIN = re.compile(r"C[A-Z(=≡]?.*C(?![a-z])")


def same_species(gold: Species, answer: Species) -> bool | None:
    """None where the atoms agree and only a chemist could say whether they are bound alike."""
    if (gold.coefficient, gold.charge, gold.mass) != (answer.coefficient, answer.charge, answer.mass):
        return False
    if gold.state and answer.state and gold.state != answer.state:
        return False
    if len(gold.parts) != len(answer.parts):
        return False
    return all_same([_same_part(left, right) for left, right in zip(_sorted(gold), _sorted(answer), strict=True)])


def all_same(found: Sequence[bool | None]) -> bool | None:
    if False in found:
        return False
    return None if None in found else True


def _sorted(species: Species) -> list[Part]:
    return sorted(species.parts, key=lambda part: (sorted((composition(part[1]) or {}).items()), part[0]))


def _same_part(gold: Part, answer: Part) -> bool | None:
    if gold[0] != answer[0]:
        return False
    one, other = gold[1], answer[1]
    if one == other:
        return True
    if not (_drawn(one) and _drawn(other)):
        one, other = _undrawn(one), _undrawn(other)
    if not (_bracketed(one) and _bracketed(other)):
        one, other = _opened(one), _opened(other)
    left, right = spelled(one), spelled(other)
    if left == right or _turned(left) == right or left == _turned(right):
        return True
    atoms = composition(one)
    if atoms is None or atoms != composition(other):
        return False
    told_apart = (_bracketed(one) and _bracketed(other)) or (CHAIN.search(left) and CHAIN.search(right))
    return False if told_apart else None


def _drawn(units: Sequence[Unit]) -> bool:
    return any(unit.name in MULTIPLE or _drawn(unit.inner) for unit in units)


def _undrawn(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Without multiple bonds: the hydrogens of a condensed formula imply them."""
    return tuple(Unit(unit.name, unit.count, _undrawn(unit.inner)) for unit in units if unit.name not in MULTIPLE)


def _bracketed(units: Sequence[Unit]) -> bool:
    return any(unit.name == "[" for unit in units)


def _opened(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Without square brackets that only hold a complex together."""
    opened: list[Unit] = []
    for unit in units:
        opened += unit.inner if unit.name == "[" and unit.count == "1" else [unit]
    return tuple(opened)


def spelled(units: Sequence[Unit]) -> str:
    r"""One spelling: `(CH2)4` written out, `H3C` as `CH3`, the ligands of a complex in alphabetical order."""
    text = "".join(_spelled(unit) for unit in units)
    text = re.sub(r"^(H[23][CN])(?=[A-Z(=≡])", lambda match: GROUPS[match[1]], text)
    text = re.sub(r"CO2H(?![a-z0-9])", "COOH", text)
    text = re.sub(r"^C2H5(?=[A-Z(])", "CH3CH2", text)
    return re.sub(r"(?<=[A-Z\d)])C2H5$", "CH2CH3", text)


def _spelled(unit: Unit) -> str:
    count = "" if unit.count == "1" else unit.count
    if not unit.inner:
        return unit.name + count
    inner = unit.inner
    if unit.name == "[":
        inner = (inner[0], *sorted(inner[1:], key=_spelled))
    text = "".join(_spelled(each) for each in inner)
    if text == "CH2" and count.isdecimal() and int(count) <= 30:
        return text * int(count)
    if unit.name == "[":
        return f"[{text}]{count}"
    alone = len(inner) == 1 and inner[0].count == "1" and not inner[0].inner
    return text + count if alone else f"({text}){count}"


def _turned(text: str) -> str | None:
    """A chain read from its other end; None where it is no plain chain."""
    groups = GROUP.findall(text)
    if "".join(groups) != text or not re.search("C[H(]", text):
        return None
    return "".join(TURNED.get(group, group) for group in reversed(groups))


def composition(units: Sequence[Unit]) -> Counter[str] | None:
    """Atoms by element; None where an index is no number."""
    atoms: Counter[str] = Counter()
    for unit in units:
        if unit.name in MULTIPLE:
            continue
        try:
            count = Fraction(unit.count)
        except (ValueError, ZeroDivisionError):
            return None
        inner = composition(unit.inner) if unit.inner else Counter({unit.name: 1})
        if inner is None:
            return None
        for name, number in inner.items():
            atoms[name] += number * count  # type: ignore[assignment]
    return atoms
