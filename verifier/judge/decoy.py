"""A plainly different gold for the control question: whoever accepts the answer for it too has not judged.

Two kinds. An answer that holds the gold among other words is tried against those others: a list of guesses, or an
explanation around a guess, fits both. Any other answer is tried against a gold of the same type made from the real
one: other digits, the other truth value, another letter, another formula or phrase.
"""

import hashlib
import re

from verifier.finding import NeedsAlgebraError
from verifier.judge.text import sanitise
from verifier.latex import normalise, plain_text, unwrap
from verifier.route import decide
from verifier.types import AnswerType
from verifier.words.booleans import truth
from verifier.words.options import letters, options

TOKEN = re.compile(r"\w+")
WORD = re.compile(r"[^\W\d_]{3}")
DIGITS = re.compile(r"\d+")
SHIFTS = (3, 4, 6, 1)
FORMULAS = (r"\frac{5 u^3}{7} - 11 w", r"13 w^2 - \sqrt{u}", r"\ln(8 u) + 17 w^4", r"u e^{-6 w} + 19")
SPECIES = ("CaCO_3", "KMnO_4", "NH_4Cl", "Fe_2(SO_4)_3", "SiO_2")
DATES = ("17 November 1743", "4 March 1612", "23:51", "29 August 1377")
CODES = ("0x7C1E", r"O(n^7 \log n)", "1101001110", "[91, 17, 58]")
PHRASES = (
    "a copper kettle", "the Treaty of Utrecht", "photosynthesis", "the Baltic Sea", "Johann Sebastian Bach",
    "the inner ear", "sedimentary rock", "a bicycle chain", "the Roman senate", "tidal friction", "a glass prism",
    "public libraries",
)  # fmt: skip
POOLS = {
    AnswerType.EQUATION: tuple(f"w = {formula}" for formula in FORMULAS),
    AnswerType.CHEMISTRY: SPECIES,
    AnswerType.DATETIME: DATES,
    AnswerType.CODE: CODES,
    AnswerType.WORD: PHRASES,
}


def decoy(gold: str, answer: str, *, answer_type: AnswerType, question: str | None = None) -> str:
    """Depends on nothing but the arguments, and by the rules never agrees with the gold."""
    others = None if answer_type is AnswerType.MCQ else other_words(gold, answer)
    if others:
        return others
    candidates = _candidates(gold, answer, answer_type, question)
    return next(candidate for candidate in candidates if not _agrees(gold, candidate, answer_type))


def other_words(gold: str, answer: str) -> str | None:
    """The longest piece of the answer beside the gold it contains, whole or word by word; None without either."""
    wanted, given = sanitise(gold).casefold(), sanitise(answer).casefold()
    if wanted and wanted in given:
        pieces = given.split(wanted)
    else:
        own = set(TOKEN.findall(wanted))
        if not own or own - set(TOKEN.findall(given)):
            return None
        pieces = TOKEN.sub(lambda word: "\n" if word[0] in own else word[0], given).split("\n")
    longest = max(pieces, key=len).strip()
    return longest if WORD.search(longest) else None


def _candidates(gold: str, answer: str, answer_type: AnswerType, question: str | None) -> list[str]:
    if answer_type is AnswerType.BOOLEAN:
        return [_opposite(gold), *PHRASES]
    if answer_type is AnswerType.MCQ:
        return [*_other_letters(gold, answer, question), *PHRASES]
    pool = POOLS.get(answer_type, FORMULAS)
    first = int.from_bytes(hashlib.sha256(sanitise(gold).encode()).digest()[:4], "big") % len(pool)
    shifted = [] if answer_type in POOLS else [_shift_digits(gold, by) for by in SHIFTS if DIGITS.search(gold)]
    return [*shifted, *pool[first:], *pool[:first], *PHRASES]


def _shift_digits(gold: str, by: int) -> str:
    """Other digits in the first number: `36 km` is `69 km`, and a unit stays what it is."""
    return DIGITS.sub(lambda run: "".join(str((int(digit) + by) % 10) for digit in run[0]), gold, count=1)


def _opposite(gold: str) -> str:
    if plain_text(unwrap(normalise(gold))).casefold().startswith(("yes", "no")):
        return "no" if truth(gold) else "yes"
    return "false" if truth(gold) else "true"


def _other_letters(gold: str, answer: str, question: str | None) -> list[str]:
    """Those that stand in the answer first: a judge that finds its letter anywhere finds them too."""
    shown = sorted(options(question)) or list("ABCDE")
    others = [letter for letter in shown if letter not in (letters(gold) or ())]
    return sorted(others, key=lambda letter: letter.casefold() not in answer.casefold())


def _agrees(gold: str, candidate: str, answer_type: AnswerType) -> bool:
    try:
        return decide(gold, candidate, answer_type=answer_type).matched
    except (NeedsAlgebraError, RecursionError):
        return False
