"""Reward files as they are exported: what they give for right, wrong and undecidable completions, and where."""

import asyncio
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from stages._formats import export_version, write_rewards
from stages._formats.rewarding import FOLDER, NAMES, SOURCES_DIGEST
from tests.stages.formats.version import EXAMPLES, INSTRUCTION, Example, completion, write_version
from verifier.grader import PolicyChangedError

ROOT = Path(__file__).resolve().parents[3]
MANIFEST: dict[str, Any] = {"name": "tiny", "verifiers": []}
# The gold has no value that anybody could compare with.
UNDECIDABLE = (r"\boxed{\int_0^{", r"x^{2^{2^{2^{2^{9}}}}}")


@pytest.fixture(scope="module")
def rewards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModuleType]:
    folder = tmp_path_factory.mktemp("rewards")
    write_rewards(folder, MANIFEST)
    return {path.stem.removesuffix("_reward"): load(path) for path in folder.iterdir()}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def label(one: Example) -> str:
    return json.dumps({"answer": one.answer, "answer_type": one.answer_type, "question": one.question})


def rendered(one: Example) -> str:
    return f"<|user|>{one.question}\n\n{INSTRUCTION} Like \\boxed{{{one.answer}}}.<|assistant|>\n"


def trl(module: ModuleType, examples: Sequence[Example], texts: Sequence[str]) -> list[float | None]:
    chats = [[{"role": "assistant", "content": text}] for text in texts]
    columns = {name: [getattr(one, name) for one in examples] for name in ("answer", "answer_type", "question")}
    found: list[float | None] = module.tracemill_reward(prompts=[], completions=chats, trainer_state=None, **columns)
    return found


def verl(module: ModuleType, examples: Sequence[Example], texts: Sequence[str]) -> list[float | None]:
    infos = [
        {"split": "train", "index": 1, "answer_type": one.answer_type, "question": one.question} for one in examples
    ]
    one_by_one = [
        module.compute_score("tracemill/pages", text, one.answer, info, reward_router_address=None)
        for one, text, info in zip(examples, texts, infos, strict=True)
    ]
    golds = [one.answer for one in examples]
    assert one_by_one == module.compute_scores(["tracemill/pages"] * len(golds), list(texts), golds, infos)
    return [scored["score"] for scored in one_by_one]


def openrlhf(module: ModuleType, examples: Sequence[Example], texts: Sequence[str]) -> list[float | None]:
    prompts = [rendered(one) for one in examples]
    queries = [prompt + text + "<|im_end|>" for prompt, text in zip(prompts, texts, strict=True)]
    found = module.reward_func(queries, prompts, [label(one) for one in examples])
    return [float(reward) for reward in found["rewards"]]


def open_instruct(module: ModuleType, examples: Sequence[Example], texts: Sequence[str]) -> list[float | None]:
    return [module.score(text, label(one)) for one, text in zip(examples, texts, strict=True)]


def nemo_rl(module: ModuleType, examples: Sequence[Example], texts: Sequence[str]) -> list[float | None]:
    logs = [
        [{"role": "user", "content": rendered(one)}, {"role": "assistant", "content": text}]
        for one, text in zip(examples, texts, strict=True)
    ]
    return list(module.rewards(logs, [label(one) for one in examples]))


def slime(module: ModuleType, examples: Sequence[Example], texts: Sequence[str]) -> list[float | None]:
    samples = [
        SimpleNamespace(
            prompt=rendered(one),
            response=text,
            label=one.answer,
            metadata={"answer_type": one.answer_type, "question": one.question},
        )
        for one, text in zip(examples, texts, strict=True)
    ]

    async def each() -> list[float | None]:
        return list(await asyncio.gather(*(module.custom_rm(None, sample) for sample in samples)))

    found = asyncio.run(each())
    assert found == asyncio.run(module.custom_rm(None, samples))
    return found


Call = Callable[[ModuleType, Sequence[Example], Sequence[str]], list[float | None]]
CALLS: dict[str, Call] = {
    "trl": trl,
    "verl": verl,
    "openrlhf": openrlhf,
    "open_instruct": open_instruct,
    "nemo_rl": nemo_rl,
    "slime": slime,
}
EVERY = pytest.mark.parametrize("name", CALLS)


@EVERY
def test_the_gold_and_the_verified_trace_are_right_and_the_wrong_trace_is_wrong(
    rewards: dict[str, ModuleType], name: str
) -> None:
    call, module, n = CALLS[name], rewards[name], len(EXAMPLES)
    boxed = [rf"\boxed{{{one.answer}}}".replace("{$", r"{\$") for one in EXAMPLES]
    assert call(module, EXAMPLES, boxed) == [1.0] * n
    assert call(module, EXAMPLES, [completion(one) for one in EXAMPLES]) == [1.0] * n
    assert call(module, EXAMPLES, [one.wrong for one in EXAMPLES]) == [0.0] * n
    assert (
        call(
            module,
            EXAMPLES,
            [f"<think>\n{gold}\n</think>\n\n{one.wrong}" for gold, one in zip(boxed, EXAMPLES, strict=True)],
        )
        == [0.0] * n
    )


