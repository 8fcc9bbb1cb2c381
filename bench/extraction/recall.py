"""The recall classifier on sites it has not seen: precision and recall by domain, and its speed on one core.

    TRACEMILL_DATA=folder python bench/extraction/recall.py [--quick] [--presets]

The figures are those of `train_recall` itself, at its default settings but for the operating point below: five folds by
domain, each scored by a model that saw no page of its domains, at a threshold chosen without them as well. Arguable
documents (see `recall_corpus.py`) are scored apart, by a model that saw none of their sites. `--quick` takes three
folds, `--presets` trains every preset and prints size, figures and speed of each (two gigabytes of memory and disk).

Precision depends on how rare the positive documents are: about a third here, and far fewer on the open web. What does
not are the shares in the table: of each kind of document, how many were taken.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import fasttext

from bench.extraction.recall_corpus import Labelled, labelled_documents
from bench.extraction.recall_training import Trained, document, trained
from pipeline.context import Context
from pipeline.inputs import StoredInput
from stages._recall_curve import Counts, by_domain, counts_of, domain_intervals, wilson
from stages._recall_model import MODEL_FILE, PRESETS, RecallModel
from stages._recall_report import share, text_curve
from stages._recall_text import fasttext_line
from stages.prefilter import Prefilter
from stages.records import Document
from stages.score_recall import ScoreRecall
from stages.train_recall import DEFAULT_PRESET, TrainRecall

# Above 0.95, so that the figure on unseen domains has room on both sides of what the inner folds promise.
OPERATING_POINT = 0.97
BATCH = 256
REPEATS = 5
SPEED_DOCUMENTS = 4_000


def group_table(documents: Sequence[Labelled], taken: Mapping[str, bool]) -> list[str]:
    groups: dict[tuple[str, str], list[Labelled]] = defaultdict(list)
    for one in documents:
        groups[{True: "+", False: "-", None: "?"}[one.label], one.group].append(one)
    lines = [f"{'kind of document':28}{'documents':>10}{'domains':>9}{'taken':>8}   95 % (Wilson)"]
    for (side, group), members in sorted(groups.items()):
        hits = sum(taken[one.id] for one in members)
        low, high = wilson(hits, len(members)) or (0.0, 1.0)
        name = f"{side} {group}"
        domains = len({one.domain for one in members})
        lines.append(f"{name:28}{len(members):>10}{domains:>9}{hits / len(members):>8.3f}   {low:.3f} to {high:.3f}")
    return lines


def summary(name: str, documents: Sequence[Labelled], taken: Mapping[str, bool]) -> tuple[Counts, str]:
    labels, found = [bool(one.label) for one in documents], [taken[one.id] for one in documents]
    counts = counts_of(labels, found)
    intervals = domain_intervals(by_domain([one.domain for one in documents], labels, found))
    rows = []
    for what, value, hits, total, domain in (
        ("precision", counts.precision, counts.true_positive, sum(found), intervals.precision),
        ("recall", counts.recall, counts.true_positive, sum(labels), intervals.recall),
    ):
        low, high = wilson(hits, total) or (0.0, 1.0)
        by_site = f"{domain[0]:.3f} to {domain[1]:.3f}" if domain else "-"
        rows.append(f"{what} {share(value)} (documents {low:.3f} to {high:.3f}, domains {by_site})")
    return counts, f"{name:30} {'; '.join(rows)}"


def arguable(documents: Sequence[Labelled], threshold: float, folder: Path) -> list[str]:
    """Shares taken of what has no label, by a model that was trained without the sites it comes from."""
    open_ones = [one for one in documents if one.label is None]
    sites = {one.domain for one in open_ones}
    others = [one for one in documents if one.label is not None and one.domain not in sites]
    model = RecallModel(trained(TrainRecall(folds=0), others, folder).folder / MODEL_FILE)
    scores = model.scores([fasttext_line(one.text) for one in open_ones])
    taken = {one.id: (score or 0.0) >= threshold for one, score in zip(open_ones, scores, strict=True)}
    return group_table(open_ones, taken)


def speeds(model: Trained, documents: Sequence[Labelled]) -> dict[str, float]:
    """Documents a second on one core: the stage, the library's call for single texts alone, and splitting alone."""
    rows = [document(one) for one in documents][:SPEED_DOCUMENTS]
    lines = [fasttext_line(row.text or "") + "\n" for row in rows]
    bare = fasttext.load_model(str(model.folder / MODEL_FILE)).f
    side = {"model": StoredInput("model", path=model.folder)}
    with ScoreRecall().open(Context(node="bench", scratch=model.folder, side=side)) as score:

        def stage() -> None:
            for at in range(0, len(rows), BATCH):
                score(rows[at : at + BATCH])

        timed: dict[str, Callable[[], object]] = {
            "stage": stage,
            "bare predict": lambda: [bare.predict(line, 2, 0.0, "strict") for line in lines],
            "plain split": lambda: [(row.text or "").split() for row in rows],
        }
        return {name: len(rows) / median(_seconds(work) for _ in range(REPEATS)) for name, work in timed.items()}


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def prefiltered(documents: Sequence[Labelled]) -> tuple[float, float, str]:
    stage, kept = Prefilter(), {True: 0, False: 0}
    start = time.perf_counter()
    for one in documents:
        kept[bool(one.label)] += isinstance(stage.process(document(one)), Document)
    rate = len(documents) / (time.perf_counter() - start)
    totals = {side: sum(bool(one.label) is side for one in documents) for side in kept}
    passed = {side: kept[side] / totals[side] for side in kept}
    text = f"prefilter: keeps {passed[True]:.3f} of the positive and {passed[False]:.3f} of the negative documents"
    return passed[True], passed[False], f"{text}, {rate:,.0f} documents/s"


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `recall_model_*` and `prefilter_*`, and the report's lines."""
    everything = labelled_documents(Path(os.environ["TRACEMILL_DATA"]))
    known = [one for one in everything if one.label is not None]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage = TrainRecall(folds=3 if quick else 5, target_precision=OPERATING_POINT)
        model = trained(stage, known, folder / "all")
        counts, line = summary("all domains, each held out", known, model.taken)
        fewer = [] if quick else [_with_fewer(known, folder / "fewer")]
        sealed = [one for one in known if one.is_sealed]
        sealed_counts, sealed_line = summary("of these never looked at", sealed, model.taken)
        assert model.facts.held_out is not None
        points = model.facts.held_out["curve"]
        rates = speeds(model, known)
        keeps, passes, prefilter_line = prefiltered(known)
        lines = [
            _header(everything, stage.folds), line, sealed_line, *fewer, "",
            *group_table(known, model.taken), "",
            "arguable, counted on neither side:", *arguable(everything, model.facts.threshold, folder / "open"), "",
            text_curve(points), *_at_recall(points), "",
            f"model {model.facts.megabytes:.1f} MB; scoring {rates['stage']:,.0f} documents/s, bare predict "
            f"{rates['bare predict']:,.0f}, plain split {rates['plain split']:,.0f}",
            prefilter_line,
        ]  # fmt: skip
    figures = {
        "recall_model_precision": counts.precision or 0.0,
        "recall_model_recall": counts.recall or 0.0,
        "recall_model_precision_at_recall_80": max(p["precision"] for p in points if p["recall"] >= 0.8),
        "recall_model_precision_sealed": sealed_counts.precision or 0.0,
        "recall_model_recall_sealed": sealed_counts.recall or 0.0,
        "recall_model_docs_per_s": rates["stage"],
        "recall_model_share_of_bare_predict": rates["stage"] / rates["bare predict"],
        "recall_model_megabytes": model.facts.megabytes,
        "prefilter_recall": keeps,
        "prefilter_passes_negative": passes,
    }
    return figures, lines


