r"""Physical units: what a unit text means in SI base units. Case matters; LaTeX, words and plurals are understood."""

import re
from fractions import Fraction
from functools import lru_cache

from verifier.latex import normalise, plain_text
from verifier.unit_table import FIXED, FULL, NONE, PREFIX_WORDS, PREFIXES, SI, Unit

SPELLING = (
    re.compile(r"\^\\circ\s*([CF])(?![a-zA-Z])|\bdegrees?\s+(?:([CF])\b|(?:(C)elsius|(F)ahrenheit))"),
    re.compile(r"\b(?:degrees?\s+)?(?:(C)elsius|(F)ahrenheit)\b"),
)
POWER_WORDS = {"square": 2, "sq": 2, "squared": 2, "cubic": 3, "cu": 3, "cubed": 3}
PART = re.compile(
    r"\s*(?P<operator>/|\*|\\cdot|\\times|\\div|·|\bper\b|-(?=[a-zA-Z]))?\s*(?P<open>\()?"
    r"(?P<name>°[CF]?|%|[a-zA-ZμΩÅ]+)?(?P<power>\^?\{?\(?-?\d+(?:/\d+)?\)?\}?)?(?P<close>\))?"
)


# Enough for any real unit (the gravitational constant has m^3); kilometres to the millionth would fill the memory.
MAX_POWER = 12


class UnknownUnitError(ValueError):
    """No unit text that the table knows."""


def _spelled(text: str) -> str:
    text = plain_text(normalise(text))
    for pattern in SPELLING:
        text = pattern.sub(lambda match: "°" + next(group for group in match.groups() if group), text)
    text = re.sub(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1/\2", text)
    text = re.sub(r"\^\\circ", "°", text)
    text = re.sub(r"\\(?:mu|micro)\s*", "μ", text)
    text = re.sub(r"\\(?:Omega|ohm)\s*", "Ω", text)
    text = text.replace(r"\AA", "Å").replace("**", "^").replace(r"\%", "%")
    return text.replace("{", "").replace("}", "").replace("$", "").strip().strip(".,")


@lru_cache(maxsize=4096)
def named(name: str) -> Unit:
    """A single unit name, with prefix or plural. Raises `UnknownUnitError`."""
    for candidate in (name, name[:-2] if name.endswith("es") else name, name[:-1] if name.endswith("s") else name):
        if candidate in FIXED:
            return FIXED[candidate]
        if candidate in SI:
            return SI[candidate]
        if found := _full_name(candidate.lower()):
            return found
        if candidate != name and len(candidate) < 2:
            continue
        for prefix, power in PREFIXES.items():
            rest = candidate[len(prefix) :]
            if candidate.startswith(prefix) and rest in SI and candidate == name:
                return _scaled(SI[rest], power)
    raise UnknownUnitError(name)


def _full_name(name: str) -> Unit | None:
    if name in FULL:
        short = FULL[name]
        return SI.get(short) or FIXED[short]
    if len(name) > 2 and name in FIXED:
        return FIXED[name]
    for prefix, power in PREFIX_WORDS.items():
        rest = name.removeprefix(prefix)
        if rest != name and rest in FULL and FULL[rest] in SI:
            return _scaled(SI[FULL[rest]], power)
    return None


def _scaled(unit: Unit, power: int) -> Unit:
    return Unit(unit.factor * Fraction(10) ** power, unit.dimension)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """The unit that `text` names, such as `km/h`, `J/(g·K)`, `kg\\cdot m^2 s^{-2}`, `meters per second squared`.

    Raises `UnknownUnitError`.
    """
    spelled = _spelled(text)
    if not spelled or len(spelled) > 60:
        raise UnknownUnitError(text)
    if spelled in ("°C", "°F"):
        return FIXED[spelled]
    factor, dimension = Fraction(1), NONE
    for unit, power in _parts(spelled):
        if unit.factor != 1 and power.denominator != 1:
            raise UnknownUnitError(text)
        factor *= unit.factor ** int(power) if power.denominator == 1 else 1
        dimension = tuple(d + e * power for d, e in zip(dimension, unit.dimension, strict=True))
    return Unit(factor, dimension)


def _parts(text: str) -> list[tuple[Unit, Fraction]]:
    """Factors with their powers. A slash divides by what follows it up to the next slash or closing bracket."""
    parts: list[tuple[Unit, Fraction]] = []
    index, sign, pending = 0, 1, 0
    while index < len(text):
        match = PART.match(text, index)
        if match is None or match.end() == index:
            raise UnknownUnitError(text)
        index = match.end()
        if match["operator"] in ("/", "per", r"\div"):
            sign = -1
        name, power = match["name"], _power(match["power"])
        if name is None:
            if match["power"] and (parts or match["power"] != "1"):
                raise UnknownUnitError(text)
            continue
        if name.lower() in POWER_WORDS:
            if name.lower() in ("squared", "cubed") and parts:
                unit, before = parts[-1]
                parts[-1] = (unit, before * POWER_WORDS[name.lower()])
            else:
                pending = POWER_WORDS[name.lower()]
            continue
        parts.append((named(name), sign * power * (pending or 1)))
        pending = 0
    return parts


def _power(text: str | None) -> Fraction:
    try:
        power = Fraction(text.strip("^{}()")) if text else Fraction(1)
    except ZeroDivisionError:
        raise UnknownUnitError(text) from None
    if abs(power) > MAX_POWER:
        raise UnknownUnitError(text)
    return power


def same_dimension(left: Unit, right: Unit) -> bool:
    return left.dimension == right.dimension
