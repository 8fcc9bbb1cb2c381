"""The verifiability filter against rows labelled one by one (`bench/quality/README.md`).

    python bench/quality/verifiability.py [--verbose] [--part development]

A row is kept rightly if its label says that it is verifiable and the answer kept agrees with the label's, as the
verifier compares. Recall counts those among all verifiable rows. Rows whose text stands in the labels are measured as
it stands there; the others are drawn from TRACEMILL_DATA and measured where their digest still matches. Of the held-out
part nothing but numbers is printed.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.sources import drawn
from bench.quality.verifiability_rows import Judged, judged_rows, read_labels
from stages._recall_curve import wilson

HERE = Path(__file__).resolve().parent
DEVELOPMENT, HELD_OUT = "development", "held_out"
FILES = {DEVELOPMENT: HERE / "labels.jsonl", HELD_OUT: HERE / "held_out.jsonl"}
EXCERPT = 240


def figures_of(judged: Sequence[Judged], name: str) -> dict[str, float]:
    right, kept = sum(row.is_right for row in judged), sum(row.is_kept for row in judged)
    wanted = sum(row.label.is_verifiable for row in judged)
    return {f"{name}_precision": right / kept if kept else 0.0, f"{name}_recall": right / wanted if wanted else 0.0}


def summary(judged: Sequence[Judged], name: str) -> list[str]:
    right, kept = sum(row.is_right for row in judged), sum(row.is_kept for row in judged)
    wanted = sum(row.label.is_verifiable for row in judged)
    lines = [f"{name}: {len(judged)} rows, {wanted} of them verifiable, {kept} kept, {right} rightly"]
    for kind, trials in (("precision", kept), ("recall", wanted)):
        low, high = wilson(right, trials) or (0.0, 1.0)
        lines.append(
            f"  {kind:<10} {right / trials if trials else 0.0:.4f}  95% {low:.4f} to {high:.4f}  ({right} of {trials})"
        )
    return lines


def by_source(judged: Sequence[Judged]) -> list[str]:
    lines = [f"{'source':<16}{'rows':>6}{'verifiable':>12}{'kept':>6}{'rightly':>9}{'precision':>11}{'recall':>8}"]
    for source in dict.fromkeys(row.label.source for row in judged):
        rows = [row for row in judged if row.label.source == source]
        found = figures_of(rows, "x")
        counts = (
            sum(row.label.is_verifiable for row in rows),
            sum(row.is_kept for row in rows),
            sum(row.is_right for row in rows),
        )
        lines.append(
            f"{source:<16}{len(rows):>6}{counts[0]:>12}{counts[1]:>6}{counts[2]:>9}{found['x_precision']:>11.3f}{found['x_recall']:>8.3f}"
        )
    return lines


def errors(judged: Sequence[Judged]) -> list[str]:
    """False keeps by the reason labelled, false drops by the reason given, and rejects with how many were right."""
    keeps = Counter(
        (row.label.reasons[0] if row.label.reasons else "another answer")
        for row in judged
        if row.is_kept and not row.is_right
    )
    all_reasons = Counter(row.label.reasons[0] for row in judged if row.label.reasons)
    lines = [f"{'wrongly kept, by labelled reason':<40}{'kept':>6}{'of':>6}"]
    lines += [f"{reason:<40}{count:>6}{all_reasons.get(reason, 0) or '':>6}" for reason, count in keeps.most_common()]
    drops = Counter(row.rejected for row in judged if not row.is_kept and row.label.is_verifiable)
    lines.append(f"{'rejected for':<40}{'rows':>6}{'wrongly':>9}{'same reason':>13}")
    for reason, count in Counter(row.rejected for row in judged if not row.is_kept).most_common():
        same = sum(reason in row.label.reasons for row in judged if row.rejected == reason)
        lines.append(f"{reason or '':<40}{count:>6}{drops.get(reason, 0):>9}{same:>13}")
    return lines


def show(judged: Sequence[Judged]) -> list[str]:
    """Excerpts of the errors; for the development part alone."""
    lines = []
    for row in judged:
        if row.is_right or (not row.is_kept and not row.label.is_verifiable):
            continue
        said = f"kept {row.answer!r} ({row.detail})" if row.is_kept else f"rejected for {row.rejected}: {row.detail}"
        reasons = ", ".join(row.label.reasons)
        wanted = f"answer {row.label.answer!r}" if row.label.is_verifiable else f"not verifiable: {reasons}"
        lines += [f"--- {row.label.id}: {said[:400]}", f"    label: {wanted}"]
        lines += [f"    Q {_cut(row.question)}", f"    A {_cut(row.answer_text)}"]
    return lines


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 2 * EXCERPT else f"{text[:EXCERPT]} ... {text[-EXCERPT:]}"


def parts(names: Sequence[str]) -> tuple[dict[str, list[Judged]], int]:
    """The judged rows of each part, and how many labelled rows could not be measured."""
    texts = {row.id: row for row in drawn()} if "TRACEMILL_DATA" in os.environ else {}
    labels = {name: read_labels(FILES[name]) for name in names}
    judged = {name: judged_rows(rows, texts) for name, rows in labels.items()}
    return judged, sum(map(len, labels.values())) - sum(map(len, judged.values()))


def report(judged: dict[str, list[Judged]], unmeasured: int) -> tuple[dict[str, float], list[str]]:
    everything = [row for rows in judged.values() for row in rows]
    figures, lines = figures_of(everything, "verifiable"), summary(everything, "all")
    for name, rows in judged.items() if len(judged) > 1 else ():
        figures |= figures_of(rows, f"verifiable_{name}")
        lines += summary(rows, name)
    for name, rows in judged.items():
        for number in sorted({row.label.draw for row in rows}):
            drawn_then = [row for row in rows if row.label.draw == number]
            if number > 1:
                figures |= figures_of(drawn_then, f"verifiable_{name}{number}")
            lines += summary(drawn_then, f"{name}, draw {number}")
    if unmeasured:
        lines.append(
            f"{unmeasured} labelled rows are not measured: their text has changed, or TRACEMILL_DATA is not set"
        )
    return figures, [*lines, "", *by_source(everything), "", *errors(everything)]


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `verifiable_precision` and `_recall`, and those of the development and the held-out part; the tables.

    `verifiable_held_out_precision` is of all held-out rows, `verifiable_held_out2_precision` of those of the second
    draw, which came when the rules had been written on the first; so for recall and for the development part.

    Without TRACEMILL_DATA only the rows are measured whose licence lets their text stand in the labels. `quick` changes
    nothing: it takes seconds.
    """
    return report(*parts([DEVELOPMENT, HELD_OUT]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verbose", action="store_true", help="print the errors of the development part")
    parser.add_argument("--part", choices=sorted(FILES), help="this part alone")
    options = parser.parse_args()
    judged, unmeasured = parts([options.part] if options.part else [DEVELOPMENT, HELD_OUT])
    if options.verbose and DEVELOPMENT in judged:
        print("\n".join(show(judged[DEVELOPMENT])))
    print("\n".join(report(judged, unmeasured)[1]))


if __name__ == "__main__":
    main()
