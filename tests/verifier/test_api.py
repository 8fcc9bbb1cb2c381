"""`verify`, `compare` and `Verifier` as users call them, from threads, asyncio and forked children too."""

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.limits import SOON_S, bounded
from verifier import AnswerType, Outcome, Pair, Policy, Reason, Verifier, compare, verify

INTEGRAL = (r"\int_0^1 2x\,dx", r"\sum_{k=1}^{1} k")


def test_a_right_response() -> None:
    verdict = verify("72", r"She sold 48 + 24 = \boxed{72} clips.")
    assert (verdict.outcome, verdict.reason, verdict.extracted) == (Outcome.CORRECT, Reason.MATCHED_STRING, "72")
    assert verdict.answer_type is AnswerType.INTEGER


def test_a_response_without_an_answer_is_incorrect() -> None:
    assert verify("72", r"\boxed{").reason is Reason.NO_ANSWER
    assert verify("72", "").outcome is Outcome.INCORRECT


def test_the_options_of_the_question_count() -> None:
    question = "Which one?\n(A) a proton\n(B) the neutron\n(C) an electron"
    assert verify("B", r"\boxed{neutron}", question=question).outcome is Outcome.CORRECT
    assert verify("B", r"\boxed{electron}", question=question).outcome is Outcome.INCORRECT
    small = "Which one?\na. a proton\nb. the neutron\nc. an electron"
    assert verify("B", r"\boxed{neutron}", question=small).outcome is Outcome.CORRECT
    assert verify("B", r"\boxed{quark}", question=question).outcome is Outcome.INCORRECT
    assert verify("B", r"\boxed{quark}").outcome is Outcome.UNDECIDED


def test_an_empty_gold_is_nobodys_fault() -> None:
    verdict = compare("", "5")
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDECIDED, Reason.GOLD_UNPARSABLE)


def test_what_rules_cannot_read_goes_to_computer_algebra() -> None:
    assert compare(*INTEGRAL).reason is Reason.MATCHED_SYMBOLIC
    assert compare(r"\int_0^1 2x\,dx", "2").outcome is Outcome.INCORRECT


def test_order_is_kept_and_the_rest_is_shared_out() -> None:
    pairs = [Pair("5", "5", extracted=True), Pair(*INTEGRAL, extracted=True), Pair("5", "6", extracted=True)] * 4
    with Verifier(workers=2) as verifier:
        outcomes = [verdict.outcome for verdict in verifier.verify_many(pairs)]
    assert outcomes == [Outcome.CORRECT, Outcome.CORRECT, Outcome.INCORRECT] * 4


def test_calls_from_many_threads() -> None:
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda n: compare(str(n), str(n)).outcome, range(200)))
        symbolic = list(threads.map(lambda _: compare(*INTEGRAL).outcome, range(12)))
    assert set(outcomes) == set(symbolic) == {Outcome.CORRECT}


def test_a_thread_that_ends_takes_no_worker_with_it() -> None:
    seen: list[Outcome] = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: seen.append(compare(*INTEGRAL).outcome))
        thread.start()
        thread.join()
    assert seen == [Outcome.CORRECT, Outcome.CORRECT]


