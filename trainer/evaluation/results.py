"""What an evaluation leaves behind: results.json, samples.jsonl.gz, and a table for a person."""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import Any

from rich.table import Table

from trainer.errors import TrainConfigError
from trainer.evaluation.grade import Graded
from trainer.evaluation.scores import Interval, difference, score
from verifier import Outcome

RESULTS, SAMPLES = "results.json", "samples.jsonl.gz"
# By set and question, the share of decided answers that are right.
Accuracies = Mapping[str, Mapping[str, float]]


def set_results(graded: Sequence[Graded]) -> dict[str, Any]:
    """The scores of a set and, under `subsets`, of its parts by each of their names."""
    samples = [one.sample() for one in graded]
    parts: dict[str, dict[str, list[int]]] = {}
    for index, one in enumerate(graded):
        for name, value in one.wanted.question.subsets.items():
            parts.setdefault(name, {}).setdefault(value, []).append(index)
    subsets = {
        name: {value: score([samples[index] for index in held]) for value, held in sorted(by_value.items())}
        for name, by_value in parts.items()
    }
    return score(samples) | {"subsets": subsets}


def write_samples(path: Path, sets: Mapping[str, Sequence[Graded]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for label, graded in sets.items():
            file.writelines(json.dumps(_row(label, one), ensure_ascii=False) + "\n" for one in graded)


def _row(label: str, one: Graded) -> dict[str, Any]:
    return {
        "set": label,
        "id": one.wanted.question.id,
        "question": one.wanted.question.digest,
        "sample": one.wanted.sample,
        "text": one.response.text,
        "gold": one.wanted.question.answer,
        "answer": one.verdict.extracted,
        "outcome": one.verdict.outcome,
        "reason": one.verdict.reason,
        "tokens": one.response.tokens,
        "finish": one.response.finish,
    }


def compare(ours: Accuracies, theirs: Accuracies) -> dict[str, dict[str, Any]]:
    """By set of both, the mean difference in accuracy on the questions that both were asked."""
    found = {}
    for label in [label for label in ours if label in theirs]:
        interval = difference(ours[label], theirs[label])
        found[label] = {"questions": len(ours[label].keys() & theirs[label].keys()), **_told(interval)}
    return found


def _told(interval: Interval | None) -> dict[str, float | None]:
    found = asdict(interval) if interval else {"mean": None, "low": None, "high": None}
    return {"difference": found.pop("mean"), **found}


def read_accuracies(out: Path) -> Accuracies:
    """Of an evaluation that came to its end; raises `TrainConfigError` for another folder."""
    right: dict[str, dict[str, list[bool]]] = {}
    for row in _rows(out / SAMPLES):
        if row["outcome"] != Outcome.UNDECIDED:
            question = f"{row['id']} {row['question']}"  # the same in both, whatever their sets are called
            answers = right.setdefault(row["set"], {}).setdefault(question, [])
            answers.append(row["outcome"] == Outcome.CORRECT)
    return {label: {name: fmean(held) for name, held in questions.items()} for label, questions in right.items()}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise TrainConfigError(
            f"--against: {path} cannot be read ({error}); name the `out` of an evaluation that came to its end"
        ) from error


def tables(results: Mapping[str, Any]) -> Iterator[Table]:
    """Shares in percent."""
    names = ("asked", "avg@k", "95%", "pass@k", "maj@k", "tokens", "cut off", "none given", "undec.")
    table = _table(None, *names)
    for label, one in results["sets"].items():
        table.add_row(
            label,
            f"{one['questions']} x {one['k']}",
            _points(one["accuracy"]),
            _between(one, "-"),
            *(_points(one[curve].get(str(one["k"]))) for curve in ("pass", "majority")),
            f"{one['length']['mean']:.0f}",
            *(_points(one[name]) for name in ("truncated", "no_answer", "undecided")),
        )
    yield table
    if against := results.get("against"):
        table = _table(f"against {against['out']}", "questions", "difference", "95%")
        for label, one in against["sets"].items():
            table.add_row(label, str(one["questions"]), _points(one["difference"]), _between(one, " to "))
        yield table


def _table(title: str | None, *names: str) -> Table:
    # Ten columns fit into eighty letters.
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, collapse_padding=True)
    table.add_column("set", no_wrap=True)
    for name in names:
        table.add_column(name, justify="right", no_wrap=name in ("asked", "95%"))
    return table


def _points(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def _between(one: Mapping[str, Any], joint: str) -> str:
    return f"{_points(one['low'])}{joint}{_points(one['high'])}"
