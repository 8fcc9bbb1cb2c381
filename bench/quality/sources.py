"""The rows that are labelled for verifiability: real pairs of question and answer, from ten kinds of places.

Each source yields rows in the order of a digest of their id, so that a draw depends on nothing but the data.
"""

import gzip
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "configs" / "samples"))

from bench.rows import document
from bench.threads.gold import gold_pages, read_labels
from stages._page_reader import fragment_text
from stages.extract_qa import ExtractQa
from stages.read_quads import ReadQuads
from stages.records import Document, QAPair

HELD_OUT_SHARE = 3
_HTML = {"para": "p", "list": "ul", "item": "li", "emphasis": "em"}


@dataclass(frozen=True, slots=True)
class Row:
    """`ships`: the licence lets the text stand in a repository; of the others the labels keep a digest."""

    id: str
    source: str
    question: str
    answer_text: str
    ships: bool

    @property
    def digest(self) -> str:
        return hashlib.blake2b(f"{self.question}\0{self.answer_text}".encode(), digest_size=8).hexdigest()

    @property
    def is_held_out(self) -> bool:
        """A third of each source, by its id alone: set aside before a rule was written."""
        return _place(self.id) % HELD_OUT_SHARE == 0


def _place(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=6).digest())


def data_folder() -> Path:
    return Path(os.environ["TRACEMILL_DATA"])


