"""Verdicts on answers, and which answers to one question are the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from trainer.evaluation.ask import Journal, Response, Wanted, digest
from trainer.evaluation.scores import Sample
from trainer.graders import open_grader
from trainer.keywords import keyword_counts
from trainer.rl_config import VerifierConfig
from verifier import MACHINE_REASONS, VERSION, AnswerType, Outcome, Pair, Reason, Verdict, Verifier

CORRECT_GROUP, NO_VOTE = 0, -1
GRADED_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One answer with its verdict; `group` as in `scores.Sample`."""

    wanted: Wanted
    response: Response
    verdict: Verdict
    group: int | None

    def sample(self) -> Sample:
        outcome = self.verdict.outcome
        return Sample(
            question=self.wanted.question.id,
            correct=None if outcome is Outcome.UNDECIDED else outcome is Outcome.CORRECT,
            group=self.group,
            tokens=self.response.tokens,
            finish=self.response.finish,
            keywords=keyword_counts(self.response.text),
        )


def grade_all(
    asked: Sequence[Wanted],
    responses: Sequence[Response],
    config: VerifierConfig,
    journal: Journal,
    told: Callable[[int], None],
) -> list[Verdict]:
    """Grades what `journal` lacks. What a slow or full machine left undecided is not kept: the next run decides it."""
    keys = [digest(one.key, asdict(one.question.gold), asdict(config), VERSION) for one in asked]
    late: dict[str, Verdict] = {}
    if missing := [index for index, key in enumerate(keys) if key not in journal]:
        with open_grader(config, manifest={}) as grade:
            for start in range(0, len(missing), GRADED_AT_ONCE):
                chunk = missing[start : start + GRADED_AT_ONCE]
                golds = [asked[index].question.gold for index in chunk]
                found = grade(golds, [responses[index].final for index in chunk], prompts=[""] * len(chunk))
                for index, verdict in zip(chunk, found, strict=True):
                    if verdict.outcome is Outcome.UNDECIDED and verdict.reason in MACHINE_REASONS:
                        late[keys[index]] = verdict
                    else:
                        journal.put(keys[index], asdict(verdict))
                told(len(chunk))
    return [late[key] if key in late else _verdict(journal[key]) for key in keys]


def _verdict(kept: Mapping[str, Any]) -> Verdict:
    words = {"outcome": Outcome(kept["outcome"]), "reason": Reason(kept["reason"])}
    return Verdict(**{**kept, **words, "answer_type": AnswerType(kept["answer_type"])})


def grouped(
    wanted: Sequence[Wanted], responses: Sequence[Response], verdicts: Sequence[Verdict], verifier: Verifier
) -> list[Graded]:
    """Right answers are one group; others are compared with each other as the verifier compares answers."""
    questions: dict[str, list[int]] = {}
    for index, one in enumerate(wanted):
        questions.setdefault(one.question.id, []).append(index)
    texts = {name: _wrong_answers(verdicts, indices) for name, indices in questions.items()}
    equal = _equal({name: list(combinations(held, 2)) for name, held in texts.items()}, wanted, questions, verifier)
    groups: dict[int, int | None] = {}
    for name, indices in questions.items():
        numbers = _numbers(texts[name], equal[name])
        groups |= {index: _group(verdicts[index], numbers) for index in indices}
    return [
        Graded(wanted=one, response=responses[index], verdict=verdicts[index], group=groups[index])
        for index, one in enumerate(wanted)
    ]


def _wrong_answers(verdicts: Sequence[Verdict], indices: Sequence[int]) -> list[str]:
    """What was left undecided has no vote, and comparing it would take the verifier its whole time once more."""
    held = [verdicts[index] for index in indices if verdicts[index].outcome is Outcome.INCORRECT]
    return sorted({verdict.extracted for verdict in held if verdict.extracted is not None})


def _equal(
    pairs: Mapping[str, Sequence[tuple[str, str]]],
    wanted: Sequence[Wanted],
    questions: Mapping[str, Sequence[int]],
    verifier: Verifier,
) -> dict[str, set[tuple[str, str]]]:
    """By question, the pairs that are equal; all are decided in one call, which keeps the workers busy."""
    asked = []
    for name, compared in pairs.items():
        question = wanted[questions[name][0]].question
        asked += [Pair(a, b, question.text, question.gold.pair(b).answer_type, extracted=True) for a, b in compared]
    verdicts: Iterator[Verdict] = iter(verifier.verify_many(asked))
    return {
        name: {pair for pair in compared if next(verdicts).outcome is Outcome.CORRECT}
        for name, compared in pairs.items()
    }


def _numbers(texts: Sequence[str], equal: set[tuple[str, str]]) -> dict[str, int]:
    """Each text joins the first that it equals, after which others may be named the same."""
    numbers: dict[str, int] = {}
    for text in texts:
        alike = (numbers[other] for other in numbers if (other, text) in equal)
        numbers[text] = next(alike, CORRECT_GROUP + 1 + len(numbers))
    return numbers


def _group(verdict: Verdict, numbers: Mapping[str, int]) -> int | None:
    if verdict.outcome is Outcome.CORRECT:
        return CORRECT_GROUP
    if verdict.reason is Reason.NO_ANSWER or verdict.extracted is None:
        return None
    return numbers.get(verdict.extracted, NO_VOTE)
