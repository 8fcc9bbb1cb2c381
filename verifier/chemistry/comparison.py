"""Comparison of chemical formulas, ions, nuclides, reactions and electron configurations, however they are typed.

Case, charges, indices and coefficients count; the order of species, the arrow and drawn single bonds do not.
"""

import re
from dataclasses import replace

from verifier.chemistry.concentrations import has_concentrations, with_symbols
from verifier.chemistry.reactions import same_reading
from verifier.chemistry.species import Species
from verifier.chemistry.substance_names import is_systematic, systematic
from verifier.chemistry.substances import Named, substance
from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.comparison import compare_expressions
from verifier.formulas.equations import compare_equations
from verifier.types import Reason
from verifier.words.comparison import compare_words

SIGNED = re.compile(r"[-+]\d")
SIGN_BEHIND = re.compile(r"\d\s?[-+]")


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
    if not SIGNED.fullmatch(case.gold) or not SIGN_BEHIND.fullmatch(case.answer):
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