def read_rows(path: Path) -> list[dict[str, Any]]:
    """JSON Lines, or one JSON array; split on line feeds alone, since some texts hold other line ends."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")
    if text.lstrip().startswith("["):
        rows: list[dict[str, Any]] = json.loads(text)
        return rows
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _benchmark(name: str) -> list[dict[str, Any]]:
    return read_rows(data_folder() / "benchmarks" / name)


def _openstax() -> Iterator[Row]:
    """Exercises as `extract_qa` takes them from the rendered book."""
    import build  # the samples' own reader of the book
    import cnxml

    modules = build.load_modules(data_folder())
    labels = build.all_labels(modules)
    pages = [cnxml.Page(module=module, url=build.BOOK + module.id) for module in modules]
    for page in pages:
        html = cnxml.render(page, pages=pages, elsewhere=labels, neighbours=(None, None))
        for number, pair in enumerate(_pairs(document("page", url=page.url, html=html, language="en"))):
            yield Row(f"openstax/{page.module.id}-{number}", "openstax", pair.question, pair.answer_text, True)


def _algebra() -> Iterator[Row]:
    """Homework of a textbook; next to none of it has a solution, so most rows have an empty answer."""
    for path in sorted((data_folder() / "cnx_adv_algebra2" / "cnxml").glob("*.cnxml.gz")):
        root = etree.fromstring(gzip.decompress(path.read_bytes()))
        for number, exercise in enumerate(root.iter("{*}exercise")):
            problem, solution = (_fragment(exercise.find(f"{{*}}{part}")) for part in ("problem", "solution"))
            yield Row(f"algebra/{path.name.split('.')[0]}-{number}", "algebra", problem, solution, True)


def _fragment(element: Any) -> str:
    """The text of a CNXML element with its formulas as LaTeX."""
    if element is None:
        return ""
    for part in element.iter(etree.Element):
        name = etree.QName(part).localname
        part.tag = _HTML.get(name, name)
    return fragment_text(etree.tostring(element, encoding="unicode", with_tail=False)).strip()


def _math() -> Iterator[Row]:
    for number, row in enumerate(_benchmark("math_train.jsonl.gz")):
        yield Row(f"math/{number}", "math", row["problem"], row["answer"], True)


def _gsm8k() -> Iterator[Row]:
    for number, row in enumerate(_benchmark("gsm8k_train.jsonl.gz")):
        yield Row(f"gsm8k/{number}", "gsm8k", row["question"], row["answer"], True)


def _theoremqa() -> Iterator[Row]:
    for number, row in enumerate(_benchmark("theoremqa.json.gz")):
        yield Row(f"theoremqa/{number}", "theoremqa", row["Question"], str(row["Answer"]), True)


def _mmlu_pro() -> Iterator[Row]:
    """The stem with the text of its right option, without the others."""
    for row in _benchmark("mmlu_pro_test.jsonl.gz"):
        right = row["options"][row["answer_index"]]
        yield Row(f"mmlu-pro/{row['question_id']}", "mmlu-pro", row["question"], right, True)


def _olympiad() -> Iterator[Row]:
    for row in _benchmark("olympiadbench.jsonl.gz"):
        context = f"{row['context']}\n" if row["context"] else ""
        answer = ", ".join(row["final_answer"])
        yield Row(f"olympiadbench/{row['id']}", "olympiadbench", context + row["question"], answer, True)


def _scibench() -> Iterator[Row]:
    for number, row in enumerate(_benchmark("scibench.jsonl.gz")):
        answer = f"{row['answer_latex'] or row['answer_number']} {row['unit']}".strip()
        yield Row(f"scibench/{number}", "scibench", row["problem_text"].strip(), answer, False)


def _minerva() -> Iterator[Row]:
    for number, row in enumerate(_benchmark("minerva_math.jsonl.gz")):
        yield Row(f"minerva/{number}", "minerva", row["problem"], row["solution"], False)


def _college_math() -> Iterator[Row]:
    for number, row in enumerate(_benchmark("college_math.jsonl.gz")):
        yield Row(f"college-math/{number}", "college-math", row["question"], row["answer"], False)


def _webfaq() -> Iterator[Row]:
    """Questions of schema.org FAQ pages with their accepted answers, as `extract_qa` takes them."""
    stage = ReadQuads(paths=[data_folder() / "webfaq" / "FAQPage_sample.nq.gz"], source="webfaq")
    pages = (page for shard in stage.shards() for page in stage.read(shard) if isinstance(page, Document))
    for number, pair in enumerate(pair for page in pages for pair in _pairs(page)):
        yield Row(f"webfaq/{number}", "webfaq", pair.question, pair.answer_text, False)


def _pairs(page: Document) -> list[QAPair]:
    found = ExtractQa().process(page)
    return found if isinstance(found, list) else []


def _stackexchange() -> Iterator[Row]:
    for number, row in enumerate(read_rows(data_folder() / "webfaq" / "stack_exchange_redpajama_70.jsonl")):
        question, found, answer = row["text"].removeprefix("Q: ").partition("\n\nA: ")
        if found:
            yield Row(f"stackexchange/{number}", "stackexchange", question.strip(), answer.strip(), False)


def _threads() -> Iterator[Row]:
    """What a careful curator takes from thread pages (`bench/threads`), so that no change of extraction moves it."""
    for page in gold_pages(data_folder(), [row for row in read_labels() if row["kind"] != "faq"]):
        for number, pair in enumerate(page.pairs):
            question, answer = pair.shown
            yield Row(f"threads/{page.file.rsplit('/', 1)[-1][:12]}-{number}", "threads", question, answer, False)


SOURCES: dict[str, tuple[int, Callable[[], Iterator[Row]]]] = {
    "openstax": (220, _openstax),
    "algebra": (20, _algebra),
    "webfaq": (60, _webfaq),
    "stackexchange": (64, _stackexchange),
    "threads": (120, _threads),
    "theoremqa": (150, _theoremqa),
    "mmlu-pro": (220, _mmlu_pro),
    "math": (140, _math),
    "gsm8k": (30, _gsm8k),
    "olympiadbench": (75, _olympiad),
    "scibench": (95, _scibench),
    "minerva": (50, _minerva),
    "college-math": (65, _college_math),
}


def drawn() -> list[Row]:
    """Some 1,300 rows, the same at each call."""
    rows: list[Row] = []
    for count, read in SOURCES.values():
        rows += sorted(read(), key=lambda row: hashlib.blake2b(row.id.encode(), digest_size=16, salt=b"draw").digest())[
            :count
        ]
    return rows
