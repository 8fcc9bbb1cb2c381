"""Chemical formulas, ions, nuclides, reactions and electron configurations: what they say, however it is typed.

Case, charges, indices and coefficients count; the order of species, the arrow and drawn single bonds do not.
"""

import re
from dataclasses import dataclass, replace

from verifier.concentrations import has_concentrations, with_symbols
from verifier.elements import ATOMIC_NUMBERS, NAMES
from verifier.equations import compare_equations
from verifier.finding import Case, Finding, verdict_of
from verifier.formula_reader import OXIDATION, Unit
from verifier.formulas import compare_expressions
from verifier.latex import normalise, plain_text, unwrap
from verifier.reactions import Reading, has_arrow, read_chemistry, same_reading
from verifier.species import Species
from verifier.substance_names import is_systematic, systematic
from verifier.types import Reason
from verifier.words import compare_words

MAX_LENGTH = 300
# No chemist writes the index 1 or 0, as in `P_1V_1`.
INDEX_OF_A_SYMBOL = re.compile(r"(?<=[A-Za-z])_?\s*\{?[01]\}?(?![\d.])")
# A capital, an arrow, a shell with its electrons, `sp^3` or `carbon-14`: without one of them, no formula.
TRACES = re.compile(
    r"[A-Z]|[-=]>|→|⇌|\\(?:to|x?rightarrow)(?![a-z])|\d\s?[spdf]\^?\{?\d|\d[spdf][¹²³⁴-⁹]|sp[\d^²³]|[a-z]-\d"
    r"|\d-[a-z]|^\d[-+]$|^(?:\{\})?\s*[_^]"
)
SIGNED = re.compile(r"[-+]\d")
SCRIPTED_PARTICLE = re.compile(r"(?:\{\})?\s*[_^]\s*\{?[-+]?\d")
PARTICLE_NAMES = frozenset({"e-", "e+", "n"})
LAST_IN_COMPOUNDS = 103
ELEMENTAL = frozenset({"H2", "N2", "O2", "O3", "F2", "Cl2", "Br2", "I2", "P4", "S8"})
CHEMICAL = re.compile(
    r"\b(?:chemical|compounds?|molecul\w+|(?:an|cat)?ions?|\w*oxid\w+|reagents?|reactants?|reactions?|isotopes?|gas(?:es)?"
    r"|\w+(?:chlor|brom|iod|fluor|sulf|nitr)ide|\w+ate ion|acids?|salts?|periodic table|elements?|atoms?|precipitate"
    r"|electrolysis|by formula|formula of|hydro\w+|electron configuration|nuclides?|decays?)\b",
    re.IGNORECASE,
)
GEOMETRIC = re.compile(r"\b(?:triangle|segment|point|matrix|vector|angle|side|circle|set)\b", re.IGNORECASE)
SUBSTANCE = re.compile(
    rf"(?:ide|ate|ite|acid|ane|ene|yne|anol|amine|gas|ion|ammonia|water)s?$|^(?:{'|'.join(NAMES)})$", re.IGNORECASE
)
_NAME = r"[A-Za-z][a-z]{2,}(?:[ \-][a-z]+|\s?\((?:I{1,3}|IV|V|VI{0,2})\)){0,5}"
NAME_FIRST = re.compile(rf"(?:the\s+)?({_NAME})(?:\s*\((.+)\)|\s*[,:=]\s*(.+))$", re.IGNORECASE)
NAME_LAST = re.compile(rf"(.+?)\s*(?:\(\s*({_NAME})\s*\)|,\s*({_NAME}))$", re.IGNORECASE)
LEAD = re.compile(r"(?:[A-Za-z][a-z]*\s+){1,6}(?=\S*[A-Z\[({\d^])|[A-Za-z ]{1,30}[:=]\s+")
TAIL = re.compile(
    r"\s+(?:gas|ions?|solution|molecules?|atoms?|crystals?|precipitate|salt|particles?|mechanism|reaction"
    r"|hybridi[sz](?:ed|ation))$"
)
ANOTHER = re.compile(r"\b(?:or|not|no|without|except|neither|nor|either|instead|maybe|rather|than)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A substance by formula, by name, or by both."""

    reading: Reading | None
    name: str = ""


def substance(text: str) -> Named:
    """The formulas of the text and the name beside them: `CO2`, `carbon dioxide (CO2)`, `the gas is CO2`."""
    text = plain_text(text).strip()
    if reading := read_chemistry(text):
        return Named(reading)
    if ANOTHER.search(text) or len(text) > MAX_LENGTH:
        return Named(None)
    text = re.sub(r"\s+", " ", text.replace("$", " ")).strip()
    if (match := NAME_FIRST.fullmatch(text)) and (reading := read_chemistry(match[2] or match[3])):
        return Named(reading, match[1])
    if (match := NAME_LAST.fullmatch(text)) and (reading := read_chemistry(match[1])):
        return Named(reading, match[2] or match[3])
    bare = TAIL.sub("", text)
    lead = LEAD.match(bare)
    reading = read_chemistry(bare) or (read_chemistry(bare[lead.end() :]) if lead else None)
    if reading:
        return Named(reading)
    return Named(None, text if re.fullmatch(_NAME, text, re.IGNORECASE) else "")


def compare_chemistry(case: Case) -> Finding:
    if has_concentrations(case.gold):
        return _by_concentrations(case)
    if is_systematic(case.gold):
        return _by_systematic_name(case)
    gold, answer = substance(case.gold), substance(case.answer)
    if gold.reading is None:
        return compare_words(case)
    if answer.reading is not None:
        return _by_formula(case, gold, answer, same_reading(gold.reading, answer.reading))
    if not answer.name:
        return Finding(Reason.ANSWER_UNPARSABLE, "no formula")
    if gold.name:
        return compare_words(replace(case, gold=gold.name, answer=answer.name))
    return Finding(Reason.DIFFERENT_TYPE, "a name where the gold is a formula", undecided=True)


def compare_charges(case: Case) -> Finding | None:
    """`+6` against `6+`, as charges and oxidation numbers are written; None for all else."""
    if not SIGNED.fullmatch(case.gold) or not re.fullmatch(r"\d\s?[-+]", case.answer):
        return None
    return verdict_of(case.gold == case.answer[-1] + case.answer[0], match=Reason.MATCHED_NUMBER)


def _by_concentrations(case: Case) -> Finding:
    known: list[Species | str] = []
    gold, answer = (with_symbols(text, known) for text in (case.gold, case.answer))
    compare = compare_equations if "=" in gold else compare_expressions
    return compare(replace(case, gold=gold.strip(), answer=answer.strip()))


def _by_systematic_name(case: Case) -> Finding:
    if systematic(case.gold) == systematic(case.answer):
        return Finding(Reason.MATCHED_STRING)
    formula = substance(case.answer).reading is not None
    return Finding(Reason.DIFFERENT_VALUE, "a formula for a name" if formula else "", undecided=formula)


def _by_formula(case: Case, gold: Named, answer: Named, same: bool | None) -> Finding:
    if same is None:
        return Finding(Reason.DIFFERENT_VALUE, "the same atoms, perhaps bound differently", undecided=True)
    if same and gold.name and answer.name:
        alike = compare_words(replace(case, gold=gold.name, answer=answer.name)).matched
        return Finding(Reason.MATCHED_STRING if alike else Reason.DIFFERENT_VALUE, undecided=not alike)
    return verdict_of(same)


def is_chemistry(text: str, question: str | None = None) -> bool:
    """Whether a gold is chemistry: beyond doubt by itself, or plausibly and the question speaks of substances."""
    if len(text) > MAX_LENGTH or not TRACES.search(text):
        return False
    text = unwrap(normalise(text))
    if is_systematic(text) or has_concentrations(text):
        return True
    reading = read_chemistry(text)
    if reading is not None:
        return bool(reading.shells) or _convincing(text, reading, asked=_asks_for_chemistry(text, question))
    named = substance(text)
    if not named.name or named.reading is None or named.reading.shells:
        return False
    asked = SUBSTANCE.search(named.name) is not None or _asks_for_chemistry(text, question)
    return _convincing(text, named.reading, asked=asked)


def _asks_for_chemistry(text: str, question: str | None) -> bool:
    return r"\ce{" in text or bool(question and CHEMICAL.search(question) and not GEOMETRIC.search(question))


def _convincing(text: str, reading: Reading, *, asked: bool) -> bool:
    if INDEX_OF_A_SYMBOL.search(text):
        return False
    upright = re.search(r"\\(?:ce|mathrm|text|rm)(?![a-zA-Z])", text) is not None
    species = [each for side in reading.sides for each in side if isinstance(each, Species)]
    words = sum(isinstance(each, str) for side in reading.sides for each in side)
    clear = [_is_clear(each, marked="_" in text and not upright) for each in species]
    if len(reading.sides) > 1:
        return any(clear) or words >= 2 or (asked and has_arrow(text) and bool(species))
    if SCRIPTED_PARTICLE.match(text) and species and species[0].parts[0][1][0].name in PARTICLE_NAMES:
        return True
    if not re.search(r"[A-Z]|[a-z]{3,}-\d", text):
        return False
    return all(clear) or (asked and all(_is_possible(each) for each in species))


def _is_possible(species: Species) -> bool:
    """Element symbols without a number before them, which would be a measured value: `20 N`."""
    units = species.parts[0][1]
    letters = "".join(unit.name for unit in units)
    return species.coefficient == 1 and letters not in OXIDATION and all(_atoms(units))


def _is_clear(species: Species, *, marked: bool) -> bool:
    """`marked`: subscripts typed as in mathematics, where `P_2V_2` is pressure times volume."""
    units = species.parts[0][1]
    atoms = _atoms(units)
    if not all(atoms):
        return False
    if species.mass or len(species.parts) > 1:
        return True
    text = "".join(unit.name + unit.count.removeprefix("1") for unit in units)
    if species.charge:
        return species.coefficient == 1 or len(units) > 1 or len(text) > 1
    distinct = set(atoms)
    # `H(s)` with one letter is a transfer function.
    if text in ELEMENTAL or (species.state and (len(text) > 1 or species.state == "aq")):
        return True
    if len(distinct) < 2 or text == "NaN":
        return False
    indexed = any(unit.count != "1" for unit in units)
    telling = bool(distinct & {"H", "O"}) or any(len(atom) == 2 for atom in distinct)
    if indexed:
        return telling or not marked
    return any(len(atom) == 2 for atom in distinct) or text.endswith("OH") or "≡" in text


def _atoms(units: tuple[Unit, ...]) -> list[str]:
    """The element symbols; an empty text for what is no element, or one that no compound is known of."""
    found: list[str] = []
    for unit in units:
        if unit.inner:
            found += _atoms(unit.inner)
        elif unit.name not in "=≡":
            known = ATOMIC_NUMBERS.get(unit.name, LAST_IN_COMPOUNDS + 1) <= LAST_IN_COMPOUNDS
            found.append(unit.name if known or (unit.name == "D" and unit.count == "2") else "")
    return found
