"""Who decides on a response, by which rules, and what happens where nobody can."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from trainer.errors import TrainConfigError, TrainerError
from trainer.graders import open_grader
from trainer.rl_config import VerifierConfig
from verifier.grader import Gold
from verifier.types import VERSION, Outcome, Policy, Reason, Verdict

LENIENT, STRICT = (Policy(reasoning="plain", extraction=name).digest for name in ("lenient", "strict"))
RULE = {"verifier": "rule", "version": VERSION, "policy": LENIENT}
# A judge that knows that a hound is a dog, refuses everything else, and is put out by a cat.
REPLIES = [
    {"match": r"(?=.*hound).*<reference>\s*dog\s*</reference>", "text": "Judgement: correct"},
    {"match": r"<answer>\s*cat", "text": "I cannot say.", "finish_reason": "length"},
    {"match": "", "text": "It is another thing.\nJudgement: wrong"},
]


@pytest.fixture
def judge(tmp_path: Path) -> str:
    path = tmp_path / "judge.yaml"
    options = {"name": "script", "backend": "scripted", "think": "plain", "sampling": {"temperature": 0.0}}
    path.write_text(yaml.safe_dump(options | {"replies": REPLIES}))
    return str(path)


def graded(
    config: VerifierConfig, *cases: tuple[str, str], manifest: dict[str, Any] | None = None, prompt: str = "?"
) -> list[Verdict]:
    golds, texts = [Gold(gold, "word" if gold.isalpha() else None) for gold, _ in cases], [text for _, text in cases]
    with open_grader(config, manifest=manifest or {}) as grade:
        return grade(golds, texts, prompts=[prompt] * len(cases))


def test_the_rules_decide_on_the_response_and_never_on_the_prompt() -> None:
    found = graded(VerifierConfig(), ("4", r"\boxed{4}"), ("4", r"\boxed{5}"), ("4", ""), prompt=r"Write \boxed{4}.")
    assert [verdict.outcome for verdict in found] == [Outcome.CORRECT, Outcome.INCORRECT, Outcome.INCORRECT]
    assert found[2].reason is Reason.NO_ANSWER


def test_a_thought_that_the_template_opened_holds_no_answer() -> None:
    (open_,) = graded(VerifierConfig(), ("4", r"so \boxed{4}"), prompt="2+2?\n<think>\n")
    (closed,) = graded(VerifierConfig(), ("4", "so</think> \\boxed{4}"), prompt="2+2?\n<think>\n")
    assert (open_.reason, closed.outcome) == (Reason.NO_ANSWER, Outcome.CORRECT)


def test_extraction_is_that_of_the_data_set_or_as_said() -> None:
    bare = ("4", "The sum\n4")
    strict = {"name": "sums", "verifiers": [RULE | {"policy": STRICT}]}
    assert graded(VerifierConfig(), bare, manifest={"name": "sums", "verifiers": [RULE]})[0].outcome is Outcome.CORRECT
    assert graded(VerifierConfig(), bare, manifest=strict)[0].reason is Reason.NO_ANSWER
    assert graded(VerifierConfig(extraction="lenient"), bare, manifest=strict)[0].outcome is Outcome.CORRECT
    assert graded(VerifierConfig(extraction="strict"), bare)[0].reason is Reason.NO_ANSWER


@pytest.mark.parametrize(
    ("verifiers", "message"),
    [
        ([RULE | {"version": "0"}], "by version 0 of the verifier; this tracemill has"),
        ([RULE | {"policy": "gone"}], "verified in several or unknown ways"),
        ([RULE, RULE | {"policy": STRICT}], "name it in verifier.extraction"),
    ],
)
def test_other_rules_than_those_of_the_data_set_are_refused(verifiers: list[Any], message: str) -> None:
    with (
        pytest.raises(TrainConfigError, match=message),
        open_grader(VerifierConfig(), manifest={"name": "sums", "verifiers": verifiers}),
    ):
        pass


def test_a_verifier_that_does_not_start_ends_the_run_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(TrainerError, match=r"nothing is graded: .*cannot be started.*tracemill doctor"):
        graded(VerifierConfig(), (r"\int_0^1 2x\,dx", r"\boxed{\sum_{k=1}^{1} k}"))


def test_a_judge_after_the_rules_is_asked_where_they_doubt(judge: str) -> None:
    config = VerifierConfig(kind="cascade", teacher=judge)
    found = graded(config, ("dog", r"\boxed{hound}"), ("dog", r"\boxed{cow}"), ("4", r"\boxed{4}"), ("4", ""))
    told = [(str(verdict.outcome), verdict.detail) for verdict in found]
    assert told[:2] == [("correct", "judge: accepted"), ("incorrect", "judge: rejected")]
    assert [verdict.reason for verdict in found[2:]] == [Reason.MATCHED_STRING, Reason.NO_ANSWER]


def test_a_judge_alone_is_asked_about_every_answer(judge: str) -> None:
    config = VerifierConfig(kind="model", teacher=judge, style="paper-v1")
    found = graded(config, ("dog", r"\boxed{hound}"), ("4", r"\boxed{4}"))
    assert [(str(verdict.outcome), verdict.detail) for verdict in found] == [
        ("correct", "judge: accepted"),
        ("incorrect", "judge: rejected"),
    ]


def test_a_reply_without_a_verdict_decides_nothing(judge: str) -> None:
    (found,) = graded(VerifierConfig(kind="cascade", teacher=judge), ("dog", r"\boxed{cat}"))
    assert (found.outcome, found.detail) == (Outcome.UNDECIDED, "judge: unreadable")


def test_one_judge_serves_all_steps(judge: str) -> None:
    with open_grader(VerifierConfig(kind="cascade", teacher=judge), manifest={}) as grade:
        for _ in range(2):
            (found,) = grade([Gold("dog", "word")], [r"\boxed{hound}"], prompts=["?"])
            assert found.outcome is Outcome.CORRECT


def test_a_judge_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "gone.yaml"
    endpoint = {"urls": ["http://127.0.0.1:9/v1"], "retries": 0}
    path.write_text(yaml.safe_dump({"name": "gone", "backend": "openai", "model": "m", "endpoint": endpoint}))
    config = VerifierConfig(kind="cascade", teacher=str(path))
    with pytest.raises(TrainerError, match="gone"):
        graded(config, ("dog", r"\boxed{hound}"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"teacher": "nowhere.yaml"}, "nowhere.yaml: there is no such file"),
        ({"style": "loud"}, "verifier.style 'loud' is none"),
        ({"weights": "w"}, "an endpoint has its own weights"),
    ],
)
def test_a_judge_that_cannot_be_is_refused(tmp_path: Path, options: dict[str, str], message: str) -> None:
    path = tmp_path / "judge.yaml"
    path.write_text(yaml.safe_dump({"name": "j", "backend": "openai", "endpoint": {"urls": ["http://127.0.0.1:9/v1"]}}))
    config = VerifierConfig(**({"kind": "model", "teacher": str(path)} | options))
    with pytest.raises(TrainConfigError, match=message), open_grader(config, manifest={}):
        pass
