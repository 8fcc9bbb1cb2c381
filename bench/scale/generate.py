"""Rows and pages at a size that matters, made of real ones: the input of `bench/scale/halves.py`.

    python -m bench.scale.generate rows FOLDER [--count 2000000]
    python -m bench.scale.generate pages FOLDER [--count 200000]

**Rows** are questions with worked answers, 2 KB each as JSON lines. Of a hundred, 81 are put together from sentences of
two real questions of training sets, with other numbers and names; 5 are a real question with other numbers alone, so
that templates grow with the size; 8 are near copies of a row before, changed a little, and 4 exact ones; 2 are a
question of a benchmark, hidden as leaks are. The answers are sentences of real worked solutions with other numbers,
and state a result at their end.

**Pages** are the real ones below 60 KB, without the very small, each time with other numbers in its text and at one of
many sites, as gzip members of WARC files. Real crawls average 100 KB and more; 200,000 pages of that size would take
more disk than a laptop has, and what is done to a page grows with its length, so sizes are told with the rates.

What is made depends on the numbers alone: the first rows of two million are those of two thousand.
"""

import argparse
import gzip
import os
import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

import orjson

from bench.extraction.memory import Page, real_pages, record_of
from bench.quality.leaks_plants import WAYS
from bench.quality.neardup_questions import PERTURBED, chance, real_questions, with_other_names, with_other_numbers
from bench.quality.sources import read_rows

ROWS, PAGES = 2_000_000, 200_000
ROWS_PER_FILE, PAGES_PER_FILE = 50_000, 5_000
ANSWER_CHARS = 1_650
PAGE_BYTES = (3_000, 60_000)
SITES = 4_000
_TRAINING = ("math_train", "gsm8k_train", "aqua", "asdiv", "mawps")
_LEAKED = ("math500", "gsm8k_test", "mmlu_stem", "minerva_math", "olympiadbench", "svamp")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
ORIGINALS = 86  # of a hundred rows, those that are made of real ones
_HUNDREDS_BACK = 20  # at most, where a copy is taken, so that a small run has copies too


@dataclass(frozen=True)
class Material:
    """What rows are made of; `leaks` are questions of benchmarks."""

    questions: list[tuple[str, str]]
    leaks: list[str]
    sentences: list[str]


@cache
def material(data: Path) -> Material:
    known = [(one.id.rpartition("-")[0], one) for one in real_questions() if len(one.text.split()) > 4]
    solved = [
        *(str(row["answer"]) for row in read_rows(data / "benchmarks" / "gsm8k_train.jsonl.gz")),
        *(str(row["rationale"]) for row in read_rows(data / "benchmarks" / "aqua.jsonl.gz")),
        *(str(row["output"]) for row in read_rows(data / "traces" / "mmlupro_cot_outputs_sample.jsonl.gz")),
    ]
    sentences = [one for text in solved for one in _SENTENCE.split(text.split("####")[0]) if 20 < len(one) < 400]
    return Material(
        [(one.text, one.answer) for name, one in known if name.startswith(_TRAINING)],
        [one.text for name, one in known if name in _LEAKED],
        sentences,
    )


@dataclass(frozen=True)
class Row:
    id: str
    question: str
    answer: str


def row(number: int, made: Material) -> Row:
    kind, rng = number % 100, chance("row", number)
    if ORIGINALS <= kind < 98 and number >= 100:
        hundred = number // 100 - rng.randint(1, min(number // 100, _HUNDREDS_BACK))
        copied = row(hundred * 100 + rng.randrange(ORIGINALS), made)
        change = rng.choice([*PERTURBED.values()]) if kind < 94 else None
        return replace(copied, id=_name(number), question=change(copied.question, rng) if change else copied.question)
    (one, answer), (other, _) = rng.choice(made.questions), rng.choice(made.questions)
    if kind >= 98:
        question = _hidden(rng.choice(made.leaks), rng)
    elif kind >= 81:
        question = with_other_numbers(one, rng)
    else:
        question = _recombined(one, other, rng)
    return Row(_name(number), question, _answer(made.sentences, _short(answer), rng))


