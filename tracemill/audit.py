"""`tracemill audit`: the verifier's scores and its resistance to attacks, by itself and with a model behind it."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import teachers
from pipeline.errors import ConfigError, OutageError
from teachers import (
    NotRecordedError,
    PromptTooLongError,
    Teacher,
    TeacherConfig,
    TeacherConfigError,
    TeacherError,
)
from teachers.think import thought_of
from trainer.errors import TrainConfigError
from trainer.options import load_teacher
from verifier import Verdict, VerifierError
from verifier.audit.cases import LabelledCase
from verifier.audit.measure import scored
from verifier.audit.report import Report, audit_report
from verifier.audit.scores import Rates, scores_table
from verifier.judge.cascade import CascadeVerdict, Hearing, Reply, hearing


def audit(*, splits: Sequence[str], judge: Path | None, weights: Path | None, with_attacks: bool) -> Report:
    """Everything that the command prints. Raises `ConfigError` and `OutageError` for who cannot be asked."""
    others = partial(_judged, config=_judge_config(judge), weights=weights) if judge else None
    try:
        report = audit_report(splits, with_attacks=with_attacks, others=others)
    except VerifierError as error:
        raise OutageError(f"audit: {error}; `tracemill doctor` tells what is amiss") from error
    return {"date": datetime.now(UTC).date().isoformat()} | report


def _judge_config(path: Path) -> TeacherConfig:
    try:
        return replace(load_teacher(path), prompt_style="question-v1")
    except TrainConfigError as error:
        raise ConfigError(f"--judge: {error}; wanted is a teacher's file, as in configs/teachers") from error


def _judged(
    cases: Sequence[LabelledCase], verdicts: Sequence[Verdict], config: TeacherConfig, weights: Path | None
) -> dict[str, Mapping[str, Rates]]:
    """The scores of the model alone and of the cascade."""
    try:
        heard = asyncio.run(_hear_all(cases, verdicts, config, weights))
    except TeacherConfigError as error:
        raise ConfigError(str(error)) from error
    except TeacherError as error:
        raise OutageError(f"the judge {config.name} broke off: {error}") from error
    return {
        name: scored(cases, [verdict.outcome for verdict in each]).table()
        for name, each in zip(("model", "cascade"), heard, strict=True)
    }


async def _hear_all(
    cases: Sequence[LabelledCase], verdicts: Sequence[Verdict], config: TeacherConfig, weights: Path | None
) -> tuple[list[CascadeVerdict], list[CascadeVerdict]]:
    teacher = teachers.load(config, weights=weights)
    await teacher.start()
    slots = asyncio.Semaphore(teacher.slots)
    alone, cascade = (
        [hearing(case.pair, rule, alone=alone) for case, rule in zip(cases, verdicts, strict=True)]
        for alone in (True, False)
    )
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("asking the judge", total=len(alone) + len(cascade))

            async def heard(case: Hearing) -> CascadeVerdict:
                async with slots:
                    while (prompt := case.prompt) is not None:
                        case = case.told(await _reply(teacher, config, prompt))
                progress.advance(task)
                return case.verdict

            found = await asyncio.gather(*map(heard, alone + cascade))
    finally:
        await teacher.close()
    return list(found[: len(alone)]), list(found[len(alone) :])


async def _reply(teacher: Teacher, config: TeacherConfig, prompt: str) -> Reply:
    """A teacher that looks its answers up may have none, and a prompt may leave no room for one."""
    request = teachers.request(config, question=prompt, answer=None, sample=0, seed=0)
    try:
        answer = await teacher.respond(request)
    except (NotRecordedError, PromptTooLongError):
        return Reply(None)
    return Reply(thought_of(answer, style=config.think).final, finished=answer.finish_reason == "stop")


def show(report: Report, *, as_json: bool) -> None:
    if as_json or not sys.stdout.isatty():
        typer.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
        return
    console = Console()
    for name, found in report["splits"].items():
        for who, rates in found["scores"].items():
            console.print(scores_table(rates, title=f"{who} on the {name} split"))
        console.print(f"{found['cases']} cases, sha256 {found['sha256']}\n")
    if "attacks" in report:
        for name, attacked in report["attacks"].items():
            console.print(_attack_table(attacked, title=f"attacks on golds of the {name} split, accepted"))
    versions = ", ".join(f"{name} {version}" for name, version in report["packages"].items())
    console.print(f"{report['date']}, verifier {report['version']}, policy {report['policy']}; {versions}")


def _attack_table(found: Mapping[str, Report], *, title: str) -> Table:
    shown = Table("pattern", "tried", *found, title=title)
    for pattern, counts in found["rules"]["patterns"].items():
        passed = [str(each["patterns"][pattern]["accepted"]) for each in found.values()]
        shown.add_row(pattern, str(counts["tried"]), *passed)
    shown.add_section()
    shown.add_row("all", str(found["rules"]["tried"]), *(f"{each['share']:.2%}" for each in found.values()))
    return shown
