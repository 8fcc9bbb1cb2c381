"""Who decides whether a response is right: the rules that the data set was verified with, a model judge, or both.

Only responses are graded, never a prompt, in which an example's answer may stand. Machinery that fails stops the run:
a response that nobody judged is no wrong one.
"""

import asyncio
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import teachers
from teachers import NotRecordedError, PromptTooLongError, Teacher, TeacherConfig, TeacherConfigError, TeacherError
from teachers.think import thought_of
from trainer.errors import TrainConfigError, TrainerError
from trainer.options import load_teacher
from trainer.rl_config import VerifierConfig
from verifier.api import Pair
from verifier.grader import OPEN, Gold, Grader, PolicyChangedError
from verifier.judge.cascade import DEFAULT_STYLE, Hearing, Reply, hearing
from verifier.judge.prompts import STYLES
from verifier.nursery import VerifierError
from verifier.types import EXTRACTION, VERSION, Policy, Verdict


class Grade(Protocol):
    """Verdicts in order. `prompts`, as rendered, say which completions begin inside `<think>`."""

    def __call__(
        self, golds: Sequence[Gold], completions: Sequence[str], *, prompts: Sequence[str]
    ) -> list[Verdict]: ...


@contextmanager
def open_grader(config: VerifierConfig, *, manifest: Mapping[str, Any]) -> Iterator[Grade]:
    """The grader of a run on the data set of `manifest`; its processes and its judge end with the block.

    A judge's verdict keeps the rules' reason, and its own stands in `detail`. Raises `TrainConfigError` where the
    installed rules are not those of the data set or the judge cannot be made, `TrainerError` where it or the rules'
    workers break off.
    """
    made_with = _made_with(manifest, config.extraction)
    try:
        rules = Grader(made_with)
    except PolicyChangedError as error:
        raise TrainConfigError(str(error)) from error
    policy = Policy(extraction=made_with.get("extraction", Policy().extraction))
    try:
        with _open_judge(config, policy) if config.teacher else nullcontext() as judge:
            yield partial(_grade, rules, judge)
    except VerifierError as error:
        raise TrainerError(f"nothing is graded: {error}; `tracemill doctor` tells what is amiss") from error
    finally:
        rules.close()


def _made_with(manifest: Mapping[str, Any], extraction: str | None) -> dict[str, str]:
    """What the `Grader` is to check: empty where nothing is known of how the rows were verified and nothing is set."""
    judged = manifest.get("verifiers", ())
    policies = {one["policy"] for one in judged}
    versions = {one["version"] for one in judged if one["verifier"] == "rule"} or {VERSION}
    by_digest = {Policy(reasoning="plain", extraction=name).digest: name for name in EXTRACTION}
    if extraction is not None:
        policies = {digest for digest, name in by_digest.items() if name == extraction}
    if not policies:
        return {}
    name = str(manifest.get("name", "the data set"))
    if len(versions) > 1 or len(policies) != 1 or not policies <= by_digest.keys():
        raise TrainConfigError(
            f"{name} was verified in several or unknown ways ({', '.join(sorted(versions | policies))}), "
            f"and rewards can follow one: name it in verifier.extraction, or make the data set again"
        )
    (policy,), (version,) = policies, versions
    return {"dataset": name, "policy": policy, "extraction": by_digest[policy], "verifier": version}


def _grade(
    rules: Grader,
    judge: "Judge | None",
    golds: Sequence[Gold],
    completions: Sequence[str],
    *,
    prompts: Sequence[str],
) -> list[Verdict]:
    opened = zip(completions, prompts, strict=True)
    texts = [OPEN + text if prompt.rstrip().endswith(OPEN) else text for text, prompt in opened]
    verdicts = rules.grade(golds, texts)
    if judge is None:
        return verdicts
    return judge.settle([gold.pair(text) for gold, text in zip(golds, texts, strict=True)], verdicts)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judge:
    """A language model that `alone` or after the rules says whether an answer is right.

    Its engine lives in the event loop of `runner`, which stands still between calls.
    """

    teacher: Teacher
    config: TeacherConfig
    policy: Policy
    style: str
    alone: bool
    runner: asyncio.Runner

    def settle(self, pairs: Sequence[Pair], rules: Sequence[Verdict]) -> list[Verdict]:
        """The verdicts that stand once the judge has been heard. Raises `TrainerError` where it cannot be."""
        try:
            return self.runner.run(self._settle_all(pairs, rules))
        except TeacherError as error:
            raise TrainerError(f"the judge {self.config.name} broke off, so nothing is graded: {error}") from error

    async def _settle_all(self, pairs: Sequence[Pair], rules: Sequence[Verdict]) -> list[Verdict]:
        slots = asyncio.Semaphore(self.teacher.slots)

        async def settled(pair: Pair, rule: Verdict) -> Verdict:
            case = hearing(pair, rule, style=self.style, policy=self.policy, alone=self.alone)
            async with slots:
                while (prompt := case.prompt) is not None:
                    case = case.told(await self._reply(prompt, case))
            found = case.verdict
            if found.model is None:
                return rule
            return dataclasses.replace(rule, outcome=found.outcome, detail=f"judge: {found.reason}")

        return list(await asyncio.gather(*map(settled, pairs, rules)))

    async def _reply(self, prompt: str, case: Hearing) -> Reply:
        """A teacher that looks its answers up may have none, and a prompt may leave no room for one."""
        played = "incorrect" if case.replies else "correct"  # what a scripted teacher takes for the right answer
        request = teachers.request(self.config, question=prompt, answer=played, sample=0, seed=0)
        try:
            answer = await self.teacher.respond(request)
        except (NotRecordedError, PromptTooLongError):
            return Reply(None)
        said = thought_of(answer, style=self.config.think).final
        return Reply(said, finished=answer.finish_reason == "stop")


@contextmanager
def _open_judge(config: VerifierConfig, policy: Policy) -> Iterator[Judge]:
    assert config.teacher is not None
    if (style := config.style or DEFAULT_STYLE) not in STYLES:
        raise TrainConfigError(f"verifier.style {style!r} is none of a judge; styles: {', '.join(sorted(STYLES))}")
    weights = Path(config.weights) if config.weights else None
    # Asked bare: the judge's prompt is the whole turn.
    asked = dataclasses.replace(load_teacher(Path(config.teacher)), prompt_style="question-v1")
    with asyncio.Runner() as runner:
        try:
            teacher = teachers.load(asked, weights=weights)
            runner.run(teacher.start())
        except TeacherConfigError as error:
            raise TrainConfigError(f"verifier.teacher: {error}") from error
        except TeacherError as error:
            raise TrainerError(f"verifier.teacher: {config.teacher} does not start: {error}") from error
        try:
            yield Judge(
                teacher=teacher,
                config=asked,
                policy=policy,
                style=style,
                alone=config.kind == "model",
                runner=runner,
            )
        finally:
            runner.run(teacher.close())
