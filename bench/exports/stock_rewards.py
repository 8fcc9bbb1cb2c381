"""What trainers' own rewards say of labelled answers of every type, beside ours: what they miss and what they let pass.

    python -m bench.exports.stock_rewards [--quick]

itself -- golds of the type, and how many of them get no full reward when the answer is the gold itself
form   -- right answers written in another way, and how many get none
wrong  -- wrong answers, and how many get a full reward

The pairs are those of `tracemill audit`, both splits, as an answer already extracted; each reward is asked in the
words that it looks for. Trainers come from `make trainers`; one that is not installed has no column.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from bench.parts import run_alone
from verifier import Outcome, Pair, Verifier
from verifier.audit.cases import SPLITS, LabelledCase, load_cases
from verifier.types import AnswerType

INSTALLED = Path(__file__).resolve().parents[2] / ".trainers"
# Trainer and distribution; TRL is installed beside us.
TRAINERS = {"trl": "trl", "verl": "verl", "openrlhf": "openrlhf", "swift": "ms_swift", "verifiers": "verifiers"}
QUICK = 6
QUIET = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "TOKENIZERS_PARALLELISM": "false"}
KINDS = ("itself", "form", "wrong")
OURS = "tracemill"
Scores = dict[str, list[bool | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An answer whose label is known; `question` is for our verifier, for no stock reward takes it."""

    kind: str
    type: str
    gold: str
    answer: str
    question: str | None

    def is_failed_by(self, score: bool | None) -> bool:
        """A sample that a reward leaves out is no failure on a wrong answer, and one on a right answer."""
        return bool(score) if self.kind == "wrong" else not score


def asked_of(cases: Sequence[LabelledCase], *, of_each: int | None = None) -> list[Asked]:
    """Of each type and kind the first `of_each`."""
    typed = [case for case in cases if case.extracted and case.type in set(AnswerType)]
    golds = list({(case.type, case.gold): case for case in typed}.values())
    made = [_asked("itself", case, case.gold) for case in golds]
    made += [
        _asked("form" if case.expected else "wrong", case, case.answer) for case in typed if case.answer != case.gold
    ]
    groups: dict[tuple[str, str], list[Asked]] = {}
    for one in made:
        groups.setdefault((one.kind, one.type), []).append(one)
    return [one for group in groups.values() for one in group[:of_each]]


def _asked(kind: str, case: LabelledCase, answer: str) -> Asked:
    return Asked(kind=kind, type=case.type, gold=case.gold, answer=answer, question=case.question)


def our_scores(asked: Sequence[Asked]) -> Scores:
    with Verifier() as verifier:
        pairs = [Pair(one.gold, f"\\boxed{{{one.answer}}}", one.question) for one in asked]
        return {OURS: [verdict.outcome is Outcome.CORRECT for verdict in verifier.verify_many(pairs)]}


def stock_scores(trainer: str, asked: Sequence[Asked]) -> Scores:
    """Scores by reward, from a process that has the trainer. Raises `CalledProcessError`."""
    with tempfile.TemporaryDirectory() as folder:
        pairs, scores = Path(folder) / "pairs.json", Path(folder) / "scores.json"
        pairs.write_text(json.dumps([[one.gold, one.answer] for one in asked]), encoding="utf-8")
        command = [sys.executable, str(Path(__file__).with_name("stock_scores.py")), trainer, str(pairs), str(scores)]
        environment = os.environ | QUIET | {"PYTHONPATH": str(INSTALLED / trainer)}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found: Scores = json.loads(scores.read_text(encoding="utf-8"))
        return found


def installed() -> dict[str, str]:
    """The version of each trainer that is here."""
    versions = {}
    for trainer, name in TRAINERS.items():
        for found in distributions(name=name, path=[str(INSTALLED / trainer)] if trainer != "trl" else sys.path):
            versions[trainer] = found.version
    return versions


def merged(scores: Scores) -> Scores:
    """Rewards that say the same of every pair as one."""
    alike: dict[tuple[bool | None, ...], list[str]] = {}
    for reward, found in scores.items():
        alike.setdefault(tuple(found), []).append(reward)
    return {", ".join(rewards): list(found) for found, rewards in alike.items()}


def failures(asked: Sequence[Asked], scores: Scores) -> dict[tuple[str, str, str], tuple[int, int]]:
    """By reward, kind and type how many failed and of how many."""
    counts: dict[tuple[str, str, str], tuple[int, int]] = {}
    for reward, found in scores.items():
        for one, score in zip(asked, found, strict=True):
            failed, total = counts.get((reward, one.kind, one.type), (0, 0))
            counts[reward, one.kind, one.type] = (failed + one.is_failed_by(score), total + 1)
    return counts


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    cases = [case for split in SPLITS for case in load_cases(split)]
    asked = asked_of(cases, of_each=QUICK if quick else None)
    versions = installed()
    scores = our_scores(asked)
    for trainer in versions:
        scores |= stock_scores(trainer, asked)
    scores = merged(scores)
    counts = failures(asked, scores)
    figures = {f"stock_{kind}_failed/{reward}": _share(counts, reward, kind) for kind in KINDS for reward in scores}
    told = ", ".join(f"{TRAINERS[trainer]} {version}" for trainer, version in versions.items())
    return figures, [f"Measured with {told}.", *(line for kind in KINDS for line in _table(counts, list(scores), kind))]


def _share(counts: dict[tuple[str, str, str], tuple[int, int]], reward: str, kind: str) -> float:
    rows = [count for (of, about, _), count in counts.items() if (of, about) == (reward, kind)]
    return sum(failed for failed, _ in rows) / sum(total for _, total in rows)


def _table(counts: dict[tuple[str, str, str], tuple[int, int]], rewards: list[str], kind: str) -> list[str]:
    """A table in Markdown: a row a type, a column a reward, with the failures; none is left blank."""
    titles = {
        "itself": "No full reward although the answer is the gold itself",
        "form": "No full reward for a right answer in another form",
        "wrong": "Full reward for a wrong answer",
    }
    lines = [
        "",
        f"**{titles[kind]}**",
        "",
        f"| type | of | {' | '.join(rewards)} |",
        "|---|" + "---:|" * (len(rewards) + 1),
    ]
    for type in sorted(map(str, AnswerType)):
        cells = [counts.get((reward, kind, type), (0, 0)) for reward in rewards]
        lines.append(f"| {type} | {cells[0][1]} | {' | '.join(str(failed or '') for failed, _ in cells)} |")
    totals = [[counts.get((reward, kind, str(type)), (0, 0)) for type in AnswerType] for reward in rewards]
    sums = " | ".join(str(sum(failed for failed, _ in column)) for column in totals)
    return [*lines, f"| all | {sum(total for _, total in totals[0])} | {sums} |"]


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
