"""A language model's second opinion on the verdicts of the rules that leave doubt."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

import polars as pl

import teachers
from pipeline.context import Context, Folder
from pipeline.errors import ConfigError
from pipeline.stage import Ask, StreamFn
from stages._problems import Asked, problems_by_id
from stages._teacher import TeacherStage
from stages.records import Attempt, JudgedVerdict, Problem, VerdictRow
from teachers import NotRecordedError, PromptTooLongError
from teachers.think import thought_of
from verifier import Outcome, Pair, Policy, Verdict
from verifier.judge.cascade import DEFAULT_STYLE, VERSION, CascadeVerdict, Reply, hearing
from verifier.judge.prompts import judge_style

T = TypeVar("T")

# The judge's prompt is the whole turn, so a teacher's own style for questions would only wrap it.
BARE = "question-v1"
# The reasoning was taken apart when the attempt was recorded.
POLICY = Policy(reasoning="plain")


@dataclass(frozen=True, kw_only=True)
class Judge(TeacherStage[VerdictRow, JudgedVerdict]):
    """Asks `teacher` where the rules leave doubt (`verifier/judge/doubt.py`); every verdict gets a row with both.

    What the rules found correct stands. A judge that says no makes a verdict incorrect; a reply that holds no verdict,
    or none at all, leaves it undecided. An answer that the judge accepts is put to it again with a decoy in place of
    the gold, and counts as correct only if it then refuses. At most two requests a row; the teacher's `prompt_style`
    does not apply, and its temperature should be 0. Use `settle` to go on to selection.

    style -- `strict-v1` shows question, gold and extracted answer; `paper-v1` shows the last 20 lines of the response
             instead, which may try to persuade, and needs the side input `attempts`
    """

    # v1: first version. Bump when the same replies would give other rows.
    version: ClassVar[int] = 1
    side_inputs: ClassVar[Mapping[str, Any]] = {"problems": Problem}
    optional_side: ClassVar[Mapping[str, Any]] = {"attempts": Attempt, "weights": Folder}

    style: str = DEFAULT_STYLE

    def __post_init__(self) -> None:
        judge_style(self.style)

    def requests_per_row(self) -> int:
        return 2

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {
            "rule_and_model_disagree": pl.col("rule_outcome") != pl.col("model_outcome"),
            str(Outcome.UNDECIDED): pl.col("outcome") == Outcome.UNDECIDED,
        }

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[VerdictRow, JudgedVerdict]]:
        revision = self.responder(ctx).digest
        problems = problems_by_id(ctx.side["problems"])
        responses = self._responses(ctx)

        async def judge(row: VerdictRow, ask: Ask) -> JudgedVerdict:
            problem = _found(problems, row.problem_id, row, "problems")
            response = None if responses is None else _found(responses, row.id, row, "attempts")
            case = hearing(_pair(row, problem, response), _rule(row), style=self.style, policy=POLICY)
            while (prompt := case.prompt) is not None:
                case = case.told(await self._reply(prompt, ask, ctx, control=bool(case.replies)))
            ctx.count(str(case.verdict.reason), 1)
            return self._row(row, case.verdict, revision)

        yield judge

    def _responses(self, ctx: Context) -> dict[str, str] | None:
        """Final texts by attempt, for a style that shows them."""
        if not judge_style(self.style).reads_response:
            return None
        if "attempts" not in ctx.side:
            raise ConfigError(
                f"{ctx.node}: judge style {self.style} reads responses; name their node as side input `attempts`"
            )
        return {attempt.id: attempt.final for attempt in ctx.side["attempts"].rows(Attempt)}

    async def _reply(self, prompt: str, ask: Ask, ctx: Context, *, control: bool) -> Reply:
        """A teacher that looks its answers up may have none, and a prompt may leave no room for one."""
        teacher = replace(self.teacher, prompt_style=BARE)
        played = "incorrect" if control else "correct"  # what a scripted teacher takes for the right answer
        request = teachers.request(teacher, question=prompt, answer=played, sample=0, seed=self.seed)
        try:
            answer = await ask(request)
        except (NotRecordedError, PromptTooLongError):
            return Reply(None)
        ctx.count("tokens", answer.num_tokens)
        ctx.count("prompt_tokens", answer.num_prompt_tokens)
        said = thought_of(answer, style=self.teacher.think).final
        return Reply(said, finished=answer.finish_reason == "stop")

    def _row(self, row: VerdictRow, verdict: CascadeVerdict, revision: str) -> JudgedVerdict:
        return JudgedVerdict(
            id=row.id,
            problem_id=row.problem_id,
            outcome=verdict.outcome,
            extracted=row.extracted,
            answer_type=row.answer_type,
            rule_outcome=row.outcome,
            rule_reason=row.reason,
            rule_version=row.version,
            model_outcome=verdict.model,
            judge_reason=verdict.reason,
            reply=verdict.reply,
            control_reply=verdict.control_reply,
            judge=self.teacher.name,
            judge_revision=revision,
            judge_style=self.style,
            judge_version=VERSION,
            policy=row.policy,
            teacher=row.teacher,
            draw=row.draw,
        )


def _pair(row: VerdictRow, problem: Asked, response: str | None) -> Pair:
    if response is None:
        return Pair(problem.answer, row.extracted or "", problem.question, row.answer_type, extracted=True)
    return Pair(problem.answer, response, problem.question, row.answer_type)


def _rule(row: VerdictRow) -> Verdict:
    return Verdict(
        outcome=row.outcome,
        reason=row.reason,
        extracted=row.extracted,
        answer_type=row.answer_type,
        ms=0.0,
        policy=row.policy,
    )


def _found(rows: Mapping[str, T], id: str, row: VerdictRow, role: str) -> T:
    if id not in rows:
        raise KeyError(f"verdict {row.id}: the side input {role!r} has no row {id}")
    return rows[id]
