r"""Chemical formulas as text: `2 Fe^{3+}(aq)`, `[Cu(NH3)4]2+`, `CuSO4·5H2O`, `^{14}_6C`, in TeX, mhchem or plain."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from verifier.chemistry.elements import ATOMIC_NUMBERS, NAMES
from verifier.chemistry.formula_reader import PRESCRIPT, FormulaReader, NoFormulaError, Part, Unit
from verifier.latex import plain_text

MAX_LENGTH = 200
MARKUP = re.compile(r"\\(?:mathrm|ce|cf|text|textrm|rm|mathbf|mathsf|operatorname|left|right)(?![a-zA-Z])|\$|\\?[↑↓]")
ASCENDING = re.compile(r"\\(?:uparrow|downarrow)(?![a-zA-Z])")
SCRIPTS = {r"\textsubscript": "_", r"\textsuperscript": "^", r"\oplus": "+", r"\ominus": "-"}
COEFFICIENT = re.compile(r"\\frac\s*\{?\s*(\d+)\s*\}?\s*\{?\s*(\d+)\s*\}?|\(?(\d+)\s*/\s*(\d+)\)?|(\d+(?:\.\d+)?)")
SWAPPED = re.compile(r"_(\{[^{}]*\}|\w)\^(\{[^{}]*\}|\w)")
STATE_IN_INDEX = re.compile(r"_\{\s*(\d+)\s*\(?(s|l|g|aq)\)?\s*\}")
STATE = re.compile(r"\s*\(\s*(s|l|g|aq|cr|solid|liquid|gas)\s*\)|\s*_\s*\{?\s*\(?(s|l|g|aq)\)?\s*\}?\s*$")
NUCLIDE = re.compile(r"([A-Za-z]+)\s*-\s*(\d{1,3})")
_BAR = r"\\(?:bar|overline)\s*\{?"
_LEPTON = r"(?:e|\\beta|β)"
# By mass and atomic number as in nuclear equations, or by charge; several spellings of one particle.
PARTICLES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("e+", rf"\^\{{?0\}}?_\{{?\+?1\}}?{_LEPTON}(?:\^\{{?\+\}}?)?|{_LEPTON}\^?\{{?\+\}}?|positron"),
        ("e-", rf"\^\{{?0\}}?_\{{?-1\}}?{_LEPTON}(?:\^\{{?-\}}?)?|{_LEPTON}\^?\{{?-\}}?|electron"),
        ("4He", r"(?:\^\{?4\}?_\{?2\}?)?\\alpha|alphaparticle"),
        ("n", r"(?:\^\{?1\}?(?:_\{?0\}?)?)?n(?:\^\{?0\}?)?|neutron"),
        ("1H", r"(?:\^\{?1\}?(?:_\{?1\}?)?)?p(?:\^?\{?\+\}?)?|proton"),
        ("gamma", r"(?:\^\{?0\}?(?:_\{?0\}?)?)?\\gamma|h\\nu|hv|photon"),
        ("antinu", rf"(?:\^\{{?0\}}?(?:_\{{?0\}}?)?)?{_BAR}\\nu\}}?(?:_\{{?e\}}?)?\}}?|antineutrino"),
        ("nu", r"(?:\^\{?0\}?(?:_\{?0\}?)?)?\\nu(?:_\{?e\}?)?|neutrino"),
    )
)


@dataclass(frozen=True, slots=True)
class Species:
    """`parts` are one formula, or the salt and its water. `state` and `mass` are empty where not written."""

    parts: tuple[Part, ...]
    coefficient: Fraction = Fraction(1)
    charge: int = 0
    mass: str = ""
    state: str = ""


def without_markup(text: str) -> str:
    """Fonts and delimiters off; braces of scripts stay."""
    text = ASCENDING.sub("", plain_text(text))
    for command, sign in SCRIPTS.items():
        text = text.replace(command, sign)
    text = MARKUP.sub("", text).replace("{}", "").replace("{-}", "-").replace("{=}", "=")
    return STATE_IN_INDEX.sub(r"_{\1}(\2)", re.sub(r"\s+", " ", text)).strip()


@lru_cache(maxsize=4096)
def read_species(text: str) -> Species | None:
    """What the text names, None where it is no formula."""
    text = text.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    number, rest = _coefficient(text)
    compact = SWAPPED.sub(r"^\2_\1", re.sub(r"\s+", "", rest))
    for name, pattern in PARTICLES:
        if pattern.fullmatch(compact):
            return replace(_particle(name), coefficient=number)
    if nuclide := _hyphenated(rest):
        return replace(nuclide, coefficient=number)
    species = _formula(rest)
    return replace(species, coefficient=number) if species else None


def _coefficient(text: str) -> tuple[Fraction, str]:
    match = COEFFICIENT.match(text)
    if match is None or match.end() == len(text):
        return Fraction(1), text
    top, bottom = match[1] or match[3], match[2] or match[4]
    if bottom and int(bottom) == 0:
        return Fraction(1), text
    value = Fraction(int(top), int(bottom)) if bottom else Fraction(match[5])
    return value, re.sub(r"^\s*(?:\\cdot|\*)?\s*", "", text[match.end() :])


def _particle(name: str) -> Species:
    if name[0].isdigit():
        return Species(((Fraction(1), (Unit(name[1:]),)),), mass=name[0])
    return Species(((Fraction(1), (Unit(name),)),))


def _hyphenated(text: str) -> Species | None:
    """`C-14` and `carbon-14`; `Cl-1`, with fewer nucleons than protons, is an ion."""
    match = NUCLIDE.fullmatch(text.strip())
    symbol = match and (match[1] if match[1] in ATOMIC_NUMBERS else NAMES.get(match[1].lower()))
    if not match or not symbol or int(match[2]) < ATOMIC_NUMBERS[symbol]:
        return None
    return Species(((Fraction(1), (Unit(symbol),)),), mass=match[2])


def _formula(text: str) -> Species | None:
    state = ""
    if (match := STATE.search(text)) and not text[match.end() :].strip():
        state, text = (match[1] or match[2])[:2], text[: match.start()]
    mass, number = "", ""
    while match := PRESCRIPT.match(text):
        mass, number = (match["above"] or mass).strip("{} "), (match["below"] or number).strip("{} ")
        text = text[match.end() :]
    reader = FormulaReader(text.lstrip("{ "))
    try:
        parts = reader.parts()
    except NoFormulaError:
        return None
    if mass and not mass.isdecimal():
        return None
    # The atomic number says nothing that the symbol does not, unless it contradicts it.
    if number and number != str(ATOMIC_NUMBERS.get(parts[0][1][0].name)):
        mass = f"{mass}/{number}"
    return Species(parts, charge=reader.charge, mass=mass, state=state)
