"""Answers made of several values: sets, lists, tuples, vectors, matrices. Members are compared by their own type."""

import itertools
import re
from collections.abc import Callable, Sequence

from verifier.finding import Case, Finding
from verifier.latex import PLUS_MINUS, has_two_signs, is_enclosed, split_top
from verifier.types import Reason

ENVIRONMENT = re.compile(r"\\begin\{([pbvBV]?matrix|array|smallmatrix)\}(?:\{[^{}]*\})?(.*?)\\end\{\1\}", re.DOTALL)
HAT = re.compile(
    r"\\(?:hat|mathbf|vec|boldsymbol|widehat)\s*\{?\s*(?:\\(?:hat|mathbf|imath|jmath)\s*\{?)?\s*([ijk])\s*\}*"
    r"|\\(?:hat|vec|mathbf)\s*\{\s*\\(i|j)math\s*\}"
)
HAT_CHARACTERS = {"î": "i", "ĵ": "j", "i\u0302": "i", "j\u0302": "j", "k\u0302": "k", "ı\u0302": "i", "ȷ\u0302": "j"}
JOINT = (
    r"\s*[,;]\s*(?:\\text\s*\{\s*(?:and|or)\s*\}|and\b|or\b)?\s*"
    r"|\\text\s*\{\s*,?\s*(?:and|or)\s*,?\s*\}|\s+(?:and|or)\s+"
)
LABEL = re.compile(r"^\s*([A-Za-z\\][A-Za-z0-9_{}\\ ]{0,20}?)\s*(?:=|:)\s*(.+)$", re.DOTALL)
MAX_MEMBERS = 64

Compare = Callable[[Case, str, str], Finding]


def expand_signs(text: str) -> list[str]:
    r"""`1 \pm \sqrt{19}` as its two values."""
    if not has_two_signs(text):
        return [text]
    plus = PLUS_MINUS.sub(lambda match: "+" if match[0] == r"\pm" else "-", text)
    minus = PLUS_MINUS.sub(lambda match: "-" if match[0] == r"\pm" else "+", text)
    return [part.strip().removeprefix("+").strip() for part in (plus, minus)]


def members(text: str) -> list[str]:
    """The members of a set or list, brackets off, `\\pm` written out."""
    text = text.strip()
    if text in (r"\emptyset", r"\{\}", r"\{ \}"):
        return []
    if text.startswith(r"\{") and text.endswith(r"\}"):
        text = text[2:-2]
    elif is_enclosed(text) and text[0] in "{[":
        text = text[1:-1]
    parts = [part for part in split_top(text, JOINT) if part]
    return [value for part in parts for value in expand_signs(part)]


def components(text: str) -> list[str] | None:
    """The ordered components of a tuple or vector in any notation; None where it is neither."""
    text = drop_label(text.strip())
    if match := ENVIRONMENT.fullmatch(text):
        rows = matrix_rows(match[2])
        return [row[0] for row in rows] if all(len(row) == 1 for row in rows) else rows[0] if len(rows) == 1 else None
    if vector := unit_vector(text):
        return vector
    for left, right in ((r"\langle", r"\rangle"), ("<", ">")):
        if text.startswith(left) and text.endswith(right):
            return [part for part in split_top(text[len(left) : -len(right)], r"\s*,\s*")]
    if is_enclosed(text) and text[0] in "([":
        return split_top(text[1:-1], r"\s*[,;]\s*")
    parts = [part for part in split_top(text, JOINT) if part]
    return parts if len(parts) > 1 else None


def drop_label(text: str) -> str:
    """`(p,q,r)=(6,31,-1)` and `v = (1,2)` without the left side."""
    parts = split_top(text, r"(?<![<>!\\])=")
    return parts[-1] if len(parts) == 2 and (is_enclosed(parts[0]) or len(parts[0]) <= 12) else text


def matrix_rows(body: str) -> list[list[str]]:
    rows = [row.strip() for row in re.split(r"\\\\(?:\[[^\]]*\])?|\\cr\b", body)]
    return [[cell.strip() for cell in row.split("&")] for row in rows if row]


def matrix(text: str) -> list[list[str]] | None:
    text = drop_label(text.strip())
    if match := ENVIRONMENT.fullmatch(text):
        return matrix_rows(match[2])
    if is_enclosed(text) and text[0] == "[":
        rows = split_top(text[1:-1], r"\s*,\s*")
        if all(is_enclosed(row) and row[0] in "[(" for row in rows):
            return [split_top(row[1:-1], r"\s*,\s*") for row in rows]
    return None


def unit_vector(text: str) -> list[str] | None:
    r"""The components of `2\hat{i} + 3\hat{j}` or `3i - j + 2k` as texts."""
    for character, letter in HAT_CHARACTERS.items():
        text = text.replace(character, rf"\hat{{{letter}}}")
    hatted = HAT.search(text) is not None
    text = HAT.sub(lambda m: " " + (m[1] or m[2]) + " ", text)
    found = {name for name in ("i", "j", "k") if re.search(rf"(?<![a-zA-Z\\]){name}(?![a-zA-Z])", text)}
    if not hatted and not found >= {"i", "j"} and not found >= {"j", "k"}:
        return None
    if re.search(r"(?<!\\)[a-zA-Z]{2,}", re.sub(r"\\[a-zA-Z]+", "", text)):
        return None
    terms = [term for term in split_top(re.sub(r"\s*([-+])\s*", r" \1", text), r"\s+(?=[-+])") if term]
    parts = {"i": "0", "j": "0", "k": "0"}
    for term in terms:
        match = re.fullmatch(r"([-+]?)\s*(.*?)\s*\\?(?:cdot|,)?\s*([ijk])\s*", term)
        if match is None:
            return None
        parts[match[3]] = match[1].removeprefix("+") + (match[2].strip("() *") or "1")
    return list(parts.values()) if "k" in found else list(parts.values())[:2]


