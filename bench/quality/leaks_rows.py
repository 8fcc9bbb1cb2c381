"""The benchmarks that are checked against, and rows that are in none of them: real questions, and variants of those."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.quality.neardup_questions import chance, with_other_names, with_other_numbers
from bench.quality.sources import SOURCES, data_folder, read_rows
from bench.rows import pair
from stages._benchmarks import BENCHMARKS
from stages._leak_keys import alnum_key
from stages.read_benchmark import ReadBenchmark
from stages.records import QAPair

_FILES = {
    "aime_1983_2023": "aime_1983_2023_deepscaler.json.gz",
    "theoremqa": "theoremqa.json.gz",
    "mmlu_pro": "mmlu_pro_test.jsonl.gz",
    "minerva": "minerva_math.jsonl.gz",
}
HALVES = "halves of two"
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True, slots=True)
class CleanRow:
    """`base` names the real question that the row is or was made from."""

    base: str
    kind: str
    text: str


def benchmark_path(name: str) -> Path:
    return data_folder() / "benchmarks" / _FILES.get(name, f"{name}.jsonl.gz")


def benchmark_items(*names: str) -> list[QAPair]:
    """All items of the benchmarks of these names, or of all."""
    items: list[QAPair] = []
    for name in names or BENCHMARKS:
        stage = ReadBenchmark(benchmark=name, path=benchmark_path(name))
        rows = (row for shard in stage.shards() for row in stage.read(shard))
        items += [row for row in rows if isinstance(row, QAPair)]
    return items


def train_questions(name: str) -> list[QAPair]:
    """`gsm8k` or `math`: the rows of the train split."""
    rows = read_rows(data_folder() / "benchmarks" / f"{name}_train.jsonl.gz")
    column = "problem" if name == "math" else "question"
    return [pair(f"{name}/{number}", row[column], source=name) for number, row in enumerate(rows)]


def real_questions(items: list[QAPair]) -> Iterator[CleanRow]:
    """GSM8K and MATH train less what equals an item in letters and digits; exercises of OpenStax College Physics and
    of Advanced Algebra II; questions of FAQ pages and of Stack Exchange.
    """
    known = {alnum_key(item.question) for item in items}
    for name in ("gsm8k", "math"):
        for row in train_questions(name):
            if alnum_key(row.question) not in known:
                yield CleanRow(row.id, "real", row.question)
    for number, row in enumerate(read_rows(data_folder() / "openstax_college_physics" / "exercises.jsonl.gz")):
        yield CleanRow(f"openstax/{number}", "real", row["problem"])
    for name in ("algebra", "webfaq", "stackexchange"):
        for found in SOURCES[name][1]():
            yield CleanRow(found.id, "real", found.question)


def clean_rows(items: list[QAPair], count: int) -> list[CleanRow]:
    """The real questions, then variants until there are `count`: in turn with other numbers and names, and of halves of
    two questions of one source, with other numbers and names too.
    """
    real = [row for row in real_questions(items) if len(row.text.split()) > 3]
    if count < len(real):
        return sorted(real, key=lambda row: chance("drawn", row.base).random())[:count]
    groups: dict[str, list[CleanRow]] = {}
    for row in real:
        groups.setdefault(row.base.partition("/")[0], []).append(row)
    rows = [*real]
    for number in range(count - len(real)):
        one, rng = real[number % len(real)], chance("variant", number)
        text = one.text
        if number // len(real) % 2:
            text = _halves(one.text, rng.choice(groups[one.base.partition("/")[0]]).text)
        kind = HALVES if number // len(real) % 2 else "numbers and names"
        rows.append(replace(one, kind=kind, text=with_other_names(with_other_numbers(text, rng), rng)))
    return rows


def _halves(one: str, other: str) -> str:
    first, second = _SENTENCE.split(one), _SENTENCE.split(other)
    return " ".join([*first[: (len(first) + 1) // 2], *second[len(second) // 2 :]])
