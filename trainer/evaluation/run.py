"""An evaluation from its file to its results. Nothing that was answered or judged is ever asked for again."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from teachers import Teacher, TeacherConfigError
from trainer.errors import TrainConfigError
from trainer.evaluation.ask import Journal, Response, Wanted, ask_all, digest, wanted
from trainer.evaluation.config import EvalConfig
from trainer.evaluation.grade import Graded, grade_all, grouped
from trainer.evaluation.plots import draw
from trainer.evaluation.results import RESULTS, SAMPLES, compare, read_accuracies, set_results, write_samples
from trainer.evaluation.sets import EvalSet, load_set
from trainer.questions import TrainingData, key, shared, trained_on
from verifier import VERSION, Verifier

SHOWN = 3
PLAIN_SECONDS = 30.0


def evaluate(config: EvalConfig, *, against: Path | None = None, console: Console) -> dict[str, Any]:
    """Asks, grades, scores and writes; returns what stands in results.json.

    Raises `TrainConfigError` for a wrong file and for questions that were trained on, `TrainerError` where the backend
    or the judge failed: the same command then goes on.
    """
    out, asked_of = Path(config.out), config.asked()
    theirs = read_accuracies(against) if against else {}
    sets, excluded = _without_overlap(config, _load_sets(config, asked_of.prompt_style))
    if against and not any(one.label in theirs for one in sets):
        raise TrainConfigError(f"--against: {against} has no set of this evaluation; its sets: {', '.join(theirs)}")
    teacher = config.open_teacher()
    model = _model(teacher)
    asked = {one.label: list(wanted(one, asked_of, model=model, seed=config.seed)) for one in sets}
    flat = [one for held in asked.values() for one in held]
    answers, verdicts = Journal(out / "answers.jsonl"), Journal(out / "verdicts.jsonl")
    (out / RESULTS).unlink(missing_ok=True)  # of before, which must not be taken for those of now
    try:
        keys = {one.key for one in flat}
        with _progress(console, "answers", len(keys), done=sum(one in answers for one in keys)) as told:
            asyncio.run(ask_all(flat, teacher, asked_of, answers, lambda: told(1)))
        graded = _graded(config, asked, answers, verdicts, console)
    finally:
        answers.close()
        verdicts.close()
    write_samples(out / SAMPLES, graded)
    scored = {one.label: _set_results(one, graded[one.label], excluded[one.label]) for one in sets}
    results = {
        "config": asdict(replace(config, teacher=asked_of)),
        "model": model,
        "verifier": VERSION,
        "interval": "95%, Wilson at the effective number of answers, clustered by question",
        "sets": scored,
    }
    if against:
        results["against"] = {"out": str(against), "sets": compare(read_accuracies(out), theirs)}
    (out / RESULTS).write_text(json.dumps(results, indent=2, default=str) + "\n", "utf-8")
    draw(scored, out / "plots")
    return results


def _model(teacher: Teacher) -> str:
    """The digest of what answers; for weights it reads them all."""
    try:
        return teacher.digest
    except TeacherConfigError as error:
        raise TrainConfigError(f"teacher: {error}") from error


def _set_results(one: EvalSet, graded: Sequence[Graded], excluded: int) -> dict[str, Any]:
    questions = digest(*sorted(question.digest for question in one.questions))
    return {"k": one.samples, "excluded": excluded, "digest": questions, **set_results(graded)}


def _load_sets(config: EvalConfig, prompt_style: str) -> list[EvalSet]:
    sets = [
        load_set(one, benchmarks=config.benchmarks, prompt_style=prompt_style, samples=config.samples)
        for one in config.sets
    ]
    labels = [one.label for one in sets]
    if twice := {label for label in labels if labels.count(label) > 1}:
        raise TrainConfigError(f"sets: {', '.join(sorted(twice))} is named twice")
    return sets


def _without_overlap(config: EvalConfig, sets: Sequence[EvalSet]) -> tuple[list[EvalSet], dict[str, int]]:
    """The sets, and by set how many questions were left out because the model was trained on them."""
    data = [*map(TrainingData.named, config.training), *(trained_on(Path(config.weights)) if config.weights else ())]
    ours = {key(question.text) for one in sets for question in one.questions}
    trained = {one for version in data for one in version.question_keys() if one in ours}
    known = {one.label: set(shared((question.text for question in one.questions), trained)) for one in sets}
    if trained and not config.exclude_overlap:
        told = "; ".join(_told(one, known[one.label]) for one in sets if known[one.label])
        raise TrainConfigError(
            f"the model was trained on questions of this evaluation: {told}. Evaluate it on others, or set "
            f"exclude_overlap: true to leave these out"
        )
    left = [
        replace(one, questions=tuple(q for at, q in enumerate(one.questions) if at not in known[one.label]))
        for one in sets
    ]
    if empty := [one.label for one in left if not one.questions]:
        raise TrainConfigError(f"sets: every question of {', '.join(empty)} was trained on")
    return left, {label: len(held) for label, held in known.items()}


def _told(one: EvalSet, known: set[int]) -> str:
    shown = ", ".join(repr(one.questions[index].text[:60]) for index in sorted(known)[:SHOWN])
    return f"{len(known)} of {len(one.questions)} in {one.label}, such as {shown}"


def _graded(
    config: EvalConfig, asked: dict[str, list[Wanted]], answers: Journal, verdicts: Journal, console: Console
) -> dict[str, list[Graded]]:
    flat = [one for held in asked.values() for one in held]
    responses = [Response(**answers[one.key]) for one in flat]
    with _progress(console, "verdicts", len(flat), done=0) as told:
        found = grade_all(flat, responses, config.verifier, verdicts, told)
    graded, start = {}, 0
    with Verifier(workers=min(4, os.cpu_count() or 1)) as verifier:
        for label, held in asked.items():
            stop = start + len(held)
            graded[label] = grouped(held, responses[start:stop], found[start:stop], verifier)
            start = stop
    return graded


@contextmanager
def _progress(console: Console, what: str, total: int, *, done: int) -> Iterator[Callable[[int], None]]:
    """Yields what to call with how many have come: a bar on a terminal, a line now and then elsewhere."""
    shown_at = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total, completed=done)

        def told(more: int) -> None:
            nonlocal done, shown_at
            done += more
            bar.advance(task, more)
            if not console.is_terminal and (done >= total or time.monotonic() - shown_at > PLAIN_SECONDS):
                shown_at = time.monotonic()
                console.print(f"{what}: {done:,}/{total:,}", highlight=False)

        yield told