def test_calls_from_asyncio_leave_the_loop_alive() -> None:
    async def main() -> tuple[list[Outcome], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.001)
                ticks += 1

        ticking = asyncio.create_task(tick())
        verdicts = await asyncio.gather(*(asyncio.to_thread(compare, *INTEGRAL) for _ in range(4)))
        ticking.cancel()
        return [verdict.outcome for verdict in verdicts], ticks

    outcomes, ticks = asyncio.run(main())
    assert set(outcomes) == {Outcome.CORRECT}
    assert ticks > 0


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_workers_of_its_own() -> None:
    compare(*INTEGRAL)
    pid = os.fork()
    if pid == 0:
        os._exit(0 if compare(*INTEGRAL).outcome is Outcome.CORRECT else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert compare(*INTEGRAL).outcome is Outcome.CORRECT


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_verifier_taken_into_a_fork_starts_workers_of_its_own() -> None:
    with Verifier() as verifier:
        pair = Pair(*INTEGRAL, extracted=True)
        verifier.verify_many([pair])
        pid = os.fork()
        if pid == 0:
            os._exit(0 if verifier.verify_many([pair])[0].outcome is Outcome.CORRECT else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert verifier.verify_many([pair])[0].outcome is Outcome.CORRECT


def test_a_dask_worker_process_can_verify() -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=4, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        futures = [client.submit(compare, *INTEGRAL, pure=False) for _ in range(8)]
        assert {verdict.outcome for verdict in client.gather(futures)} == {Outcome.CORRECT}


def test_a_verdict_is_no_truth_value() -> None:
    with pytest.raises(TypeError, match="undecided"):
        bool(compare("5", "5"))


def test_the_reward_of_undecided_is_said_by_the_caller() -> None:
    undecided = compare("", "5")
    assert undecided.reward(undecided=None) is None
    assert undecided.reward(undecided=0.25) == 0.25
    assert compare("5", "5").reward(undecided=None, correct=2.0) == 2.0
    assert compare("5", "6").reward(undecided=None, incorrect=-1.0) == -1.0


def test_long_golds_are_decided_in_a_worker() -> None:
    members = [str(10**12 + n) for n in range(40)]
    gold = ", ".join(members)
    verdict = compare(gold, ", ".join(reversed(members)))
    assert (verdict.outcome, verdict.answer_type) == (Outcome.CORRECT, AnswerType.SET_LIST)
    assert compare(gold, ", ".join([*members[1:], "7"])).outcome is Outcome.INCORRECT


HOSTILE = [
    ("5", r"9^{9^{9^9}}"), ("5", r"\operatorname{zeros}(20000)"), (r"\int x dx", r"\operatorname{zeros}(20000)"),
    ("5", "(10^8)!"), ("5", r"\sum_{k=1}^{10^9} 1/k"), ("5", "(" * 2000), ("x", "x" + "^{x" * 500),
    ("5", r"\left(" * 60),
    ("(1,2)", "{" * 3000), ("5", "|x|" * 60), ("5", "1 " * 1900), ("5", "answer " * 500), ("word", "ab " * 1300),
    (r"\int_0^1 x dx", r"\left(" * 15 + "1" + r"\right)" * 15), ("5", r"\binom{10^9}{5}"), ("x^2", "(1+x)^{100000}"),
    ("1, 2", ", ".join(map(str, range(900)))), ("5", "\\boxed{" * 300), ("5", r"\frac{" * 400),
    ("[1,2]", "(" + "-" * 3000),
]  # fmt: skip


LONG = [
    "\\boxed{" * 3000, "\\boxed{1}" * 2000, "1 " * 10_000, "1," * 10_000, "a" * 20_000, "$" * 20_000, "(" * 20_000,
    "answer is " * 2000, "<!--" * 5000, "A, " * 6000 + "!", "The final answer is " + "-" * 3000 + "5", "#### " * 4000,
    "1+" * 600 + "1", "\\frac{1}{" * 1500, "</think>" * 2000, "yes or " * 2000, "\n" * 20_000 + "5",
    "5" + " " * 20_000 + "m",
]  # fmt: skip


@pytest.mark.parametrize("gold", ["5", "B", "Yes", "x^2", "5 m", "friction", "(1,2)", "[1,2)", "H2O"])
def test_long_responses_are_read_in_linear_time(gold: str) -> None:
    for response in LONG:
        with bounded(what=response[:20]):
            verify(gold, response)


def test_a_hostile_gold_is_undecided() -> None:
    for gold in ("-" * 3000 + "5", "1+" * 900 + "1", "(" * 900, "9^" * 300 + "9", "{" * 2000 + "1"):
        assert compare(gold, "5").outcome is not Outcome.CORRECT


@pytest.mark.parametrize(("gold", "answer"), HOSTILE)
def test_hostile_answers_cost_no_time(gold: str, answer: str) -> None:
    compare(*INTEGRAL)  # the shared worker is up
    began = time.monotonic()
    assert compare(gold, answer).outcome is not Outcome.CORRECT
    assert verify(gold, answer).outcome is not Outcome.CORRECT
    assert time.monotonic() - began < SOON_S / 2


def test_equal_strings_are_correct_however_large() -> None:
    assert compare(r"9^{9^{9^9}}", r"9^{9^{9^9}}").reason is Reason.MATCHED_STRING


def test_what_is_no_pair_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="the gold is 42, of type int"):
        compare(42, "42")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the response is None"):
        verify("42", None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="answer type 'number' is unknown; known: integer"):
        compare("42", "43", answer_type="number")  # type: ignore[arg-type]
    with Verifier() as verifier, pytest.raises(TypeError, match=r"no `tracemill\.Pair`"):
        verifier.verify_many([("42", "42")])  # type: ignore[list-item]


def test_a_quick_pair_is_not_charged_for_a_slow_one() -> None:
    with Verifier() as verifier:
        quick, slow = verifier.verify_many([Pair("5", "6", extracted=True), Pair(*INTEGRAL, extracted=True)])
    assert quick.ms < 100 < slow.ms  # a worker starts for the second


def test_the_policy_has_a_digest() -> None:
    assert Policy().digest == Policy(reasoning="auto").digest
    assert Policy().digest != Policy(extraction="strict").digest
