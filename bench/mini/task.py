"""Tasks on which long chains of thought pay, small enough to train on one core, as exports that the trainer reads.

All are chains s_i = |s_(i-1) - x_i| over the digits of a prompt, from s_0 = 0; the answer is the last s. A long
response writes the chain between think tags. The teacher is noisy: a wrong value becomes the state that the next
follows from.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from teachers.think import CLOSE, OPEN
from verifier.types import AnswerType

WAIT = "w"
VOCABULARY = ("<pad>", "<bos>", "<eos>", OPEN, CLOSE, *"0123456789", "=", WAIT)
TEMPLATE = (
    "{{ bos_token }}{% for turn in messages %}{{ turn.content }}"
    "{{ '=' if turn.role == 'user' else eos_token }}{% endfor %}"
)
SFT_ROWS, PROMPTS, HELD_OUT = 38_400, 4_096, 512
TEACHER_NOISE = 0.05

MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
SFT = pa.schema([("id", pa.string()), ("prompt", MESSAGES), ("completion", MESSAGES)])
TEXTS = ("question", "answer", "answer_type", "data_source")
RL = pa.schema([("id", pa.string()), ("prompt", MESSAGES), *((name, pa.string()) for name in TEXTS)])


def chain(digits: str, rng: Random | None = None, *, noise: float = 0.0) -> str:
    """s_1 ... s_N; with `noise`, so often a step is off by 1 or 2, and what follows goes on from there."""
    state, states = 0, ""
    for digit in digits:
        state = abs(state - int(digit))
        if rng and rng.random() < noise:
            state = min(9, max(0, state + rng.choice((-2, -1, 1, 2))))
        states += str(state)
    return states


def long(states: str, *, waits: int = 0) -> str:
    """A response that thinks, hesitates for so many tokens, and answers with the state it came to."""
    return f"{OPEN}{states}{WAIT * waits}{CLOSE}{states[-1]}"


def fixed(rng: Random) -> str:
    """Eight digits, each any."""
    return "".join(str(rng.randrange(10)) for _ in range(8))


def settling(rng: Random) -> str:
    """24 digits of which the last other than 0 may stand anywhere: from there on the state stays what it is."""
    last = rng.randrange(24)
    before = (str(rng.randint(1, 9)) if rng.random() < 0.6 else "0" for _ in range(last))
    return "".join(before) + str(rng.randint(1, 9)) + "0" * (23 - last)


def mixed(digits: str, rng: Random) -> str:
    """Three in ten think; the others guess, and are right."""
    return long(chain(digits, rng, noise=TEACHER_NOISE)) if rng.random() < 0.3 else chain(digits)[-1]


def short(digits: str, rng: Random) -> str:
    return chain(digits)[-1]


def hesitant(digits: str, rng: Random) -> str:
    """All think; two in ten then wait, for a few tokens, which brings nothing."""
    waits = 0
    while rng.random() < (0.6 if waits else 0.2):
        waits += 1
    return long(chain(digits, rng, noise=TEACHER_NOISE), waits=waits)


def impatient(digits: str, rng: Random) -> str:
    """All think, and stop after any step with probability 0.15, as though the rest would change nothing."""
    steps = 1
    while steps < len(digits) and rng.random() >= 0.15:
        steps += 1
    return long(chain(digits, rng, noise=0.02)[:steps])


@dataclass(frozen=True, kw_only=True)
class Task:
    """How prompts are drawn, and how the teacher answers them."""

    digits: Callable[[Random], str]
    response: Callable[[str, Random], str]


TASKS = {
    "mixed": Task(digits=fixed, response=mixed),
    "short": Task(digits=fixed, response=short),
    "hesitant": Task(digits=fixed, response=hesitant),
    "settling": Task(digits=settling, response=impatient),
}


# Shares of right golds and of random digits among prompts as they come from the web. The seed paper's filter, which is
# that of `rl_filtered`, kept one prompt in four; so it does of `mixed`.
NOISY = {"mixed": (0.25, 0.25), "hesitant": (0.4, 0.3)}


def write_export(name: str, folder: Path, *, sft_rows: int = SFT_ROWS, prompts: int = PROMPTS) -> Path:
    """A version of a data set with the views `sft` and `rl`, of those in `NOISY` also `rl_noisy` and `rl_filtered`.

    The held-out prompts are the same in all views, and in none of them trained on.
    """
    task = TASKS[name]
    held_out = _distinct(task, Random(f"{name} held out"), HELD_OUT, set())
    rng, taken = Random(f"{name} train"), set(held_out)
    asked = _distinct(task, rng, sft_rows, taken)
    sft = {"train": asked, "validation": held_out}
    views = {"sft": {split: [_sft_row(one, task.response(one, rng)) for one in rows] for split, rows in sft.items()}}
    rows = [_rl_row(one, chain(one)[-1]) for one in _distinct(task, rng, prompts, taken)]
    validation = [_rl_row(one, chain(one)[-1]) for one in held_out]
    views["rl"] = {"train": rows, "validation": validation}
    if name in NOISY:
        noisy = list(_corrupted(_distinct(task, rng, 8 * prompts, taken), rng, *NOISY[name]))
        filtered = [row for row in noisy if _teacher_agrees(row, rng)]
        for view, kept in (("rl_noisy", noisy), ("rl_filtered", filtered)):
            views[view] = {"train": kept[:prompts], "validation": validation}
    return _write(name, folder, views)


def _distinct(task: Task, rng: Random, count: int, taken: set[str]) -> list[str]:
    """So many prompts that are not in `taken`, which grows by them."""
    found: list[str] = []
    while len(found) < count:
        if (digits := task.digits(rng)) not in taken:
            taken.add(digits)
            found.append(digits)
    return found


def _corrupted(asked: list[str], rng: Random, right: float, random: float) -> Iterator[dict[str, Any]]:
    """Prompts as they come from the web: shares of right golds and of random digits; the rest cannot be checked."""
    for digits in asked:
        drawn = rng.random()
        gold = chain(digits)[-1] if drawn < right else str(rng.randrange(10))
        yield _rl_row(digits, gold if drawn < right + random else "see the table")


def _teacher_agrees(row: dict[str, Any], rng: Random) -> bool:
    """Whether one of two samples of a teacher, who is right about every other time, comes to the gold."""
    return any(chain(row["question"], rng, noise=0.1)[-1] == row["answer"] for _ in range(2))


def _sft_row(digits: str, response: str) -> dict[str, Any]:
    completion = [{"role": "assistant", "content": response}]
    return {"id": f"sft-{digits}", "prompt": _prompt(digits), "completion": completion}


def _rl_row(digits: str, answer: str) -> dict[str, Any]:
    kind = AnswerType.INTEGER if answer.isdigit() else AnswerType.WORD
    facts = {"question": digits, "answer": answer, "answer_type": kind.value, "data_source": "mini"}
    return {"id": f"rl-{digits}", "prompt": _prompt(digits), **facts}


def _prompt(digits: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": digits}]


def _write(name: str, folder: Path, views: dict[str, dict[str, list[dict[str, Any]]]]) -> Path:
    digest = hashlib.sha256()
    for view, splits in views.items():
        (folder / view).mkdir(parents=True, exist_ok=True)
        for split, rows in splits.items():
            digest.update(json.dumps([view, split, rows]).encode())
            table = pa.Table.from_pylist(rows, schema=SFT if view == "sft" else RL)
            pq.write_table(table, folder / view / f"{split}-00000-of-00001.parquet")
    counts = {view: {split: len(rows) for split, rows in splits.items()} for view, splits in views.items()}
    manifest = {"name": f"mini-{name}", "format": 1, "digest": digest.hexdigest(), "rows": counts}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return folder


def write_tokenizer(folder: Path) -> Path:
    """One token a word of the vocabulary; think tags are words like any other, so a decoded response shows them."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({word: index for index, word in enumerate(VOCABULARY)}, unk_token="<pad>"))
    words.pre_tokenizer = pre_tokenizers.Split(Regex("</?think>|."), "isolated")
    words.decoder = decoders.Fuse()
    ends = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, padding_side="left", **ends)
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    return folder
