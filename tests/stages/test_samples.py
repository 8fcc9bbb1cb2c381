"""The data that ships with the repository, and what the first stages make of it."""

import gzip
import importlib
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.stage import Reject
from stages._leak_report import parse_leak
from stages.decontaminate import Decontaminate
from stages.extract_qa import ExtractQa
from stages.read_jsonl import ReadJsonl
from stages.read_warc import ReadWarc
from stages.records import Document, QAPair
from tests.support import MemorySide, context, run_batch

SAMPLES = Path(__file__).resolve().parents[2] / "configs" / "samples"
needs_data = pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA is not set")


def rows_of(stage: Any) -> list[Any]:
    return [row for shard in stage.shards() for row in stage.read(shard)]


@pytest.fixture(scope="module")
def pages() -> list[Document | Reject]:
    return rows_of(ReadWarc(paths=[SAMPLES / "physics.warc.gz"], source="openstax"))


@pytest.fixture(scope="module")
def textbook(pages: list[Document | Reject]) -> list[QAPair]:
    results = [ExtractQa().process(page) for page in pages if isinstance(page, Document)]
    return [pair for result in results if isinstance(result, list) for pair in result]


@pytest.fixture(scope="module")
def benchmarks() -> list[QAPair]:
    names = ("math500", "gsm8k_test", "svamp")
    return [
        row
        for name in names
        for row in rows_of(ReadJsonl(paths=[SAMPLES / f"{name}.jsonl.gz"], source=name, id_field="id"))
    ]


@pytest.fixture(scope="module")
def word_problems() -> list[QAPair]:
    stage = ReadJsonl(paths=[SAMPLES / "word_problems.jsonl"], source="words", source_field="source", id_field="id")
    return rows_of(stage)


def test_the_archive_holds_pages_with_their_licence(pages: list[Document | Reject]) -> None:
    documents = [page for page in pages if isinstance(page, Document)]
    assert len(documents) >= 40
    assert {page.licence for page in documents} == {"CC BY 4.0"}
    assert all(page.attribution and "OpenStax" in page.attribution for page in documents)
    assert Counter(page.reason for page in pages if isinstance(page, Reject)) == {"http_status": 1, "not_html": 1}


def test_pages_without_questions_say_so(pages: list[Document | Reject]) -> None:
    results = [ExtractQa().process(page) for page in pages if isinstance(page, Document)]
    assert [result.reason for result in results if isinstance(result, Reject)] == ["no_qa", "no_qa"]


def test_boxes_and_notes_of_a_textbook_are_no_posts(textbook: list[QAPair]) -> None:
    assert {pair.extractor for pair in textbook} == {"exercise", "worked_example"}


def test_a_worked_example_asks_what_stands_below_its_title(textbook: list[QAPair]) -> None:
    examples = [pair for pair in textbook if pair.extractor == "worked_example"]
    assert len(examples) > 70
    (car,) = [pair for pair in examples if "a car following a curve" in pair.question]
    assert car.question.startswith("What is the magnitude of the centripetal acceleration of a car")
    assert car.answer_text.startswith("Entering the given values")


def test_the_pages_give_hundreds_of_pairs_with_their_maths(textbook: list[QAPair]) -> None:
    assert len(textbook) > 700
    assert len({pair.id for pair in textbook}) == len(textbook)
    assert any(r"\times 10^{" in pair.answer_text for pair in textbook)
    assert not any("<math" in pair.question + pair.answer_text for pair in textbook)


def test_the_word_problems(word_problems: list[QAPair]) -> None:
    assert all(isinstance(row, QAPair) for row in word_problems)
    assert Counter(row.source for row in word_problems) == {"mawps": 240, "gsm8k": 120}
    assert not any("<<" in row.answer_text for row in word_problems)


def test_decontamination_finds_what_overlaps(
    tmp_path: Path, benchmarks: list[QAPair], word_problems: list[QAPair], textbook: list[QAPair]
) -> None:
    assert len(benchmarks) == 500 + 1319 + 1000
    ctx = context(tmp_path, benchmarks=MemorySide(benchmarks))
    found = [row for row in run_batch(Decontaminate(), [*word_problems, *textbook], ctx) if isinstance(row, Reject)]
    assert 1 <= len(found) <= 30
    leaks = [parse_leak(row.detail) for row in found]
    assert {leak.benchmark for leak in leaks} <= {"math500", "gsm8k_test", "svamp"}
    # SVAMP was made of the word problems' own source.
    assert ("svamp", "svamp-chal-152") in {(leak.benchmark, leak.item) for leak in leaks}
    again = run_batch(Decontaminate(), benchmarks, ctx)
    assert all(isinstance(row, Reject) for row in again)


def test_samples_stay_small_and_name_their_sources() -> None:
    files = [path for path in SAMPLES.iterdir() if path.suffix in (".gz", ".jsonl")]
    assert sum(path.stat().st_size for path in files) < 10_000_000
    sources = (SAMPLES / "SOURCES.md").read_text()
    assert [path.name for path in files if path.name not in sources] == []


@needs_data
def test_the_samples_can_be_built_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    build = _sample_scripts(monkeypatch)
    modules = build.load_modules(_data())
    pages = build.choose_pages(modules)
    labels = build.all_labels(modules)
    archive = b"".join(build.warc_records(pages, labels))
    # Compressed bytes depend on the build of zlib, what they hold does not.
    assert gzip.decompress(archive) == gzip.decompress((SAMPLES / "physics.warc.gz").read_bytes())
    rows = build.lines(build.word_problems(_data() / "benchmarks"))
    assert rows == (SAMPLES / "word_problems.jsonl").read_bytes()


@needs_data
def test_nearly_all_textbook_exercises_are_recovered(monkeypatch: pytest.MonkeyPatch, textbook: list[QAPair]) -> None:
    build = _sample_scripts(monkeypatch)
    chosen = {page.module.id for page in build.choose_pages(build.load_modules(_data()))}
    with gzip.open(_data() / "openstax_college_physics" / "exercises.jsonl.gz") as file:
        gold = [row for row in map(json.loads, file) if row["solution"] and row["module"] in chosen]
    found = {_letters(_without_markup(pair.question)): _letters(_without_markup(pair.answer_text)) for pair in textbook}
    right = sum(found.get(_letters(row["problem"])) == _letters(row["solution"].replace("sqrt", "")) for row in gold)
    assert len(gold) > 700
    assert right / len(gold) >= 0.96


def _data() -> Path:
    return Path(os.environ["TRACEMILL_DATA"])


def _sample_scripts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(SAMPLES))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return importlib.import_module("build")


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _without_markup(text: str) -> str:
    """What the gold's linear spelling of formulas lacks: commands, list letters, numbers of figures."""
    text = re.sub(r"(Figure|Table|Example|Equation|Exercise) \d+", "", text)
    text = re.sub(r"^(?:[a-z]|[ivx]+|\d+)\. ", "", text, flags=re.MULTILINE)
    text = re.sub(r"\\(?:text|sqrt|(?:begin|end)\{matrix\})", "", text)
    text = re.sub(r"\\(sin|cos|tan|cot|log|ln|exp)(?![a-z])", r"\1", text)
    return re.sub(r"\\[a-zA-Z]+", "", text)
