"""Near-valid texts: nothing raises, nothing takes long in the caller's process, and no verdict contradicts itself.

The short form looks at a fixed few texts. The long form goes on with new seeds for TRACEMILL_FUZZ_SECONDS (20 where
unset; `make fuzz` says ten minutes), from the seed TRACEMILL_FUZZ_SEED on, and names the seed of what it finds.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from tests.limits import bounded
from tests.verifier.near_valid import couples, frames, golds, numbers, texts
from verifier import Outcome, Reason, Verdict, compare, verify
from verifier.classify import infer_type
from verifier.finding import DENIALS, MATCHES, NeedsAlgebraError
from verifier.route import decide
from verifier.types import MACHINE_REASONS, AnswerType

SECONDS = float(os.environ.get("TRACEMILL_FUZZ_SECONDS", "20"))
FIRST_SEED = int(os.environ.get("TRACEMILL_FUZZ_SEED", "1"))
# For one pair; a pattern that backtracks takes many.
MAX_SECONDS = 2.0
kinds = st.one_of(st.none(), st.sampled_from(list(AnswerType)))


def quickly(call: Callable[[], Verdict]) -> Verdict:
    with bounded(MAX_SECONDS):
        return call()


def consistent(verdict: Verdict) -> bool:
    match verdict.outcome:
        case Outcome.CORRECT:
            return verdict.reason in MATCHES
        case Outcome.INCORRECT:
            return verdict.reason in DENIALS
    return verdict.reason not in MATCHES


def check_no_reader_raises(couple: tuple[str, str], kind: AnswerType | None) -> None:
    """Below the interface, where an error is not yet a worker's."""
    try:
        infer_type(couple[0])
        decide(*couple, answer_type=kind)
    except (NeedsAlgebraError, RecursionError):
        pass


def check_verdicts(couple: tuple[str, str]) -> None:
    first, second = (quickly(lambda: compare(*couple)) for _ in range(2))
    note(f"{first.reason} {first.detail}")
    assert consistent(first)
    assert first.reason is not Reason.CRASHED
    if not {first.reason, second.reason} & MACHINE_REASONS:
        assert (first.outcome, first.reason, first.detail) == (second.outcome, second.reason, second.detail)


def check_responses(couple: tuple[str, str], frame: str) -> None:
    gold, answer = couple
    verdict = quickly(lambda: verify(gold, frame.format(answer)))
    note(f"{verdict.extracted} {verdict.reason} {verdict.detail}")
    assert consistent(verdict)
    assert verdict.reason is not Reason.CRASHED
    assert (verdict.extracted is None) <= (verdict.reason is Reason.NO_ANSWER)


def check_itself(text: str) -> None:
    for spelling in (text, f" {text}\n"):
        verdict = compare(text, spelling)
        # A box belongs to a response and is opened: what is left is another text than the gold.
        if any(map(str.isalnum, text)) and "box" not in text:
            note(f"{verdict.reason} {verdict.detail}")
            assert verdict.outcome is Outcome.CORRECT


def check_unrelated(gold: str, number: str) -> None:
    for answer in (number, f"${number}$", f"x = {number}"):
        assert compare(gold, answer).outcome is not Outcome.CORRECT


CHECKS: Mapping[str, tuple[Callable[..., None], tuple[st.SearchStrategy[Any], ...]]] = {
    "no reader raises": (check_no_reader_raises, (couples, kinds)),
    "verdicts": (check_verdicts, (couples,)),
    "responses": (check_responses, (couples, frames)),
    "itself": (check_itself, (texts,)),
    "unrelated": (check_unrelated, (golds, numbers)),
}


def fuzz(name: str, *, examples: int, number: int) -> None:
    check, strategies = CHECKS[name]

    def holds(texts: tuple[Any, ...]) -> None:
        note(f"{name}, seed {number}")
        check(*texts)

    limits = settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    seed(number)(limits(given(st.tuples(*strategies))(holds)))()


@pytest.fixture(autouse=True, scope="module")
def warm() -> None:
    """The registry of units and the workers start before a clock runs."""
    compare("5 m", "5 cm")
    compare(r"\int_0^1 2x\,dx", "1 + x - x")


@pytest.mark.parametrize("name", CHECKS)
def test_near_valid_texts(name: str) -> None:
    fuzz(name, examples=60, number=0)


def seeds_until(end: float) -> Iterator[int]:
    for number in count(FIRST_SEED):
        if time.monotonic() > end:
            return
        yield number


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 300)
def test_near_valid_texts_for_long() -> None:
    for number in seeds_until(time.monotonic() + SECONDS):
        for name in CHECKS:
            fuzz(name, examples=200, number=number)


_VERDICTS = """
from verifier import compare
from verifier.audit.cases import load_cases
for case in load_cases("development"):
    if case.extracted:
        verdict = compare(case.gold, case.answer)
        print(case.id, verdict.outcome, verdict.reason, verdict.detail)
print(compare("192.168.1.0/8.1.0/8.1.0/8.1.0/26", "192.168.1.0/26").reason)
"""


@pytest.mark.long
def test_verdicts_do_not_depend_on_the_order_of_sets() -> None:
    """Which differs from process to process with the seed of the hashes."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", _VERDICTS],
            env=os.environ | {"PYTHONHASHSEED": number},
            capture_output=True,
            check=True,
        ).stdout
        for number in ("1", "3")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].splitlines()) > 1_000