@EVERY
def test_a_completion_may_begin_inside_of_the_block_and_must_leave_it(
    rewards: dict[str, ModuleType], name: str
) -> None:
    one = EXAMPLES[0]
    texts = [
        rf"17*20=340, 17*3=51.{chr(10)}</think>{chr(10) * 2}\boxed{{391}}",
        r"<think>so \boxed{391}, or is it",
        "",
        "</think>",
    ]
    assert CALLS[name](rewards[name], [one] * 4, texts) == [1.0, 0.0, 0.0, 0.0]


@EVERY
def test_what_cannot_be_decided_is_worth_the_constant_at_the_top(
    rewards: dict[str, ModuleType], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hard = Example("hard", "Which one?", UNDECIDABLE[1], "expression", None, "", "")  # type: ignore[arg-type]
    wanted = None if name == "trl" else 0.0
    assert CALLS[name](rewards[name], [hard], [r"\boxed{x^2+1}"]) == [wanted]
    monkeypatch.setattr(rewards[name], "UNDECIDED", -0.5)
    assert CALLS[name](rewards[name], [hard], [r"\boxed{x^2+1}"]) == [-0.5]


def test_trl_is_told_the_share_of_undecided_completions(rewards: dict[str, ModuleType]) -> None:
    told: dict[str, float] = {}
    golds = {"answer": ["4", UNDECIDABLE[1]], "answer_type": ["integer", "expression"], "question": ["", ""]}
    found = rewards["trl"].tracemill_reward([r"\boxed{4}", r"\boxed{x+1}"], log_metric=told.__setitem__, **golds)
    assert found == [1.0, None]
    assert told == {"tracemill/undecided": 0.5}


def test_trl_completions_of_any_shape_are_read(rewards: dict[str, ModuleType]) -> None:
    shapes: list[Any] = [
        r"\boxed{4}",
        [{"role": "assistant", "content": r"\boxed{4}", "reasoning_content": r"\boxed{5}"}],
        [
            {"role": "assistant", "content": "", "tool_calls": []},
            {"role": "tool", "content": "5"},
            {"role": "assistant", "content": r"\boxed{4}"},
        ],
        [{"role": "assistant", "content": [{"type": "text", "text": r"\boxed{4}"}]}],
        [{"role": "assistant", "content": None}],
    ]
    assert trl_of_fours(rewards["trl"], shapes) == [1.0, 1.0, 1.0, 1.0, 0.0]


def trl_of_fours(module: ModuleType, completions: Sequence[Any]) -> list[float | None]:
    golds = {"answer": "4", "answer_type": "integer", "question": ""}
    columns = {name: [value] * len(completions) for name, value in golds.items()}
    found: list[float | None] = module.tracemill_reward(completions, **columns)
    return found


def test_what_a_tool_said_last_is_no_answer_of_the_policy(rewards: dict[str, ModuleType]) -> None:
    cut_off = [{"role": "assistant", "content": "", "tool_calls": []}, {"role": "tool", "content": "4"}]
    assert trl_of_fours(rewards["trl"], [cut_off, []]) == [0.0, 0.0]


def test_reasoning_that_trl_took_out_was_ended(tmp_path: Path) -> None:
    """As `parse_response` gives it; what was cut off before `</think>` is all reasoning."""
    write_rewards(tmp_path, MANIFEST)
    path = tmp_path / "trl_reward.py"
    path.write_text(path.read_text().replace("PREFILLED = False", "PREFILLED = True"))
    chats = [
        [{"role": "assistant", "content": content, field: r"\boxed{4}?"}]
        for field in ("reasoning_content", "thinking")
        for content in (r"\boxed{4}", "")
    ]
    assert trl_of_fours(load(path), chats) == [1.0, 0.0, 1.0, 0.0]


def test_a_gold_that_is_no_text_is_an_error_and_not_a_guess(rewards: dict[str, ModuleType]) -> None:
    sample = SimpleNamespace(prompt="", response=r"\boxed{4}", label=None, metadata={})
    with pytest.raises(TypeError, match="the gold is None, of type NoneType"):
        asyncio.run(rewards["slime"].custom_rm(None, sample))
    with pytest.raises(TypeError, match="the gold is 4, of type int"):
        rewards["open_instruct"].score(r"\boxed{4}", 4)


def test_a_name_of_any_signs_stands_in_a_reward_file(tmp_path: Path) -> None:
    write_rewards(tmp_path, MANIFEST | {"name": 'a "b" {ü}'})
    assert load(tmp_path / "verl_reward.py").MADE_WITH["dataset"] == 'a "b" {ü}'


def test_the_prompt_of_an_openrlhf_query_is_never_graded(rewards: dict[str, ModuleType]) -> None:
    reward, one = rewards["openrlhf"].reward_func, EXAMPLES[0]
    prompt = rendered(one)
    respaced = prompt.replace("\n\n", "\n").replace(" Like", "  Like")
    queries = [prompt, "<s>" + respaced + "I do not know", prompt[40:] + r"\boxed{391}</s>"]
    assert reward(queries, [prompt] * 3, [label(one)] * 3)["rewards"].tolist() == [0.0, 0.0, 1.0]
    with pytest.raises(ValueError, match="does not hold its prompt"):
        reward([r"\boxed{391}"], [prompt], [label(one)])


@pytest.mark.parametrize("name", ["openrlhf", "nemo_rl", "slime"])
def test_a_prompt_that_opens_the_reasoning_is_seen(
    rewards: dict[str, ModuleType], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "rendered", lambda one: f"<|user|>{one.question}<|assistant|>\n<think>\n")
    one, texts = EXAMPLES[0], [r"\boxed{391} is what I think so far", "hm</think>\n\\boxed{391}"]
    assert CALLS[name](rewards[name], [one, one], texts) == [0.0, 1.0]


@pytest.mark.parametrize("name", ["trl", "verl", "open_instruct"])
def test_where_no_prompt_is_handed_on_a_constant_says_that_it_opens_the_reasoning(tmp_path: Path, name: str) -> None:
    write_rewards(tmp_path, MANIFEST)
    path = tmp_path / f"{name}_reward.py"
    path.write_text(path.read_text().replace("PREFILLED = False", "PREFILLED = True"))
    one, texts = (
        EXAMPLES[0],
        [r"\boxed{391} is what I think so far", "hm</think>\n\\boxed{391}", r"<think>hm</think>\boxed{391}"],
    )
    assert CALLS[name](load(path), [one] * 3, texts) == [0.0, 1.0, 1.0]


def test_a_bare_answer_is_a_label_too(rewards: dict[str, ModuleType]) -> None:
    assert rewards["open_instruct"].score(r"\boxed{\frac12}", "0.5") == 1.0
    assert rewards["open_instruct"].score(r"\boxed{\{1, 2\}}", "{1, 2}") == 1.0


@pytest.mark.parametrize("name", NAMES)
def test_a_reward_refuses_data_that_was_verified_otherwise(tmp_path: Path, name: str) -> None:
    write_rewards(tmp_path, MANIFEST)
    text = (tmp_path / name).read_text()
    for field, value in {"policy": "0" * 16, "verifier": "1"}.items():
        (tmp_path / name).write_text(re.sub(rf'("{field}": )"[^"]*"', rf'\1"{value}"', text))
        with pytest.raises(
            PolicyChangedError, match=f"tiny was verified under policy .*{value}.*install the tracemill"
        ):
            load(tmp_path / name)


@pytest.mark.parametrize("name", NAMES)
def test_a_reward_needs_nothing_but_the_standard_library_and_tracemill_to_be_read(name: str) -> None:
    found = re.findall(r"^(?:from|import) (\w+)", (FOLDER / name).read_text("utf-8"), flags=re.MULTILINE)
    assert set(found) <= set(sys.stdlib_module_names) | {"tracemill"}


def test_the_sources_are_those_that_enter_the_keys() -> None:
    digest = hashlib.sha256(b"".join((FOLDER / name).read_bytes() for name in sorted(NAMES))).hexdigest()
    assert digest[:16] == SOURCES_DIGEST, "put the new digest into rewarding.py, so that versions are written again"


def test_a_reward_works_in_a_fresh_process_among_files_that_share_our_names(tmp_path: Path) -> None:
    made = export_version(write_version(tmp_path / "v0001"), "verl", tmp_path / "out")
    (made.path / "trainer").mkdir()
    for decoy in ("trainer/__init__.py", "pipeline.py", "stages.py"):
        (made.path / decoy).write_text("raise RuntimeError('not yours')\n")
    code = (
        "import polars, verl_reward\n"
        "row = polars.read_parquet('rl/train.parquet').row(0, named=True)\n"
        "gold, info = row['reward_model']['ground_truth'], row['extra_info']\n"
        "texts = ['\\\\boxed{%s}' % gold, '\\\\boxed{1}']\n"
        "print([verl_reward.compute_score(row['data_source'], text, gold, info)['score'] for text in texts])"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=made.path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[1.0, 0.0]\n", "")
