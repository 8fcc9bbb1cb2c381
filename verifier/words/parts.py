"""Answers to several questions at once: "(a) True; (b) False"."""

import re
from collections.abc import Callable, Mapping

from verifier.finding import Case, Finding
from verifier.types import Reason

Compare = Callable[[Case, str, str], Finding]
LABEL = re.compile(
    r"(?:^|(?<=[\s;,]))(?:(?i:part)\s+)?(?:\(?(?P<round>[a-h]|[ivx]{1,4}|[1-9])\)|(?P<dot>[a-h]|[1-9])[.:](?=\s))\s*"
)
MORE = re.compile(r"[,;]\s+(?!because\b|since\b|as\b|which\b)")
SEQUENCES = ("abcdefgh", "123456789", ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii"))


def labelled_parts(text: str) -> Mapping[str, str] | None:
    """The parts of a text by label, where it begins with the first of at least two labels in sequence."""
    labels = list(LABEL.finditer(text))
    if len(labels) < 2 or labels[0].start() != 0:
        return None
    names = [label["round"] or label["dot"] for label in labels]
    if not any(names == list(sequence[: len(names)]) for sequence in SEQUENCES):
        return None
    ends = [label.start() for label in labels[1:]] + [len(text)]
    parts = [text[label.end() : end].strip(" ;,") for label, end in zip(labels, ends, strict=True)]
    return dict(zip(names, parts, strict=True)) if all(re.search(r"\w", part) for part in parts) else None


def compare_parts(case: Case, gold: Mapping[str, str], compare: Compare) -> Finding:
    """Part by part under the same labels, or in order where the answer has no labels."""
    answer = labelled_parts(case.answer)
    given = list(answer.values()) if answer else [part for part in re.split(r"\s*[;,]\s*", case.answer) if part]
    if len(given) != len(gold) or (answer and len(set(answer)) != len(gold)):
        return Finding(Reason.DIFFERENT_VALUE, f"{len(gold)} parts wanted, {len(given)} given")
    if any(MORE.search(right) and not MORE.search(left) for left, right in zip(gold.values(), given, strict=True)):
        return Finding(Reason.CANDIDATES, "more than one value in a part")
    findings = [compare(case, left, right) for left, right in zip(gold.values(), given, strict=True)]
    wrong = [finding for finding in findings if not finding.matched]
    return min(wrong, key=lambda finding: finding.undecided) if wrong else findings[0]
