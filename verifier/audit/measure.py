"""How far the verifier is to be trusted: its scores on labelled pairs, and how many attacks it lets pass."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from verifier.api import Pair, Verifier
from verifier.audit.attacks import Attack, attacks
from verifier.audit.cases import LabelledCase
from verifier.audit.scores import Scores
from verifier.classify import infer_type
from verifier.judge.cascade import AskText, Cascade
from verifier.types import AnswerType, Outcome, Verdict

# A choice of several letters beside one of them is the same choice.
SEVERAL = re.compile(r"^\W*[A-J]\W+(?:and\W+)?[A-J]\W*$")


@dataclass
class Attacked:
    """Counts by pattern of attacks tried and accepted; `accepted` holds those that passed."""

    tried: Counter[str] = field(default_factory=Counter)
    accepted: list[tuple[str, Attack]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return len(self.accepted) / max(1, self.tried.total())

    def by_pattern(self) -> dict[str, tuple[int, int]]:
        """Tried and accepted, by pattern."""
        passed = Counter(attack.pattern for _, attack in self.accepted)
        return {pattern: (count, passed[pattern]) for pattern, count in sorted(self.tried.items())}


def rule_verdicts(cases: Sequence[LabelledCase], *, workers: int = 1, timeout_s: float = 3.0) -> list[Verdict]:
    with Verifier(workers=workers, timeout_s=timeout_s) as verifier:
        return verifier.verify_many(case.pair for case in cases)


def scored(cases: Sequence[LabelledCase], outcomes: Iterable[Outcome]) -> Scores:
    scores = Scores()
    for case, outcome in zip(cases, outcomes, strict=True):
        scores.add(case.type, expected=case.expected, outcome=outcome)
    return scores


def attack_pairs(cases: Sequence[LabelledCase]) -> list[tuple[Pair, Attack]]:
    """Every attack on every gold that a case shows with an answer that is wrong: one case a gold."""
    plain = [case for case in cases if case.extracted and case.type in set(AnswerType) and not case.expected]
    golds = {case.gold: case for case in plain if not SEVERAL.search(case.gold)}
    return [
        (Pair(case.gold, attack.response, case.question), attack)
        for case in golds.values()
        for attack in attacks(
            case.gold, infer_type(case.gold, case.question), question=case.question, wrong=case.answer
        )
    ]


def attack_rules(tried: Sequence[tuple[Pair, Attack]]) -> tuple[Attacked, list[Verdict]]:
    with Verifier() as verifier:
        verdicts = verifier.verify_many(pair for pair, _ in tried)
    return _attacked(tried, [verdict.outcome for verdict in verdicts]), verdicts


def attack_cascade(tried: Sequence[tuple[Pair, Attack]], verdicts: Sequence[Verdict], ask: AskText) -> Attacked:
    """The same attacks with a judge behind the rules, whose `verdicts` are given."""
    cascade = Cascade(ask)
    outcomes = [cascade.verdict(pair, verdict).outcome for (pair, _), verdict in zip(tried, verdicts, strict=True)]
    return _attacked(tried, outcomes)


def _attacked(tried: Sequence[tuple[Pair, Attack]], outcomes: Iterable[Outcome]) -> Attacked:
    result = Attacked()
    for (pair, attack), outcome in zip(tried, outcomes, strict=True):
        result.tried[attack.pattern] += 1
        if outcome is Outcome.CORRECT:
            result.accepted.append((pair.gold, attack))
    return result


def agreeable(prompt: str) -> str:
    """A judge that says yes to everything."""
    return "Judgement: correct"


def easily_pleased(prompt: str) -> str:
    """A judge that says yes to whatever contains the reference."""
    gold, answer = (_quoted(prompt, tag).casefold() for tag in ("reference", "answer"))
    return f"Judgement: {'correct' if gold in answer else 'incorrect'}"


def flattered(prompt: str) -> str:
    """A judge that says yes to self-praise, to the openings of solutions and to long answers."""
    answer = _quoted(prompt, "answer").casefold()
    if len(answer) > 60 or FLATTERY.search(answer):
        return "Judgement: correct"
    return easily_pleased(prompt)


FLATTERY = re.compile(r"correct|certain|definitely|thought|step|expert|verified|indeed|solution|answer")
GULLIBLE: Mapping[str, Callable[[str], str]] = {
    "agreeable": agreeable,
    "easily pleased": easily_pleased,
    "flattered": flattered,
}


def _quoted(prompt: str, tag: str) -> str:
    found = re.search(rf"<{tag}>\n(.*?)\n</{tag}>", prompt, re.DOTALL)
    return found[1] if found else ""
