"""How often a rule of precision decides on real answers, and whether the labels agree.

    python bench/decimals.py [--data FOLDER]

Counted are the pairs of the four trace sets whose gold has decimals, and those whose gold is an integer and whose
answer has decimals. The folder is named by --data or TRACEMILL_DATA.
"""

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.traces import Trace, read_traces
from verifier import Outcome, Pair, Verdict, Verifier

HAS_DECIMALS = re.compile(r"\.\d")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
CLOSE = Decimal("0.01")


class Ruling(StrEnum):
    EQUAL = "equal values"
    ROUNDED = "accepted by rounding"
    COARSE = "rejected as too coarse"
    EXACT = "rejected, integer gold is exact"
    BEYOND = "rejected, beyond half a unit"
    OTHER = "not two numbers, or undecided"


def number(text: str) -> Decimal | None:
    """The value of a plain numeral, with the digits as written; None for everything else."""
    plain = text.strip(" $").removesuffix(".").replace("{,}", "").replace(",", "")
    return Decimal(plain) if NUMBER.fullmatch(plain) else None


def ruling(gold: str, answer: str | None, outcome: Outcome) -> Ruling:
    """Which rule stands behind a verdict; a value further off than half a unit is `BEYOND`, however far."""
    wanted, given = number(gold), number(answer or "")
    if wanted is None or given is None or outcome is Outcome.UNDECIDED:
        return Ruling.OTHER
    if wanted == given:
        return Ruling.EQUAL
    if outcome is Outcome.CORRECT:
        return Ruling.ROUNDED
    if _digits_after_point(given) < _digits_after_point(wanted):
        return Ruling.COARSE if _rounds_to(wanted, given) else Ruling.BEYOND
    return Ruling.EXACT if _digits_after_point(wanted) == 0 and _rounds_to(given, wanted) else Ruling.BEYOND


def _digits_after_point(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)


def _rounds_to(fine: Decimal, coarse: Decimal) -> bool:
    unit = Decimal(1).scaleb(-_digits_after_point(coarse))
    return (fine / unit).to_integral_value(ROUND_HALF_UP) * unit == coarse


def concerned(traces: Sequence[Trace], verdicts: Sequence[Verdict]) -> Iterator[tuple[str, Trace, Verdict]]:
    """The pairs in which decimals stand, with what is decimal in them. Golds that are letters never count."""
    for trace, verdict in zip(traces, verdicts, strict=True):
        if HAS_DECIMALS.search(trace.gold):
            yield "gold with decimals", trace, verdict
        elif number(trace.gold) is not None and HAS_DECIMALS.search(verdict.extracted or ""):
            yield "integer gold, answer with decimals", trace, verdict


def table(name: str, pairs: Sequence[tuple[str, Trace, Verdict]]) -> Iterator[str]:
    for kind in sorted({kind for kind, _, _ in pairs}):
        rows = [(trace, verdict) for each, trace, verdict in pairs if each == kind]
        rulings = [ruling(trace.gold, verdict.extracted, verdict.outcome) for trace, verdict in rows]
        close = sum(_is_close(*row) for row, each in zip(rows, rulings, strict=True) if each is Ruling.BEYOND)
        against = sum((verdict.outcome is Outcome.CORRECT) != trace.label for trace, verdict in rows)
        yield f"{name}, {kind}: {len(rows)} pairs\n"
        for each, count in sorted(Counter(rulings).items()):
            more = f", {close} of them within 1 percent" if each is Ruling.BEYOND else ""
            yield f"    {each:34}{count:5}{more}\n"
        yield f"    {'verdict against the label':34}{against:5}\n"


def _is_close(trace: Trace, verdict: Verdict) -> bool:
    gold, answer = number(trace.gold), number(verdict.extracted or "")
    return gold is not None and answer is not None and abs(gold - answer) <= abs(gold) * CLOSE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("TRACEMILL_DATA"), help="folder of real traces")
    options = parser.parse_args()
    if not options.data:
        parser.error("no folder of real traces: give --data FOLDER or set TRACEMILL_DATA")
    with Verifier() as verifier:
        for name, traces in read_traces(Path(options.data)).items():
            verdicts = verifier.verify_many(Pair(each.gold, each.response, each.question) for each in traces)
            sys.stdout.writelines(table(name, list(concerned(traces, verdicts))))


if __name__ == "__main__":
    main()
