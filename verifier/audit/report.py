"""The whole audit as JSON: scores by answer type on the labelled cases, attacks that pass, and what was measured."""

from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import Any

from verifier.audit.cases import LabelledCase, cases_digest, load_cases
from verifier.audit.measure import (
    GULLIBLE,
    Attacked,
    attack_cascade,
    attack_pairs,
    attack_rules,
    rule_verdicts,
    scored,
)
from verifier.audit.scores import Rates
from verifier.judge.cascade import AskText
from verifier.types import MACHINE_REASONS, VERSION, Policy, Verdict

PACKAGES = ("math-verify", "latex2sympy2_extended", "sympy", "mpmath", "pint")
# Its rows are counted, never shown.
UNSEEN = "test"
MAX_EXAMPLES, EXAMPLE_CHARS = 20, 200
Report = dict[str, Any]
OtherScores = Callable[[Sequence[LabelledCase], Sequence[Verdict]], Mapping[str, Mapping[str, Rates]]]


def audit_report(
    splits: Sequence[str],
    *,
    with_attacks: bool = True,
    judges: Mapping[str, AskText] = GULLIBLE,
    others: OtherScores | None = None,
) -> Report:
    """Scores of the rules, and of what `others` makes of the same cases and the verdicts of the rules; attacks on the
    rules, and on the rules with each of the `judges` behind them. `cut_off` counts verdicts that the machine left open.

    {"version": "2", "policy": "1f...", "packages": {"sympy": "1.14"},
     "splits": {"test": {"cases": 500, "sha256": "5c...", "cut_off": 0,
                         "scores": {"rules": {"integer": RATES, "all": RATES}}}},
     "attacks": {"test": {"rules": {"tried": 90, "accepted": 0, "cut_off": 0, "share": 0.0, "patterns": {...}}}}}
    """
    report: Report = {
        "version": VERSION,
        "policy": Policy().digest,
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "splits": {name: _scores(name, others) for name in splits},
    }
    if with_attacks:
        report["attacks"] = {name: _attacks(name, judges) for name in splits}
    return report


def _scores(split: str, others: OtherScores | None) -> Report:
    cases = load_cases(split)
    verdicts = rule_verdicts(cases)
    scores: dict[str, Mapping[str, Rates]] = {
        "rules": scored(cases, [verdict.outcome for verdict in verdicts]).table(),
        **(others(cases, verdicts) if others else {}),
    }
    return {"cases": len(cases), "sha256": cases_digest(split), "cut_off": _cut_off(verdicts), "scores": scores}


def _cut_off(verdicts: Sequence[Verdict]) -> int:
    return sum(verdict.reason in MACHINE_REASONS for verdict in verdicts)


def _attacks(split: str, judges: Mapping[str, AskText]) -> Report:
    tried = attack_pairs(load_cases(split))
    rules, verdicts = attack_rules(tried)
    found = {"rules": rules}
    found |= {f"cascade, {name} judge": attack_cascade(tried, verdicts, ask) for name, ask in judges.items()}
    told = {name: _attacked(each, shown=split != UNSEEN) for name, each in found.items()}
    return told | {"rules": told["rules"] | {"cut_off": _cut_off(verdicts)}}


def _attacked(found: Attacked, *, shown: bool) -> Report:
    examples = found.accepted[:MAX_EXAMPLES] if shown else []
    return {
        "tried": found.tried.total(),
        "accepted": len(found.accepted),
        "share": found.share,
        "patterns": {name: {"tried": n, "accepted": k} for name, (n, k) in found.by_pattern().items()},
        "examples": [{"gold": gold, "response": attack.response[:EXAMPLE_CHARS]} for gold, attack in examples],
    }
