"""Every exporter's files, read and rewarded by the trainers themselves."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.exports.traced import traced_version
from tests.contracts.contract import CONTRACTS, Answer, Contract, ask, cases_of, disagreements, split_of
from tests.contracts.traces import bundled
from tests.teachers.smollm2 import smollm2_folder
from verifier.types import AnswerType, Outcome

END = "<|im_end|>"
REWARDED = [contract for contract in CONTRACTS if contract.reward]
TRAINER = attrgetter("trainer")
Answers = Callable[[Contract], Answer]


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return traced_version(tmp_path_factory.mktemp("traced"), bundled())


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(smollm2_folder())


@pytest.fixture(scope="module")
def answers(version: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Each trainer is asked once for all that the tests want to know."""

    @cache
    def answer(contract: Contract) -> Answer:
        if contract.missing:
            pytest.skip(contract.missing)
        folder = tmp_path_factory.mktemp("exported") / contract.trainer
        return ask(contract, version, folder, smollm2_folder(), cases_of(version))

    return answer


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


@pytest.mark.parametrize("contract", CONTRACTS, ids=TRAINER)
def test_examples_are_trained_on_whole_and_on_the_completion_alone(
    contract: Contract, answers: Answers, version: Path, tokenizer: Any
) -> None:
    examples, found = split_of(version, "sft_all"), answers(contract).sft
    assert len(found) == examples.height > 100
    for made, row in zip(found, examples.iter_rows(named=True), strict=True):
        prompt = rendered(tokenizer, row["prompt"], contract.trainer)
        assert made["learnt"].removesuffix("\n") == row["completion"][0]["content"] + END
        assert made["text"].removesuffix("\n") == prompt + made["learnt"].removesuffix("\n")


@pytest.mark.parametrize("contract", REWARDED, ids=TRAINER)
def test_prompts_reach_the_policy_whole_and_in_order(
    contract: Contract, answers: Answers, version: Path, tokenizer: Any
) -> None:
    chats = split_of(version, "rl_all")["prompt"]
    wanted = [rendered(tokenizer, chat, contract.trainer) for chat in chats]
    assert [made["prompt"] for made in answers(contract).rl] == wanted


@pytest.mark.parametrize("contract", REWARDED, ids=TRAINER)
def test_rewards_are_the_stored_verdicts(contract: Contract, answers: Answers, version: Path) -> None:
    """Of golds 1, of attempts what the version says of them, in a process that knows the export alone."""
    assert disagreements(contract, cases_of(version), answers(contract).rewards) == []
