"""What a question says about the unit of its answer."""

import re
from dataclasses import dataclass
from functools import lru_cache

from verifier.finding import MAX_QUESTION
from verifier.units.unit import Unit, UnknownUnitError, parse_unit

MAX_NAMES = 4
DIFFERENCE = re.compile(
    r"temperature (?:change|difference|rise|drop|increase|interval)|\bhow (?:many|much) (?:degrees|kelvins?|warmer)"
    r"|(?:change|difference|rise|drop|increase|decrease) (?:in|of) (?:\w+ ){0,2}temperature|\\Delta\s*T|ΔT"
    r"|\bby how much\b",
    re.IGNORECASE,
)
_NAME = r"([a-zA-Zμ°Ω]+(?:\s?[/*·]\s?[a-zA-Z]+|\^?[23])?(?:\s(?:per|squared|cubed)\b(?:\s[a-z]+)?)?)"
HOW_MANY = re.compile(rf"\bhow many ((?:square\s|cubic\s)?{_NAME})", re.IGNORECASE)
AT_END = re.compile(rf"\b(?:in|to the nearest)\s(?:units of\s)?((?:square\s|cubic\s)?{_NAME})\s?(?=[?.):]|$)")


@dataclass(frozen=True, slots=True)
class Asked:
    """`unit`: the one asked for. `difference`: of temperatures, so the zeros of their scales do not matter."""

    unit: Unit | None = None
    difference: bool = False


@lru_cache(maxsize=2048)
def asked(question: str | None) -> Asked:
    if not question:
        return Asked()
    text = question[-MAX_QUESTION:]
    return Asked(_unit(text), DIFFERENCE.search(text) is not None)


def _unit(question: str) -> Unit | None:
    """The last unit that the question ends a sentence with or counts; None where it names none."""
    matches = [match for pattern in (HOW_MANY, AT_END) for match in pattern.finditer(question)]
    for match in sorted(matches, key=lambda match: -match.start())[:MAX_NAMES]:
        try:
            unit = parse_unit(match[1])
        except UnknownUnitError:
            continue
        if not unit.label and unit.dimension and unit.offset == 0:
            return unit
    return None
