"""Every exporter's files, read and rewarded by the trainers themselves."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.exports.traced import traced_version
from tests.contracts.contract import CONTRACTS, Answer, Case, Contract, ask, cases_of, disagreements, split_of
from tests.contracts.traces import bundled
from tests.teachers.smollm2 import smollm2_folder
from verifier.types import AnswerType, Outcome

END = "<|im_end|>"


@dataclass(frozen=True)
class Asked:
    contract: Contract
    version: Path
    cases: list[Case]
    answer: Answer


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return traced_version(tmp_path_factory.mktemp("traced"), bundled())


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(smollm2_folder())


@pytest.fixture(scope="module", params=CONTRACTS, ids=lambda contract: contract.trainer)
def asked(request: pytest.FixtureRequest, version: Path, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    contract: Contract = request.param
    if contract.missing:
        pytest.skip(contract.missing)
    cases = cases_of(version)
    folder = tmp_path_factory.mktemp("exported") / contract.trainer
    return Asked(contract, version, cases, ask(contract, version, folder, smollm2_folder(), cases))


def rendered(tokenizer: Any, chat: Any, trainer: str) -> str:
    """LLaMA-Factory brings a template of its own, which has no words of the system by default."""
    text = str(tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False))
    if trainer != "llama-factory":
        return text
    return text[text.index("<|im_start|>user") :]


def test_the_cases_are_of_every_type_right_wrong_and_undecided(version: Path) -> None:
    cases = [case for case in cases_of(version) if case.kind == "attempt"]
    outcomes = pl.Series([str(case.outcome) for case in cases]).value_counts().rows()
    counts = dict(outcomes)
    assert set(split_of(version, "rl_all")["answer_type"]) == {str(kind) for kind in AnswerType}
    assert counts[Outcome.CORRECT] > 50
    assert counts[Outcome.INCORRECT] > 50
    assert counts[Outcome.UNDECIDED] >= 1


def test_examples_are_trained_on_whole_and_on_the_completion_alone(asked: Asked, tokenizer: Any) -> None:
    examples = split_of(asked.version, "sft_all")
    assert len(asked.answer.sft) == examples.height > 100
    for found, row in zip(asked.answer.sft, examples.iter_rows(named=True), strict=True):
        prompt = rendered(tokenizer, row["prompt"], asked.contract.trainer)
        assert found["learnt"].removesuffix("\n") == row["completion"][0]["content"] + END
        assert found["text"].removesuffix("\n") == prompt + found["learnt"].removesuffix("\n")


def test_prompts_reach_the_policy_whole_and_in_order(asked: Asked, tokenizer: Any) -> None:
    if asked.contract.reward is None:
        pytest.skip(f"{asked.contract.trainer} has no RL of its own")
    wanted = [rendered(tokenizer, chat, asked.contract.trainer) for chat in split_of(asked.version, "rl_all")["prompt"]]
    assert [found["prompt"] for found in asked.answer.rl] == wanted


def test_rewards_are_the_stored_verdicts(asked: Asked) -> None:
    """Of golds 1, of attempts what the version says of them, in a process that knows the export alone."""
    if asked.contract.reward is None:
        pytest.skip(f"{asked.contract.trainer} has no RL of its own")
    assert disagreements(asked.contract, asked.cases, asked.answer.rewards) == []
