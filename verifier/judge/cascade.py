"""The model judge: which questions to put to it, and what follows from its replies. It knows no language model.

A hearing is pure: it names the next prompt, is told the reply, and in the end holds the verdict. `Cascade` drives it
with a plain function; a stage drives it with the engine's journalled requests.

The judge may only add to the rules: what they found right stands, and it hears of the rest only where they leave doubt
(`verifier.judge.doubt`). An answer that it accepts is put to it once more with a decoy in place of the gold. Who
writes an answer to persuade a judge does not know the gold, so that what persuades with the gold persuades with the
decoy; a judge that accepts both has not compared anything, and the pair stays undecided.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from verifier.api import DEFAULT_POLICY, Pair
from verifier.extract import answer_text
from verifier.judge.decoy import decoy
from verifier.judge.doubt import certain, given_answer, silent
from verifier.judge.prompts import Quoted, judge_style, prompt
from verifier.judge.reply import parse_reply
from verifier.judge.types import JudgeReason, Ruling
from verifier.types import Outcome, Policy, Verdict

VERSION = "1"
DEFAULT_STYLE = "strict-v1"
OUTCOMES = {
    JudgeReason.ACCEPTED: Outcome.CORRECT,
    JudgeReason.REJECTED: Outcome.INCORRECT,
    JudgeReason.NOT_FOUND: Outcome.UNDECIDED,
    JudgeReason.UNREADABLE: Outcome.UNDECIDED,
    JudgeReason.NO_REPLY: Outcome.UNDECIDED,
    JudgeReason.ACCEPTS_ANYTHING: Outcome.UNDECIDED,
    JudgeReason.CONTROL_UNREADABLE: Outcome.UNDECIDED,
}
# By the ruling on the gold and, where that is correct, on the decoy.
FIRST: Mapping[Ruling | None, JudgeReason] = {
    None: JudgeReason.UNREADABLE,
    Ruling.INCORRECT: JudgeReason.REJECTED,
    Ruling.NOT_FOUND: JudgeReason.NOT_FOUND,
}
CONTROL: Mapping[Ruling | None, JudgeReason] = {
    None: JudgeReason.CONTROL_UNREADABLE,
    Ruling.INCORRECT: JudgeReason.ACCEPTED,
    Ruling.CORRECT: JudgeReason.ACCEPTS_ANYTHING,
    Ruling.NOT_FOUND: JudgeReason.CONTROL_UNREADABLE,
}

AskText = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeVerdict:
    """Both verdicts, and the one that follows.

    `model` is None where the judge was not asked; `reason` says why not, or how it decided. `reply` answers the
    question itself, `control_reply` the one with the decoy; None where that was not asked or went unanswered.
    """

    rule: Verdict
    model: Outcome | None
    reason: JudgeReason
    reply: str | None
    control_reply: str | None
    requests: int
    style: str
    policy: str

    @property
    def outcome(self) -> Outcome:
        return self.rule.outcome if self.model is None else self.model

    def __bool__(self) -> bool:
        raise TypeError("a verdict is correct, incorrect or undecided: compare `.outcome`, or call `.reward(...)`")

    def reward(self, *, undecided: float | None, correct: float = 1.0, incorrect: float = 0.0) -> float | None:
        """As `Verdict.reward`: what becomes of `undecided` must be said; None means "leave this sample out"."""
        return replace(self.rule, outcome=self.outcome).reward(
            undecided=undecided, correct=correct, incorrect=incorrect
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `text` None: nothing did. `finished` False: it was cut off, so its end is not its last word."""

    text: str | None
    finished: bool = True

    @property
    def ruling(self) -> Ruling | None:
        return parse_reply(self.text) if self.text is not None and self.finished else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One pair before the judge: `prompt` is what to ask next, None when the verdict stands."""

    pair: Pair
    rule: Verdict
    style: str
    policy: Policy
    unasked: JudgeReason | None
    replies: tuple[Reply, ...] = ()

    @property
    def prompt(self) -> str | None:
        if self.unasked:
            return None
        if not self.replies:
            return self._prompt(self.pair.gold)
        if len(self.replies) > 1 or self.replies[0].ruling is not Ruling.CORRECT:
            return None
        kind = self.rule.answer_type
        return self._prompt(decoy(self.pair.gold, self._answer, answer_type=kind, question=self.pair.question))

    def told(self, reply: Reply) -> "Hearing":
        return replace(self, replies=(*self.replies, reply))

    @property
    def verdict(self) -> CascadeVerdict:
        """Raises `ValueError` while a prompt is open."""
        if self.prompt is not None:
            raise ValueError("the hearing is not over: ask its `prompt` and tell it the reply")
        reason = self.unasked or self._reason()
        texts = [reply.text for reply in self.replies]
        return CascadeVerdict(
            rule=self.rule,
            model=None if self.unasked else OUTCOMES[reason],
            reason=reason,
            reply=texts[0] if texts else None,
            control_reply=texts[1] if len(texts) > 1 else None,
            requests=len(texts),
            style=self.style,
            policy=self.policy.digest,
        )

    def _reason(self) -> JudgeReason:
        if any(reply.text is None for reply in self.replies):
            return JudgeReason.NO_REPLY
        rulings = [reply.ruling for reply in self.replies]
        return FIRST[rulings[0]] if len(rulings) == 1 else CONTROL[rulings[1]]

    @property
    def _answer(self) -> str:
        return given_answer(self.rule.extracted) or ""

    def _prompt(self, gold: str) -> str:
        quoted = Quoted(
            question=self.pair.question or "",
            gold=gold,
            answer=self._answer,
            response=_response(self.pair, self.policy),
        )
        return prompt(judge_style(self.style), quoted)


def _response(pair: Pair, policy: Policy) -> str:
    return pair.response if pair.extracted else answer_text(pair.response, policy) or ""


def hearing(
    pair: Pair,
    rule: Verdict,
    *,
    style: str = DEFAULT_STYLE,
    policy: Policy = DEFAULT_POLICY,
    alone: bool = False,
) -> Hearing:
    """The hearing of a pair on which the rules gave `rule`. `alone` asks also where the rules leave no doubt.

    Raises `ValueError` for a style that is none.
    """
    judge_style(style)
    return Hearing(pair=pair, rule=rule, style=style, policy=policy, unasked=_unasked(pair, rule, alone=alone))


def _unasked(pair: Pair, rule: Verdict, *, alone: bool) -> JudgeReason | None:
    if rule.outcome is Outcome.CORRECT and not alone:
        return JudgeReason.RULE_CORRECT
    answer = given_answer(rule.extracted)
    reason = silent(pair.gold, answer, question=pair.question)
    if reason is not None or answer is None or alone:
        return reason
    return certain(pair.gold, answer, rule)


class Cascade:
    """The rules first, then a judge: `ask` takes a prompt and returns the model's whole reply.

    Asks at most twice a pair, and lets pass what `ask` raises. As safe to share between threads as `ask` is.
    """

    def __init__(self, ask: AskText, *, style: str = DEFAULT_STYLE, policy: Policy = DEFAULT_POLICY) -> None:
        judge_style(style)
        self._ask = ask
        self._style = style
        self._policy = policy

    def verdict(self, pair: Pair, rule: Verdict) -> CascadeVerdict:
        """What follows from the rules' verdict on the pair and, where they leave doubt, from the judge's."""
        return self._heard(hearing(pair, rule, style=self._style, policy=self._policy))

    def model_alone(self, pair: Pair, rule: Verdict) -> CascadeVerdict:
        """The judge's verdict whatever the rules found; they only extract, and stand where nothing can be shown."""
        return self._heard(hearing(pair, rule, style=self._style, policy=self._policy, alone=True))

    def _heard(self, case: Hearing) -> CascadeVerdict:
        while (question := case.prompt) is not None:
            case = case.told(Reply(self._ask(question)))
        return case.verdict