def _name(number: int) -> str:
    return f"row-{number:08d}"


def _hidden(question: str, rng: Random) -> str:
    ways: list[Callable[[str, Random], str | None]] = [*WAYS.values()]
    return rng.choice(ways)(question, rng) or question


def _recombined(one: str, other: str, rng: Random) -> str:
    sentences = [*_SENTENCE.split(one), *_SENTENCE.split(other)]
    chosen = rng.sample(sentences, k=max(1, 2 * len(sentences) // 3))
    return with_other_names(with_other_numbers(" ".join(chosen), rng), rng)


def _short(answer: str) -> str:
    return answer.rpartition("####")[2].strip()[:60] or "12"


def _answer(sentences: list[str], short: str, rng: Random) -> str:
    told: list[str] = []
    while sum(map(len, told)) < ANSWER_CHARS:
        told.append(rng.choice(sentences))
    return f"{with_other_numbers(' '.join(told), rng)} The answer is {short}."


def write_rows(first: int, folder: Path, data: Path, count: int, per_file: int) -> None:
    path = folder / f"qa-{first // per_file:05d}.jsonl"
    if path.exists():
        return
    with path.with_suffix(".part").open("wb") as file:
        for number in range(first, min(first + per_file, count)):
            one = row(number, material(data))
            told = {"id": one.id, "question": one.question, "answer": one.answer, "url": f"https://qa.example/{one.id}"}
            file.write(orjson.dumps(told) + b"\n")
    path.with_suffix(".part").rename(path)


# Pages


@cache
def usable_pages(data: Path) -> list[Page]:
    return [page for page in real_pages(data) if PAGE_BYTES[0] <= len(page.body) <= PAGE_BYTES[1]]


def write_pages(first: int, folder: Path, data: Path, count: int, per_file: int) -> None:
    path = folder / f"pages-{first // per_file:05d}.warc.gz"
    if path.exists():
        return
    pages = usable_pages(data)
    with path.with_suffix(".part").open("wb") as file:
        for number in range(first, min(first + per_file, count)):
            page = pages[number % len(pages)]
            site = chance("site", number).randrange(SITES)
            moved = replace(page, url=re.sub(r"^https?://[^/]+", f"https://site-{site}.example", page.url))
            file.write(gzip.compress(record_of(moved, number // len(pages), number), compresslevel=6, mtime=0))
    path.with_suffix(".part").rename(path)


def unpacked_bytes(kind: str, paths: list[Path]) -> int:
    """Of rows as they lie, of pages without their gzip."""
    if kind == "rows":
        return sum(path.stat().st_size for path in paths)
    total = 0
    for path in paths:
        with gzip.open(path) as stream:
            while chunk := stream.read(1 << 20):
                total += len(chunk)
    return total


WRITERS = {"rows": (write_rows, ROWS_PER_FILE, ROWS), "pages": (write_pages, PAGES_PER_FILE, PAGES)}


def generate(kind: str, folder: Path, count: int, data: Path) -> list[Path]:
    """The files, in order, eight or more; those that are there already stay. Two processes."""
    write, per_file, _ = WRITERS[kind]
    per_file = min(per_file, -(-count // 8))
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(
            pool.map(
                partial(write, folder=folder, data=data, count=count, per_file=per_file), range(0, count, per_file)
            )
        )
    return sorted(folder.glob("qa-*.jsonl" if kind == "rows" else "pages-*.warc.gz"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=WRITERS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int)
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        parser.error("TRACEMILL_DATA must name the folder with the public data sets")
    count = options.count or WRITERS[options.kind][2]
    paths = generate(options.kind, options.folder, count, Path(os.environ["TRACEMILL_DATA"]))
    size = sum(path.stat().st_size for path in paths)
    print(f"{count:,} {options.kind} in {len(paths)} files, {size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
