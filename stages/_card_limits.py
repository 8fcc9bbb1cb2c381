"""The section of the card on what is known to be missing or weak, each line out of a figure of the manifest."""

from collections.abc import Iterator, Mapping
from typing import Any

from stages._card_text import plain
from verifier.audit.report import UNSEEN

# Below these a type's verdicts are named as weak.
PRECISION, RECALL, CASES = 0.99, 0.95, 20
COARSE_ATTEMPTS = 8


def limits(manifest: Mapping[str, Any]) -> str:
    found = [
        *_unchecked(manifest),
        *_verdicts(manifest),
        *_weak_types(manifest),
        *_attempts(manifest["statistics"]),
        *_problems(manifest["statistics"]),
        *_teachers(manifest["teacher_terms"], manifest["teachers"]),
        *_sources(manifest["sources"]),
        *_losses(manifest),
        *_templates(manifest),
    ]
    return "\n".join(f"- {line}" for line in found) or "None that the figures of this version show."


def has_attempts(manifest: Mapping[str, Any]) -> bool:
    """A version of prompts alone has no view of attempts, and nobody's verdicts."""
    return "sft" in manifest["rows"]


def _unchecked(manifest: Mapping[str, Any]) -> Iterator[str]:
    if not manifest["decontaminated"]:
        yield "Nothing was decontaminated: benchmark items may be in every view."
    elif manifest["not_decontaminated"]:
        left = ", ".join(map(plain, manifest["not_decontaminated"]))
        yield f"Rows read by {left} were not looked through for benchmark items."


def _verdicts(manifest: Mapping[str, Any]) -> Iterator[str]:
    outcomes = {each["outcome"]: each["rows"] for each in _groups(manifest["statistics"].get("sft_all"), "outcome")}
    if undecided := outcomes.get("undecided", 0):
        yield (
            f"{undecided:,} of {sum(outcomes.values()):,} attempts ({undecided / sum(outcomes.values()):.1%}) are "
            "undecided: they count neither as right nor as wrong, in no pass rate either."
        )
    if has_attempts(manifest) and not manifest["verifiers"]:
        yield "No verifier is recorded for these rows."


def _weak_types(manifest: Mapping[str, Any]) -> Iterator[str]:
    here = manifest["answer_types"].get("rl", {})
    if not manifest.get("audit"):
        yield "How often the verifier is wrong was not measured beside this export (`audit_verifier`)."
        return
    rates = manifest["audit"]["splits"][UNSEEN]["scores"]["rules"]
    for kind, problems in here.items():
        of = rates.get(kind)
        if of is None or of["n"] < CASES:
            pairs = of["n"] if of else 0
            yield f"Answer type {plain(kind)} ({problems:,} problems): the verifier was audited on {pairs} pairs."
        elif (of["precision"] or 0) < PRECISION or (of["recall"] or 0) < RECALL:
            yield (
                f"Answer type {plain(kind)} ({problems:,} problems) is weakly verified: precision "
                f"{_rate(of['precision'])}, recall {_rate(of['recall'])} on {of['n']} labelled pairs."
            )


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _attempts(statistics: Mapping[str, Any]) -> Iterator[str]:
    every, kept = statistics.get("sft_all") or {}, statistics.get("sft") or {}
    cut = {view: num_unfinished(facts) for view, facts in (("all", every), ("kept", kept))}
    if cut["all"]:
        yield (
            f"{cut['all']:,} of {every['rows']:,} attempts were cut off or ran in circles and {cut['kept']:,} of those "
            "are in `sft`: problems that need long reasoning are under-represented there."
        )
    if wrong := num_not_correct(kept):
        yield f"{wrong:,} of {kept['rows']:,} rows of `sft` hold an answer that was not found correct (`outcome`)."
    leaks = sum(group["reasoning"]["leaks"] for group in _groups(kept) if group["reasoning"])
    if leaks:
        yield f"{leaks:,} rows of `sft` hold words that speak of an answer known beforehand (`trajectory.leak`)."
    if kept.get("rows") and not any(group["reasoning"] for group in _groups(kept)):
        yield "The reasoning was not marked for repetition, mixed languages or leaked answers (`mark_trajectories`)."


def num_not_correct(facts: Mapping[str, Any] | None) -> int:
    return sum(each["rows"] for each in _groups(facts, "outcome") if each["outcome"] != "correct")


def num_unfinished(facts: Mapping[str, Any]) -> int:
    return sum(count for reason, count in facts.get("finish_reasons", {}).items() if reason != "stop")


def _groups(facts: Mapping[str, Any] | None, *keys: str) -> list[Mapping[str, Any]]:
    """The groups cut by these keys and no others; without keys the one of all rows."""
    groups = facts["groups"] if facts else []
    return [each for each in groups if all((each[key] is not None) == (key in keys) for key in ("teacher", "outcome"))]


def _problems(statistics: Mapping[str, Any]) -> Iterator[str]:
    facts = statistics.get("rl")
    if not facts or not facts["rows"]:
        return
    if unsampled := facts["rows"] - facts["sampled"]:
        yield (
            f"{unsampled:,} of {facts['rows']:,} problems in `rl` have no pass rate: nobody tried them, or no "
            "attempt was decided."
        )
    drawn = facts["attempts"]["p50"]
    if drawn is not None and drawn < COARSE_ATTEMPTS:
        yield f"Pass rates rest on {drawn} attempts at the median; use their intervals."
    if repeated := facts["repeated_questions"]:
        yield f"{repeated:,} questions in `rl` stand there more than once, word for word."


def _teachers(terms: Mapping[str, Any], rows: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for name, facts in terms.items():
        if facts["backend"] == "scripted":
            yield f"Teacher {plain(name)} is a script: its texts teach nothing and show how a recipe works."
        elif facts["backend"] == "replay":
            yield f"Teacher {plain(name)} was replayed from a recording, whose answers were chosen by whoever made it."
    written = {name for counts in rows.values() for name in counts}
    unstated = sorted(name for name in written | terms.keys() if not terms.get(name, {}).get("licence"))
    if unstated:
        yield f"On what terms the answers of {', '.join(map(plain, unstated))} may be used is not stated."


def _sources(sources: Mapping[str, Any]) -> Iterator[str]:
    unknown = [name for name, facts in sources.items() if "unknown" in facts["licences"]]
    if unknown:
        yield f"Rows of {', '.join(map(plain, unknown))} state no licence."
    invented = [name for name, facts in sources.items() if "llm_invented" in facts["origins"]]
    if invented:
        yield f"Answers of {', '.join(map(plain, invented))} were written by a language model and may be wrong."


def _losses(manifest: Mapping[str, Any]) -> Iterator[str]:
    if quarantined := sum(step["quarantined"] for step in manifest["funnel"]):
        yield f"{quarantined:,} rows were set aside with errors on the way (`quarantine` in the store)."
    if manifest["rows"].get("rl", {}).get("validation") == 0:
        yield "No problem is held out for validation."


def _templates(manifest: Mapping[str, Any]) -> Iterator[str]:
    for facts in manifest.get("templates") or ():
        if not facts["passed"]:
            told = plain(facts["tokenizer"])
            yield f"The chat template of {told} trains on something else than these rows say; see above."
