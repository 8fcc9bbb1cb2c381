"""Whether a gold is chemistry. `P_2V_2` and `20 N` can be read as formulas too: the notation has to convince."""

import re

from verifier.chemistry.concentrations import has_concentrations
from verifier.chemistry.elements import ATOMIC_NUMBERS, NAMES
from verifier.chemistry.formula_reader import OXIDATION, Unit
from verifier.chemistry.reactions import Reading, has_arrow, read_chemistry
from verifier.chemistry.species import Species
from verifier.chemistry.substance_names import is_systematic
from verifier.chemistry.substances import substance
from verifier.latex import normalise, unwrap

MAX_LENGTH = 300
# No chemist writes the index 1 or 0, as in `P_1V_1`.
INDEX_OF_A_SYMBOL = re.compile(r"(?<=[A-Za-z])_?\s*\{?[01]\}?(?![\d.])")
# A capital, an arrow, a shell with its electrons, `sp^3` or `carbon-14`: without one of them, no formula.
TRACES = re.compile(
    r"[A-Z]|[-=]>|→|⇌|\\(?:to|x?rightarrow)(?![a-z])|\d\s?[spdf]\^?\{?\d|\d[spdf][¹²³⁴-⁹]|sp[\d^²³]|[a-z]-\d"
    r"|\d-[a-z]|^\d[-+]$|^(?:\{\})?\s*[_^]"
)
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
    text = "".join(unit.name + (unit.count if unit.count != "1" else "") for unit in units)
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