def labelled(parts: Sequence[str]) -> tuple[list[str | None], list[str]]:
    matches = [LABEL.match(part) for part in parts]
    names = [re.sub(r"[\s{}\\]", "", match[1]) if match else None for match in matches]
    return names, [match[2].strip() if match else part for match, part in zip(matches, parts, strict=True)]


def compare_sets(case: Case, compare: Compare) -> Finding:
    """Members in any order; by name where both sides name them, in order where only one does."""
    gold, answer = members(case.gold), members(case.answer)
    if max(len(gold), len(answer)) > MAX_MEMBERS:
        return Finding(Reason.TOO_LARGE, f"more than {MAX_MEMBERS} members")
    if is_braced(case.gold) and is_parenthesised(case.answer):
        return Finding(Reason.DIFFERENT_TYPE, "a set is not a tuple")
    gold_names, gold_values = labelled(gold)
    answer_names, answer_values = labelled(answer)
    if len(gold) > 1 and len(answer) == 1 and (inner := _pairwise(case.answer)):
        answer_names, answer_values = [None] * len(inner), inner
    if len(gold_values) != len(answer_values):
        return Finding(Reason.DIFFERENT_VALUE, f"{len(gold_values)} values wanted, {len(answer_values)} given")
    if all(gold_names) and all(answer_names) and len(set(gold_names)) == len(gold_names):
        by_name = dict(zip(answer_names, answer_values, strict=True))
        if set(by_name) != set(gold_names):
            return Finding(Reason.DIFFERENT_VALUE, "different names")
        return in_order(case, gold_values, [by_name[name] for name in gold_names], compare)
    if len({name for name in gold_names + answer_names if name}) > 1 and (all(gold_names) or all(answer_names)):
        return in_order(case, gold_values, answer_values, compare)
    return any_order(case, gold_values, answer_values, compare)


def _pairwise(text: str) -> list[str] | None:
    text = text.strip()
    return split_top(text[1:-1], r"\s*,\s*") if is_enclosed(text) and text[0] == "(" else None


def is_braced(text: str) -> bool:
    return text.strip().startswith(r"\{")


def is_parenthesised(text: str) -> bool:
    return is_enclosed(text.strip()) and text.strip()[0] == "("


def in_order(case: Case, gold: Sequence[str], answer: Sequence[str], compare: Compare) -> Finding:
    if len(gold) != len(answer):
        return Finding(Reason.DIFFERENT_VALUE, f"{len(gold)} components wanted, {len(answer)} given")
    findings = [compare(case, left, right) for left, right in zip(gold, answer, strict=True)]
    return all_of(findings)


def all_of(findings: Sequence[Finding]) -> Finding:
    for finding in findings:
        if not finding.matched and not finding.undecided:
            return finding
    undecided = [finding for finding in findings if not finding.matched]
    if undecided:
        return undecided[0]
    symbolic = any(finding.reason is Reason.MATCHED_SYMBOLIC for finding in findings)
    return Finding(Reason.MATCHED_SYMBOLIC if symbolic else Reason.MATCHED_NUMBER)


def any_order(case: Case, gold: Sequence[str], answer: Sequence[str], compare: Compare) -> Finding:
    rest = list(answer)
    for value in gold:
        for index, candidate in enumerate(rest):
            if compare(case, value, candidate).matched:
                del rest[index]
                break
        else:
            return Finding(Reason.DIFFERENT_VALUE, f"{value} is missing")
    return Finding(Reason.MATCHED_NUMBER)


def compare_tuples(case: Case, compare: Compare) -> Finding:
    """In order. A list of tuples is a set of them."""
    gold_members = members(case.gold) if not is_enclosed(drop_label(case.gold)) else []
    if len(gold_members) > 1 and all(is_enclosed(drop_label(member)) for member in gold_members):
        return any_order_of_tuples(case, gold_members, compare)
    gold, answer = components(case.gold), components(case.answer)
    if gold is None:
        return case.algebra(case.gold, case.answer)
    if answer is None or is_braced(case.answer):
        return Finding(Reason.DIFFERENT_TYPE, "no tuple")
    answer = labelled(answer)[1]
    return in_order(case, labelled(gold)[1], answer, compare)


def any_order_of_tuples(case: Case, gold: Sequence[str], compare: Compare) -> Finding:
    answer = members(case.answer)
    if len(answer) != len(gold):
        return Finding(Reason.DIFFERENT_VALUE, f"{len(gold)} tuples wanted, {len(answer)} given")
    return any_order(case, gold, answer, compare)


def compare_matrices(case: Case, compare: Compare) -> Finding:
    gold, answer = matrix(case.gold), matrix(case.answer)
    if gold and len(gold) > 1 and len(gold[0]) > 1:
        if answer is None:
            return Finding(Reason.DIFFERENT_TYPE, "no matrix")
        if [len(row) for row in gold] != [len(row) for row in answer]:
            return Finding(Reason.DIFFERENT_VALUE, "a different shape")
        return in_order(case, [*itertools.chain(*gold)], [*itertools.chain(*answer)], compare)
    left, right = components(case.gold), components(case.answer)
    if left is None:
        return case.algebra(case.gold, case.answer)
    if right is None:
        return Finding(Reason.DIFFERENT_TYPE, "no vector")
    if len(right) == 2 and len(left) == 3 and unit_vector(case.answer):
        right = [*right, "0"]
    if len(left) == 2 and len(right) == 3 and unit_vector(case.gold):
        left = [*left, "0"]
    return in_order(case, left, right, compare)