def _header(everything: Sequence[Labelled], folds: int) -> str:
    sides = []
    for name, label in (("positive", True), ("negative", False)):
        found = [one for one in everything if one.label is label]
        sides.append(f"{len(found)} {name} documents of {len({one.domain for one in found})} domains")
    words = sum(len(one.text.split()) for one in everything) / len(everything)
    return (
        f"{', '.join(sides)}; {words:.0f} words each; {folds} folds by domain, threshold for {OPERATING_POINT:g} inside"
    )


def _with_fewer(known: Sequence[Labelled], folder: Path) -> str:
    """How much hangs on the number of sites: three folds learn from two thirds of them, five from four fifths."""
    model = trained(TrainRecall(folds=3, target_precision=OPERATING_POINT), known, folder)
    return summary("three folds, so fewer domains", known, model.taken)[1]


def _at_recall(points: Sequence[Mapping[str, float]]) -> list[str]:
    """The curve of all held-out scores. Its thresholds are chosen in hindsight, those of the figures are not."""
    lines = [f"{'recall':>8}{'precision':>11}{'threshold':>11}"]
    for wanted in (0.5, 0.7, 0.8, 0.9, 0.95, 0.98):
        point = next((point for point in points if point["recall"] >= wanted), points[-1])
        lines.append(f"{point['recall']:>8.3f}{point['precision']:>11.3f}{point['threshold']:>11.4f}")
    return lines


def compare_presets() -> list[str]:
    """Every preset and the small one quantised, on three folds: what size buys."""
    known = [one for one in labelled_documents(Path(os.environ["TRACEMILL_DATA"])) if one.label is not None]
    small = PRESETS[DEFAULT_PRESET]
    kinds = {
        **PRESETS,
        f"{DEFAULT_PRESET}, quantised": replace(small, quantise=True),
        "dim 256": replace(small, dim=256),
    }
    heads = ("MB", "precision", "recall", "average precision", "documents/s", "seconds")
    lines = [f"{'settings':20}" + "".join(f"{head:>{max(9, len(head) + 2)}}" for head in heads)]
    for name, settings in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            stage = TrainRecall(
                settings=replace(settings, max_megabytes=None), folds=3, target_precision=OPERATING_POINT
            )
            start = time.perf_counter()
            model = trained(stage, known, Path(folder) / name)
            seconds = time.perf_counter() - start
            held_out = model.facts.held_out or {}
            cells = f"{held_out['precision']:>11.3f}{held_out['recall']:>9.3f}{held_out['average_precision']:>19.4f}"
            rate = speeds(model, known)["stage"]
            lines.append(f"{name:20}{model.facts.megabytes:>9.1f}{cells}{rate:>13,.0f}{seconds:>9.0f}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three folds")
    parser.add_argument("--presets", action="store_true", help="compare the presets instead")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        parser.error("TRACEMILL_DATA must name the folder with the public data sets")
    if options.presets:
        print("\n".join(compare_presets()))
        return
    figures, lines = measure(quick=options.quick)
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
