"""Every command of docs/paper-presets.md against the tables of the paper, and none of its runs forgotten."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from tests.trainer.digits import rl_options
from trainer.config import SftConfig
from trainer.log import read_metrics
from trainer.options import build, dump, load
from trainer.reward_config import CosineConfig
from trainer.rl import train_rl
from trainer.rl_config import RlConfig

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "configs" / "train" / "paper"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)

# Tables 7 to 16: prompts a step, answers a prompt, budget, episodes, passes, critic's rate.
SETTINGS: dict[str, tuple[int, int, int, int | None, int, float]] = {
    "rl": (512, 4, 14336, 4, 1, 9e-6),
    "classic": (512, 8, 14336, 8, 1, 4.5e-6),
    "classic-qwen": (512, 8, 14336, 8, 1, 4.5e-6),
    "cosine": (512, 8, 14336, 8, 1, 4.5e-6),
    "cosine-repetition": (512, 16, 14336, 8, 2, 9e-6),
    "cosine-alone": (512, 16, 14336, 8, 2, 9e-6),
    "classic-16": (512, 16, 14336, 8, 2, 9e-6),
    "reward-a": (512, 4, 14336, 4, 1, 9e-6),
    "reward-b": (512, 4, 14336, 4, 1, 9e-6),
    "reward-c": (512, 4, 14336, 4, 1, 9e-6),
    "context-4k": (512, 8, 2048, 8, 1, 9e-6),
    "context-8k": (512, 8, 6144, 8, 1, 9e-6),
    "context-16k": (512, 8, 14336, 8, 1, 9e-6),
    "discount-1-1": (512, 4, 14336, 4, 1, 9e-6),
    "discount-1-0.999": (512, 4, 14336, 4, 1, 9e-6),
    "discount-1-0.99": (512, 4, 14336, 4, 1, 9e-6),
    "discount-0.999-0.999": (512, 4, 14336, 4, 1, 9e-6),
    "discount-0.999-0.99": (512, 4, 14336, 4, 1, 9e-6),
    "discount-0.99-0.99": (512, 4, 14336, 4, 1, 9e-6),
    "webinstruct-filtered-rule": (512, 4, 14336, 1, 1, 9e-6),
    "webinstruct-unfiltered-rule": (512, 4, 14336, 1, 1, 9e-6),
    "webinstruct-filtered-model": (512, 4, 14336, 1, 1, 9e-6),
    "webinstruct-unfiltered-model": (512, 4, 14336, 1, 1, 9e-6),
    "base": (1024, 8, 3072, 20, 1, 9e-6),
    "long-cot": (512, 8, 14336, 8, 1, 4.5e-6),
    "long-cot-classic": (512, 8, 14336, 8, 1, 4.5e-6),
    "reinforce": (512, 8, 14336, 8, 1, 4.5e-6),
    "qwen2.5-32b": (512, 16, 14336, None, 1, 9e-6),
    "qwen2.5-1.5b": (512, 16, 14336, None, 1, 9e-6),
}
# Data sets that the recipes make once nodes are added to them, as the page says; the others they make as they stand.
ADDED = {"math-long-64", "math-long-192", "math-short-64", "math-short-128", "math-levels-3-5"}
CLASSIC = {"classic", "classic-qwen", "classic-16", "long-cot-classic", "reinforce"}
# Discounts of the outcome and of repetition; None: no penalty.
DISCOUNTS: dict[str, tuple[float, float | None]] = {
    "rl": (1, 1), "cosine": (1, None), "cosine-alone": (1, None), "cosine-repetition": (1, 0.99), "base": (1, None),
    "reward-a": (1, 0.99), "reward-b": (1, 0.99), "reward-c": (1, 0.99), "long-cot": (1, 1),
    "context-4k": (1, 0.99), "context-8k": (1, 0.99), "context-16k": (1, 0.99),
    "discount-1-1": (1, 1), "discount-1-0.999": (1, 0.999), "discount-1-0.99": (1, 0.99),
    "discount-0.999-0.999": (0.999, 0.999), "discount-0.999-0.99": (0.999, 0.99), "discount-0.99-0.99": (0.99, 0.99),
    "webinstruct-filtered-rule": (1, 0.99), "webinstruct-unfiltered-rule": (1, 0.99),
    "webinstruct-filtered-model": (1, 0.99), "webinstruct-unfiltered-model": (1, 0.99),
    "qwen2.5-32b": (1, 0.99), "qwen2.5-1.5b": (1, 0.99),
} | {name: (1, None) for name in CLASSIC}  # fmt: skip
COSINES = {"reward-a": (0, 10, 0, 0), "reward-b": (6, 5, -10, 0), "reward-c": (10, 9, -10, 0)}


def commands(kind: str) -> dict[str, tuple[Path, list[str]]]:
    """Run by run: the file and what is set."""
    found = {}
    blocks = BLOCK.findall((ROOT / "docs" / "paper-presets.md").read_text("utf-8"))
    for line in "".join(blocks).splitlines():
        if line.startswith(f"tracemill train {kind} "):
            file, *rest = shlex.split(line)[3:]
            assert rest[::2] == ["--set"] * (len(rest) // 2)
            config: Any = load(ROOT / file, SftConfig if kind == "sft" else RlConfig, overrides=rest[1::2])
            name = Path(config.out).name
            assert name not in found, f"two runs are called {name}"
            found[name] = (ROOT / file, rest[1::2])
    return found


RUNS = {name: load(path, RlConfig, overrides=sets) for name, (path, sets) in commands("rl").items()}
SFTS = {name: load(path, SftConfig, overrides=sets) for name, (path, sets) in commands("sft").items()}


def test_every_file_is_used_and_every_run_is_known() -> None:
    used = {path for kind in ("sft", "rl") for path, _ in commands(kind).values()}
    assert used == set(FOLDER.glob("*.yaml"))
    after_sft = {name for name in RUNS if name.startswith("rl-")}
    assert set(RUNS) - after_sft == set(SETTINGS) == set(DISCOUNTS)
    assert len(after_sft) == 12


@pytest.mark.parametrize("name", RUNS)
def test_a_run_has_the_settings_of_its_table(name: str) -> None:
    config = RUNS[name]
    rollout, critic = config.rollout, config.critic
    found = (rollout.prompts, rollout.samples, rollout.max_tokens, config.epochs, config.policy.epochs, critic.optim.lr)
    assert found == SETTINGS.get(name, SETTINGS["rl"])


@pytest.mark.parametrize("name", RUNS)
def test_what_the_paper_has_everywhere(name: str) -> None:
    config = RUNS[name]
    clip = 0.1 if name == "reinforce" else 0.2
    assert (config.policy.clip_low, config.policy.clip_high) == (clip, clip)
    assert config.policy.minibatch == (128 if name == "base" else 512)
    assert config.policy.aggregate == "sequence"
    assert config.algorithm == ("reinforce++" if name == "reinforce" else "ppo")
    assert (config.rollout.temperature, config.rollout.max_prompt_length) == (1.0, 1024 if name == "base" else 2048)
    assert (config.reward.kl.coef, config.reward.kl.estimator, config.reward.kl.stream) == (0.01, "k1", "split")
    assert (config.reward.margin, config.reward.clip) == (16, 10.0)
    assert (config.critic.heads, config.critic.clip) == ("shared", 0.2)
    later = name.startswith("qwen2.5")
    for optim in (config.optim, config.critic.optim):
        assert (optim.beta1, optim.beta2, optim.weight_decay, optim.clip_norm) == (0.9, 0.95, 0.0, 1.0)
        assert (optim.warmup_share, optim.warmup_steps, optim.min_lr_share) == ((0, 10, 1) if later else (0.03, 0, 0.1))
    assert config.optim.lr == 5e-7


@pytest.mark.parametrize("name", RUNS)
def test_a_run_has_its_reward_and_its_discounts(name: str) -> None:
    reward = RUNS[name].reward
    gamma, repetition = DISCOUNTS.get(name, DISCOUNTS["rl"])
    assert reward.discount.outcome.gamma == gamma
    assert reward.discount.outcome.lam == (0.95 if name == "base" else 1.0)
    assert (reward.repetition is None) == (repetition is None)
    if reward.repetition is not None:
        assert (reward.repetition.ngram, reward.repetition.penalty) == (40, -0.05)
        assert reward.discount.repetition.gamma == repetition
    if name in CLASSIC or name == "base":
        assert reward.classic is not None
        found = (reward.classic.correct, reward.classic.wrong, reward.no_answer, reward.exceed, reward.undecided)
        assert found == ((1, -0.5, -1, None, -0.5) if name == "base" else (1, 0, None, 0, 0))
    else:
        corners = COSINES.get(name, (2, 1, -10, 0))
        assert reward.cosine == CosineConfig(
            **dict(zip(("correct_at_0", "correct_at_max", "wrong_at_0", "wrong_at_max"), corners, strict=True))
        )
        assert (reward.exceed, reward.undecided) == (-10, None)


def test_web_prompts_are_filtered_or_not_and_judged_by_rule_or_model() -> None:
    for prompts in ("filtered", "unfiltered"):
        for verifier in ("rule", "model"):
            config = RUNS[f"webinstruct-{prompts}-{verifier}"]
            assert config.data.path == f"exports/webinstruct-{prompts}"
            assert config.verifier.kind == verifier
            if verifier == "model":
                assert config.verifier.teacher is not None
                teacher = yaml.safe_load((ROOT / config.verifier.teacher).read_text("utf-8"))
                assert teacher["model"] == "Qwen/Qwen2.5-7B-Instruct"
                assert (teacher["sampling"]["temperature"], teacher["sampling"]["max_tokens"]) == (0, 1024)


def test_supervised_runs_have_the_constants_of_table_6() -> None:
    assert len(SFTS) == 15
    for name, config in SFTS.items():
        assert (config.batch_size * config.accumulation, config.epochs, config.max_length) == (256, 2, 128 * 1024)
        assert (config.optim.lr, config.optim.warmup_share, config.optim.min_lr_share) == (5e-6, 0.03, 0.1)
        assert (config.optim.beta1, config.optim.beta2, config.optim.clip_norm) == (0.9, 0.95, 1.0)
        qwen = name == "sft-qwen-long-few"
        assert config.model.path == ("Qwen/Qwen2.5-Math-7B" if qwen else "meta-llama/Llama-3.1-8B")
        assert config.model.rope_theta_factor == (10.0 if qwen else 1.0)


def test_reinforcement_learning_begins_where_some_supervised_run_ends() -> None:
    ends = {f"{config.out}/final" for config in SFTS.values()}
    from_base = {name for name, config in RUNS.items() if config.model.path not in ends}
    assert from_base == {"base", "qwen2.5-32b", "qwen2.5-1.5b"}
    assert len({config.model.path for name, config in RUNS.items() if name == "rl" or name.startswith("rl-")}) == 13


@pytest.mark.parametrize("name", ["context-4k", "base"])
def test_what_a_run_writes_out_says_all_of_it(name: str) -> None:
    assert build(yaml.safe_load(dump(RUNS[name])), RlConfig) == RUNS[name]


def test_data_sets_are_those_that_the_recipes_export() -> None:
    made = set()
    for recipe in (ROOT / "configs" / "paper").glob("*.yaml"):
        nodes = yaml.safe_load(recipe.read_text("utf-8"))["nodes"].values()
        made |= {node["with"]["name"] for node in nodes if node["uses"] == "export_dataset"}
    assert not made & ADDED
    for config in (*RUNS.values(), *SFTS.values()):
        (path,) = config.data.paths
        assert Path(path).name in made | ADDED, config.out


@pytest.mark.parametrize("name", ["base", "discounts", "reinforce"])
def test_a_preset_takes_a_step_in_small(name: str, tmp_path: Path) -> None:
    path = FOLDER / f"{name}.yaml"
    small = rl_options(tmp_path)
    sizes = ["prompts=4", "samples=2", "max_tokens=6", "max_prompt_length=8", "backend=transformers"]
    summary = train_rl(
        load(
            path,
            RlConfig,
            overrides=[
                *(f"{name}={json.dumps(small[name])}" for name in ("data", "model", "out")),
                *(f"rollout.{size}" for size in sizes),
                *("epochs=null", "steps=1", "held_out.rows=2", "reward.margin=1"),
            ],
        ),
        console=Console(quiet=True),
    )
    (row,) = (row for row in read_metrics(Path(summary.run)) if "reward/total" in row)
    config = RUNS[Path(load(path, RlConfig).out).name]
    assert not row["skipped"]
    assert row["kl_ref"] == pytest.approx(0, abs=1e-6)
    assert (row["reward/repetition"] is None) == (config.reward.repetition is None)
    assert (row.get("value/loss") is None) == (config.algorithm != "ppo")
