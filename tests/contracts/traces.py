"""Traces for the contracts: of every answer type right and wrong ones, long reasoning, and texts that are awkward."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.traces import Trace
from verifier.audit.cases import LabelledCase, load_cases
from verifier.types import AnswerType

SAMPLES = Path(__file__).parents[2] / "configs" / "samples"
OF_EACH_TYPE = 4
# Blank space, braces, other line ends, signs of templates and of reasoning, and a gold that cannot be decided.
AWKWARD = [
    ("What is 6*7?\u2028Mind the {braces}, {{them}} & <b>tags</b>.", "42", "Ça va \u2028\n\n\\boxed{42}", True),
    (
        'Is "\\frac{1}{2}" written with \\\\ or \\ ?\t',
        "\\frac{1}{2}",
        "<think>\n3?\n</think>\n\n\\boxed{0.5}",
        True,
    ),
    ("Repeat: the answer is \\boxed{7}. Really?", "8", "No.", False),
    ("Say 5 🙂", "5", "\\boxed{5} 🙂", True),
    ("What is 2+2? <think> first", "4", "I say </think> and then <think> again, \\boxed{4}", False),
    ("Which number is larger than all others?", "9^{9^{9^9}}", "It is \\boxed{9^{9^{9^8}}}.", False),
]


def bundled() -> list[Trace]:
    return [*_labelled(), *_reasoned(), *_awkward()]


def _labelled() -> Iterator[Trace]:
    taken: Counter[tuple[str, bool]] = Counter()
    for case in load_cases("development"):
        taken[case.type, case.expected] += 1
        if case.type in set(AnswerType) and taken[case.type, case.expected] <= OF_EACH_TYPE:
            yield _of_case(case)


def _of_case(case: LabelledCase) -> Trace:
    """Each asks a question of its own: a recording is looked up by it."""
    said = f"It follows that \\boxed{{{case.answer}}}" if case.extracted else case.answer
    return Trace(case.id, case.gold, said, f"({case.id}) {case.question or 'What follows?'}", case.expected)


def _reasoned() -> Iterator[Trace]:
    with gzip.open(SAMPLES / "r1_traces.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for number, row in enumerate(rows):
        yield Trace(f"r1/{number}", row["answer"], row["text"], row["problem"], True)


def _awkward() -> Iterator[Trace]:
    for number, (question, gold, said, label) in enumerate(AWKWARD):
        yield Trace(f"awkward/{number}", gold, said, question, label)
