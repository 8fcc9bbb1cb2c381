"""Asks a language model whether a question and the benchmark items near it are one problem."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import Ask, Reject, StreamFn
from stages._asking import AskingStage
from stages._asking_prompts import check_style, prompt
from stages._match_prompt import MATCHES, parse_likeness
from stages._nearness import ASK_FROM, MIN_PROSE, THRESHOLD, is_telling, nearness_of
from stages.records import BenchmarkMatch, LeakOpinion, Likeness, MatchedPair


@dataclass(frozen=True, kw_only=True)
class JudgeMatches(AskingStage[MatchedPair, MatchedPair]):
    """Asks `teacher` about the matches of each row, nearest first, until one is no different problem.

    A row one of whose matches reaches `ask_below` is not asked about, unless the item has few words of its own:
    `decontaminate_semantic` drops it as it is, by its `threshold` and `min_prose`, which should be the same. A reply
    that holds no decision, was cut off or never came leaves its match open and says why; nothing is dropped here.

    style      -- the prompt, see `stages/_match_prompt.py`
    ask_from   -- matches of less nearness (`stages/_nearness.py`) are not asked about
    min_prose  -- an item of fewer words of prose is near to all of its kind, so that the model is asked all the same
    max_asked  -- matches of one row that are asked about at most
    max_chars  -- what a question or an item holds beyond is not quoted
    """

    # v3: nearness counts the crowd around a question. Bump when the same replies would give other rows, or the same row
    # another request, as it does where the weights of `stages/_nearness.py` change.
    version: ClassVar[int] = 3

    style: str = "match-v1"
    ask_from: float = ASK_FROM
    ask_below: float = THRESHOLD
    min_prose: int = MIN_PROSE
    max_asked: int = 5
    max_chars: int = 8_000

    def __post_init__(self) -> None:
        check_style(self.style, MATCHES)
        if self.max_asked < 1 or self.max_chars < 1:
            raise ConfigError("judge_matches: max_asked and max_chars must be at least 1")
        if self.ask_below <= self.ask_from:
            raise ConfigError(
                f"judge_matches: nothing is asked from {self.ask_from:g} to below {self.ask_below:g}; raise ask_below"
            )

    def requests_per_row(self) -> int:
        return self.max_asked

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[MatchedPair, MatchedPair]]:
        revision = self.responder(ctx).digest

        async def judge(row: MatchedPair, ask: Ask) -> MatchedPair:
            judged: list[BenchmarkMatch] = []
            for match in row.matches[: self._num_asked(row)]:
                opinion = await self._opinion(row.question, match, ask, ctx, revision)
                judged.append(replace(match, opinion=opinion))
                ctx.count(str(opinion.likeness or opinion.trouble), 1)
                if opinion.likeness not in (None, Likeness.DIFFERENT):
                    break
            return replace(row, matches=judged + row.matches[len(judged) :])

        yield judge

    def _num_asked(self, row: MatchedPair) -> int:
        near = [nearness_of(match) for match in row.matches]
        if any(one >= self.ask_below and self._tells(match) for one, match in zip(near, row.matches, strict=True)):
            return 0
        return min(self.max_asked, sum(one >= self.ask_from for one in near))

    def _tells(self, match: BenchmarkMatch) -> bool:
        return is_telling(match.item_question, match.shared_numbers, min_prose=self.min_prose)

    async def _opinion(
        self, question: str, match: BenchmarkMatch, ask: Ask, ctx: Context, revision: str
    ) -> LeakOpinion:
        quoted = {"test": match.item_question[: self.max_chars], "other": question[: self.max_chars]}
        said = await self.answered(ask, prompt(MATCHES[self.style], **quoted), ctx)
        likeness, trouble, reply = None, None, None
        if isinstance(said, Reject):
            trouble = said.reason
        else:
            reply, likeness = said.text, parse_likeness(said.text) if said.is_whole else None
            if likeness is None:
                trouble = "unreadable" if said.is_whole else "truncated"
        return LeakOpinion(
            likeness=likeness,
            trouble=trouble,
            reply=reply,
            model=self.teacher.name,
            revision=revision,
            style=self.style,
        )
