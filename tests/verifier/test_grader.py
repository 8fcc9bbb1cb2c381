import asyncio
import logging
import multiprocessing
import os

import pytest

from verifier import Outcome
from verifier.grader import Gold, Grader, PolicyChangedError

# Needs a worker: computer algebra shows that they agree.
SYMBOLIC = Gold(r"\frac{x^2-1}{x-1}", "expression", "Simplify.")
HARD = Gold(r"x^{2^{2^{2^{2^{9}}}}}", "expression")
grader = Grader({})


def outcomes(texts: list[str]) -> list[str]:
    return [str(verdict.outcome) for verdict in grader.grade([SYMBOLIC] * len(texts), texts)]


def share(texts: list[str]) -> list[str]:
    return [*outcomes(texts), str(grader.counts.total()), str(os.getpid())]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers_of_a_trainer_grade_with_workers_of_their_own(start: str) -> None:
    texts = [r"\boxed{x+1}", r"\boxed{x-1}"]
    assert outcomes(texts) == ["correct", "incorrect"]
    with multiprocessing.get_context(start).Pool(2) as pool:
        found = pool.map(share, [texts] * 2, chunksize=1)
    assert all(one[:2] == ["correct", "incorrect"] for one in found)
    assert all(int(one[2]) in (2, 4) for one in found)
    assert str(os.getpid()) not in {one[3] for one in found}
    assert outcomes(texts) == ["correct", "incorrect"]


def test_calls_from_threads_of_an_event_loop_agree() -> None:
    async def many() -> list[list[str]]:
        return await asyncio.gather(
            *(asyncio.to_thread(outcomes, [r"\boxed{x+1}", rf"\boxed{{x+{n}}}"]) for n in range(2, 8))
        )

    assert asyncio.run(many()) == [["correct", "incorrect"]] * 6


def test_closing_is_no_end(caplog: pytest.LogCaptureFixture) -> None:
    grader.close()
    assert outcomes([r"\boxed{1+x}"]) == ["correct"]
    grader.close()


def test_undecided_completions_are_counted_and_told_of_rarely(caplog: pytest.LogCaptureFixture) -> None:
    own = Grader({})
    with caplog.at_level(logging.WARNING, logger="tracemill.rewards"):
        for _ in range(12):
            own.grade([HARD], [r"\boxed{x+1}"])
    assert own.counts == {Outcome.UNDECIDED: 12}
    assert [record.getMessage().split(" completions")[0] for record in caplog.records] == ["1 of 1", "10 of 10"]
    own.close()


def test_a_label_is_json_of_our_own_or_the_bare_answer() -> None:
    assert Gold.of('{"answer":"4","answer_type":"integer","question":"2+2?"}') == Gold("4", "integer", "2+2?")
    for bare in ("4", "{1, 2}", '{"answer": "4"}', '{"a": 1}', ""):
        assert Gold.of(bare) == Gold(bare)


def test_an_unknown_answer_type_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(ValueError, match="number"):
        grader.grade([Gold("4", "number")], ["4"])
    with pytest.raises(ValueError, match="zip"):
        grader.grade([Gold("4")], ["4", "5"])


def test_what_was_verified_otherwise_is_refused() -> None:
    with pytest.raises(PolicyChangedError, match="demo was verified under policy abc by version 2"):
        Grader({"dataset": "demo", "policy": "abc", "extraction": "lenient", "verifier": "2"})
