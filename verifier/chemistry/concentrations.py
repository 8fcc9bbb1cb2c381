r"""Equilibrium constants and rate laws: `\frac{[NH_3]^2}{[N_2][H_2]^3}` with each concentration as one symbol."""

import re

from verifier.chemistry.species import Species, read_species, without_markup

BRACKET = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")
# `[A]` in a rate law stands for any reactant.
GENERIC = re.compile(r"[A-Z]{1,2}_?\d?\^?\{?[-+]?\}?")
MAX_CONCENTRATIONS = 12


def concentrations(text: str) -> list[Species | str]:
    """What stands in square brackets; empty where one of them holds no species."""
    found: list[Species | str] = []
    for match in BRACKET.finditer(text):
        inner = without_markup(match[1])
        species = read_species(inner)
        if species is None and not GENERIC.fullmatch(inner):
            return []
        found.append(species or inner)
    return found if len(found) <= MAX_CONCENTRATIONS else []


def has_concentrations(text: str) -> bool:
    """Several brackets, or one with a charge or an equals sign beside it; a complex ion alone is a formula."""
    found = concentrations(text)
    outside = BRACKET.sub("", text)
    if not found or not re.search(r"[A-Za-z]", "".join(BRACKET.findall(text))):
        return False
    return "=" in outside or (len(found) > 1 and not re.search(r"[A-Z][a-z]?\d", outside))


def with_symbols(text: str, known: list[Species | str]) -> str:
    """The text with `x_{1}` for the first of the `known` concentrations; new ones join the list."""

    def symbol(match: re.Match[str]) -> str:
        inner = without_markup(match[1])
        species = read_species(inner) or inner
        if species not in known:
            known.append(species)
        return f" x_{{{known.index(species) + 1}}} "

    return BRACKET.sub(symbol, text)
