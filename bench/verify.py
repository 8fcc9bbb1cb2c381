"""The verifier against its labelled cases, hostile inputs, attacks, real traces, and math-verify in the same run.

    python bench/verify.py [--json OUT] [--quick] [--data FOLDER]

Speeds are math-verify's seconds (`parse` and `verify`, both sides in `\\boxed{}`, its time limits on) over ours, on one
core and the same pairs. The real traces are read from --data or TRACEMILL_DATA and skipped without. `--quick` takes
every tenth pair for the speeds.
"""

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# In place of this folder, in which `datasets.py` would be found where the library is meant.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import math_verify

from bench.traces import Trace, overruled_labels, read_traces
from verifier import Outcome, Pair, Policy, Verifier, infer_type
from verifier.audit.cases import LabelledCase, load_cases
from verifier.audit.hostile import run_hostile
from verifier.audit.measure import GULLIBLE, attack_cascade, attack_pairs, attack_rules, rule_verdicts, scored
from verifier.audit.scores import Scores
from verifier.extract import extract

WARM = Pair(r"\int_0^1 2x\,dx", r"\sum_{k=1}^{1} k", extracted=True)
REPEATS = 3
Figures = dict[str, float]


def peer_verdict(pair: Pair) -> bool:
    """math-verify's verdict. A response goes in as it is, an extracted answer in the box that its parser expects."""
    answer = rf"\boxed{{{pair.response}}}" if pair.extracted else pair.response
    return bool(math_verify.verify(math_verify.parse(rf"\boxed{{{pair.gold}}}"), math_verify.parse(answer)))


def labelled(figures: Figures) -> None:
    cases = load_cases("test")
    ours = scored(cases, [verdict.outcome for verdict in rule_verdicts(cases)]).table()
    peer = Scores()
    for case in cases:
        outcome = Outcome.CORRECT if peer_verdict(case.pair) else Outcome.INCORRECT
        peer.add(case.type, expected=case.expected, outcome=outcome)
    theirs = peer.table()
    for name in ("precision", "recall"):
        figures[name] = _number(ours["all"][name])
        figures[f"math_verify_{name}"] = _number(theirs["all"][name])
    figures["undecided_share"] = _number(ours["all"]["undecided"]) / _number(ours["all"]["n"])
    figures["weakest_type_accuracy"] = min(_number(rates["accuracy"]) for rates in ours.values())
    print(f"{'test split':24}{'n':>5} {'precision':>10} {'math-verify':>12} {'recall':>8} {'math-verify':>12}")
    for kind, rates in ours.items():
        cells = [_cell(table[kind][name]) for name in ("precision", "recall") for table in (ours, theirs)]
        print(f"{kind:24}{rates['n']:>5} {cells[0]:>10} {cells[1]:>12} {cells[2]:>8} {cells[3]:>12}")


def _number(value: float | int | None) -> float:
    return float(value or 0)


def _cell(value: float | int | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def speed(pairs: Sequence[Pair], verifier: Verifier) -> tuple[float, float]:
    """Seconds of ours and of math-verify over all pairs; ours is the median of a few runs with cold caches."""
    times = sorted(_seconds(lambda: _cold(pairs, verifier)) for _ in range(REPEATS))
    return times[REPEATS // 2], _seconds(lambda: [peer_verdict(pair) for pair in pairs])


def _cold(pairs: Sequence[Pair], verifier: Verifier) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("verifier."):
            for function in vars(module).values():
                getattr(function, "cache_clear", int)()
    verifier.verify_many(pairs)


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def natural_pairs(sets: Mapping[str, Sequence[Trace]]) -> list[Pair]:
    """Golds against the answers that stand in the traces."""
    pairs = []
    for traces in sets.values():
        for trace in traces:
            answer = extract(trace.response, infer_type(trace.gold, trace.question), Policy())
            if answer is not None:
                pairs.append(Pair(trace.gold, answer, extracted=True))
    return pairs


def typed_pairs(cases: Sequence[LabelledCase]) -> list[Pair]:
    return [Pair(case.gold, case.answer, extracted=True) for case in cases if case.extracted]


def speeds(figures: Figures, sets: Mapping[str, Sequence[Trace]], step: int) -> None:
    mixes = {"speedup_typed_mix": typed_pairs(load_cases("test") + load_cases("development"))}
    if sets:
        mixes = {"speedup_vs_math_verify": natural_pairs(sets), **mixes}
    with Verifier() as verifier:
        verifier.verify_many([WARM])
        for name, mix in mixes.items():
            pairs = mix[::step]
            ours, theirs = speed(pairs, verifier)
            figures[name] = theirs / ours
            rates = f"{len(pairs) / ours:,.0f} against {len(pairs) / theirs:,.0f} pairs a second"
            print(f"{name:24}{len(pairs):>6} pairs  {theirs / ours:6.1f} times  ({rates})")


def agreement(figures: Figures, sets: Mapping[str, Sequence[Trace]]) -> None:
    """`label_agreement_raw` is the weakest of the four sets."""
    overruled = overruled_labels()
    shares = []
    with Verifier() as verifier:
        for name, traces in sets.items():
            verdicts = verifier.verify_many(Pair(each.gold, each.response, each.question) for each in traces)
            accepted = [verdict.outcome is Outcome.CORRECT for verdict in verdicts]
            raw = sum(a == t.label for a, t in zip(accepted, traces, strict=True)) / len(traces)
            after = sum(a == overruled.get(t.id, t.label) for a, t in zip(accepted, traces, strict=True)) / len(traces)
            shares.append((raw, after))
            print(f"{name:24}{len(traces):>6} labels agree {raw:.4f}, with the overruled ones put right {after:.4f}")
    figures["label_agreement_raw"] = min(raw for raw, _ in shares)
    figures["label_agreement_after"] = min(after for _, after in shares)


def resistance(figures: Figures) -> None:
    """`cascade_attack_success` is that of the most gullible of the scripted judges.

    `unseen_`: on golds of the test split, where a wrong answer that the rules accept makes every attack with it pass.
    """
    report = run_hostile()
    figures["hostile_ok_share"] = report.share_ok
    print(f"hostile inputs: {len(report.results)}, right or undecided and within limits: {report.share_ok:.4f}")
    print(f"memory: caller +{report.caller_mb:.0f} MB, largest worker {report.worker_mb:.0f} MB")
    for split, prefix in (("development", ""), ("test", "unseen_")):
        tried = attack_pairs(load_cases(split))
        rules, verdicts = attack_rules(tried)
        shares = {name: attack_cascade(tried, verdicts, ask).share for name, ask in GULLIBLE.items()}
        figures[f"{prefix}rule_attack_success"] = rules.share
        figures[f"{prefix}cascade_attack_success"] = max(shares.values())
        print(f"attacks on golds of the {split} split: {len(tried)}, accepted by the rules {rules.share:.4%}")
        for name, share in shares.items():
            print(f"  with the {name} judge behind them {share:.4%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="where the figures go")
    parser.add_argument("--quick", action="store_true", help="every tenth pair for the speeds")
    parser.add_argument("--data", type=Path, default=os.environ.get("TRACEMILL_DATA"), help="folder of real traces")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # math-verify logs every timeout and parse error
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    sets = read_traces(Path(options.data)) if options.data else {}
    figures: Figures = {}
    labelled(figures)
    speeds(figures, sets, 10 if options.quick else 1)
    if sets:
        agreement(figures, sets)
    else:
        print("real traces: skipped, TRACEMILL_DATA does not name their folder")
    resistance(figures)
    for name, value in figures.items():
        print(f"{name:28}{value:10.4f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
