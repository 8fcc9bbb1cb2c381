"""Formulas in context: reactions and word equations, lists of species, electron configurations."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from verifier.chemistry.formula_identity import all_same, same_species
from verifier.chemistry.species import Species, read_species, without_markup
from verifier.words.phrases import phrase_key

MAX_LENGTH = 400
MAX_SPECIES = 24
_NAMES = "(?:long|x|Long)?(?:right|leftright|Right|Leftright)arrow|to|(?:x|long)?(?:right|left)(?:left|right)harpoons"
ARROW = re.compile(rf"\s*(?:\\(?:{_NAMES}|implies|iff)(?![a-zA-Z])|<?[-=]+>|[⇄⇆⇒⟹↔])\s*")
# What stands over or under an arrow are the conditions of a reaction, no part of it.
CONDITIONS = re.compile(r"(?<=>)\[[^\[\]]*\](?:\[[^\[\]]*\])?(?=\s+\S)|(?<=\\to)\s*(?:\[[^\[\]]*\])?\{[^{}]*\}")
OVER_ARROW = re.compile(r"\\(?:overset|underset|stackrel)\s*\{[^{}]*\}\s*\{\s*(\\to|\\rightleftharpoons|-+>)\s*\}")
# `CH2=CH2` has a double bond; blanks, a coefficient or a plus sign make the sign an arrow.
EQUALS = re.compile(r"\s=|=\s|=\s*\d")
JOINT = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+(?:and|&)\s+")
STARTS_SPECIES = re.compile(
    r"(?!\s*\((?:s|l|g|aq)\)|\s+(?:and|&)\s)\s*(?:[A-Z(\[{\\^_]|[a-z]|\d[\d./]*\s*[A-Za-z(\[{\\^_])"
)
WORDS = re.compile(r"(?:\d+ )?[A-Za-z][a-z]{2,}[A-Za-z \-]*")
SHELL = re.compile(r"\s*([1-8])([spdfg])\s*(?:\^\s*\{?\s*(\d{1,2})\s*\}?|(1[0-4]|\d))")
HYBRID = re.compile(r"s\^?\{?1?\}?p\^?\{?([1-3])\}?(?:d\^?\{?([12]?)\}?)?")
CHARGE_NUMBER = re.compile(r"(\d)([-+])|([-+])(\d)")
MECHANISM = re.compile(r"S_?\{?N\}?\s?_?\{?([12])\}?")
CORE = re.compile(r"\s*\[\s*(He|Ne|Ar|Kr|Xe|Rn)\s*\]")
CORES = {"He": "1s2", "Ne": "2s2 2p6", "Ar": "3s2 3p6", "Kr": "3d10 4s2 4p6", "Xe": "4d10 5s2 5p6"}
CORES |= {"Rn": "4f14 5d10 6s2 6p6"}

Bag = tuple[Species | str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """`sides` between the arrows, each formulas in any order (phrases in word equations); or electrons by subshell."""

    sides: tuple[Bag, ...]
    shells: tuple[tuple[str, int], ...] = ()


@lru_cache(maxsize=4096)
def read_chemistry(text: str) -> Reading | None:
    """What the text says in formulas; None where it says nothing, or something else too."""
    if len(text) > MAX_LENGTH:
        return None
    text = without_markup(CONDITIONS.sub("", OVER_ARROW.sub(r"\1", text)))
    if shells := electron_configuration(text):
        return Reading((), shells)
    sides = ARROW.split(text)
    if len(sides) == 1 and ("+" in text or EQUALS.search(text)):
        sides = text.split("=")
    read = [_bag(side, words=len(sides) > 1) for side in sides]
    if not all(read) or sum(len(side or ()) for side in read) > MAX_SPECIES:
        return None
    return Reading(tuple(side for side in read if side))


def has_arrow(text: str) -> bool:
    return ARROW.search(text) is not None


def _bag(side: str, *, words: bool) -> Bag | None:
    found: list[Species | str] = []
    for text in split_species(side):
        species = read_species(text)
        if species is None and not (words and WORDS.fullmatch(text)):
            return None
        found.append(species or phrase_key(text))
    return tuple(found)


def split_species(side: str) -> list[str]:
    """Cut at commas, "and" and those plus signs that join two formulas rather than end an ion."""
    parts, depth, start, index = [], 0, 0, 0
    while index < len(side):
        char = side[index]
        depth += (char in "([{") - (char in ")]}")
        joint = JOINT.match(side, index) if depth == 0 else None
        plus = char == "+" and depth == 0 and side[index - 1 : index] not in ("^", "_")
        if joint or (plus and side[start:index].strip() and STARTS_SPECIES.match(side, index + 1)):
            parts.append(side[start:index])
            start = index = joint.end() if joint else index + 1
            continue
        index += 1
    return [part.strip() for part in [*parts, side[start:]] if part.strip()]


def electron_configuration(text: str) -> tuple[tuple[str, int], ...]:
    """Electrons by subshell, a noble gas core written out; also the labels `sp^3`, `S_N2`, `2+`. Empty for all else."""
    if hybrid := HYBRID.fullmatch(text):
        return (("hybrid", 10 * int(hybrid[1]) + (int(hybrid[2] or 1) if "d" in text else 0)),)
    if charge := CHARGE_NUMBER.fullmatch(text):
        return (("charge", int((charge[2] or charge[3]) + (charge[1] or charge[4]))),)
    if mechanism := MECHANISM.fullmatch(text):
        return (("substitution", int(mechanism[1])),)
    shells: Counter[str] = Counter()
    core = CORE.match(text)
    index = core.end() if core else 0
    if core:
        inner = list(CORES)[: list(CORES).index(core[1]) + 1]
        shells.update({shell[:2]: int(shell[2:]) for gas in inner for shell in CORES[gas].split()})
    written = 0
    while match := SHELL.match(text, index):
        shells[match[1] + match[2]] += int(match[3] or match[4])
        index, written = match.end(), written + 1
    if text[index:].strip(" .") or written < (1 if core else 2):
        return ()
    return tuple(sorted(shells.items()))


def same_reading(gold: Reading, answer: Reading) -> bool | None:
    """None where only a chemist could say."""
    if gold.shells or answer.shells:
        return gold.shells == answer.shells
    if len(gold.sides) != len(answer.sides):
        return False
    return all_same([_same_bag(left, right) for left, right in zip(gold.sides, answer.sides, strict=True)])


def _same_bag(gold: Sequence[Species | str], answer: Sequence[Species | str]) -> bool | None:
    if len(gold) != len(answer):
        return False
    rest, sure = list(answer), True
    for wanted in gold:
        found = [_same(wanted, each) for each in rest]
        if True in found:
            del rest[found.index(True)]
        elif None in found:
            del rest[found.index(None)]
            sure = False
        else:
            return False
    return True if sure else None


def _same(gold: Species | str, answer: Species | str) -> bool | None:
    if isinstance(gold, str) or isinstance(answer, str):
        return gold == answer
    return same_species(gold, answer)
