"""Code-like answers."""

import re

from verifier.finding import Case, Finding, verdict_of
from verifier.latex import plain_text, split_top
from verifier.types import Reason

BASE = re.compile(r"\(?([0-9A-Fa-f]+)\)?\s*_\s*\{?(?:\\text\{)?(\d+|two|eight|ten|sixteen)\}?\}?")
PREFIXED = re.compile(r"0([xXbBoO])([0-9A-Fa-f]+)")
GROWTH = re.compile(r"(?:\\mathcal\s*\{?\s*O\s*\}?|\\Theta|\\Omega|\\omega|O|o)\s*\(.+\)")
LOGIC = {"and": "&", r"\land": "&", r"\wedge": "&", "&&": "&", "or": "|", r"\lor": "|", r"\vee": "|", "||": "|"}
LOGIC |= {"not": "!", r"\neg": "!", r"\lnot": "!"}


def is_code(text: str) -> bool:
    text = text.strip()
    if BASE.fullmatch(text) or PREFIXED.fullmatch(text) or GROWTH.fullmatch(text):
        return True
    return bool(re.fullmatch(r"[A-Z](?:\s+(?:AND|OR|XOR|NAND|NOR)\s+(?:NOT\s+)?[A-Z])+|NOT\s+[A-Z]|['\"].*['\"]", text))


def based(text: str) -> tuple[int, int | None] | None:
    """A number with its base, which is None where it is not written."""
    text = plain_text(text).strip()
    if match := PREFIXED.fullmatch(text):
        return int(match[2], {"x": 16, "b": 2, "o": 8}[match[1].lower()]), None
    if match := BASE.fullmatch(text):
        base = {"two": 2, "eight": 8, "ten": 10, "sixteen": 16}.get(match[2]) or int(match[2])
        try:
            return int(match[1], base), base
        except ValueError:
            return None
    return None


def compare_code(case: Case) -> Finding:
    gold = based(case.gold)
    if gold is not None:
        return _compare_based(case, gold)
    if GROWTH.fullmatch(case.gold.strip()):
        return _compare_growth(case)
    return verdict_of(code_text(case.gold) == code_text(case.answer))


def _compare_based(case: Case, gold: tuple[int, int | None]) -> Finding:
    answer = based(case.answer)
    if answer is not None:
        return verdict_of(gold[0] == answer[0], match=Reason.MATCHED_NUMBER)
    digits = re.sub(r"\s", "", plain_text(case.answer))
    if gold[1] is None or not re.fullmatch(r"[0-9A-Fa-f]+", digits):
        return Finding(Reason.ANSWER_UNPARSABLE)
    try:
        return verdict_of(int(digits, gold[1]) == gold[0], match=Reason.MATCHED_NUMBER)
    except ValueError:
        return Finding(Reason.DIFFERENT_VALUE)


def _compare_growth(case: Case) -> Finding:
    heads, bodies = zip(*(_growth(text) for text in (case.gold, case.answer)), strict=True)
    if heads[0] != heads[1]:
        return Finding(Reason.DIFFERENT_VALUE, "another class of growth")
    return verdict_of(bodies[0] == bodies[1])


def _growth(text: str) -> tuple[str, str]:
    text = re.sub(r"\\mathcal\s*\{?\s*O\s*\}?", "O", plain_text(text)).strip()
    head, _, body = text.partition("(")
    body = re.sub(r"[\s{}\\*]|cdot", "", body).removesuffix(")")
    return head.strip(), re.sub(r"log\(([a-z])\)", r"log\1", body)


def code_text(text: str) -> str:
    text = plain_text(text).replace('"', "'")
    words = split_top(re.sub(r"(\\[a-z]+|&&|\|\|)", r" \1 ", text), r"\s+")
    return "".join(LOGIC.get(word.lower(), LOGIC.get(word, word)) for word in words)
