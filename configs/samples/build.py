"""Makes the demo's input from public data sets: `TRACEMILL_DATA=folder python configs/samples/build.py`.

The same data gives the same bytes: fixed dates, ids from content, rows drawn by a seeded hash. `SOURCES.md` beside this
file says where the data comes from and under which licence.
"""

import gzip
import hashlib
import json
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cnxml
import pyarrow as pa
import pyarrow.parquet as pq

from stages._cnxml import Module, load

HERE = Path(__file__).resolve().parent
NUM_PAGES = 72
NUM_WORD_PROBLEMS = {"mawps": 240, "gsm8k_train": 120}
SEED = "tracemill-demo-1"
FETCHED = "2025-06-01T00:00:00Z"
BOOK = "https://openstax.org/books/college-physics-2e/pages/"
BENCHMARKS = {
    "math500": ("problem", "answer", "unique_id"),
    "gsm8k_test": ("question", "answer", None),
    "svamp": (("Body", "Question"), "Answer", "ID"),
}


def main() -> None:
    data = Path(os.environ["TRACEMILL_DATA"])
    modules = load_modules(data)
    records = warc_records(choose_pages(modules), all_labels(modules))
    (HERE / "physics.warc.gz").write_bytes(b"".join(records))
    (HERE / "word_problems.jsonl").write_bytes(lines(word_problems(data / "benchmarks")))
    write_problems(word_problems(data / "benchmarks"), HERE / "problems.parquet")
    for name, fields in BENCHMARKS.items():
        rows = benchmark_rows(data / "benchmarks" / f"{name}.jsonl.gz", *fields)
        (HERE / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines(rows), mtime=0))


def lines(rows: Iterator[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


# Textbook pages.


def load_modules(data: Path) -> list[Module]:
    return [load(path) for path in sorted((data / "openstax_college_physics/cnxml").glob("*.cnxml.gz"))]


def all_labels(modules: list[Module]) -> dict[str, str]:
    """Element id -> "Figure 3" over the whole book, for references into sections that are not among the pages."""
    return {anchor: label for module in modules for anchor, label in module.labels.items()}


def choose_pages(modules: list[Module]) -> list[cnxml.Page]:
    """The modules with the most exercises that have a solution; ties go to the smaller module id."""
    ranked = sorted(modules, key=lambda module: (-module.num_solved, module.id))
    slugs: set[str] = set()
    pages = []
    for module in sorted(ranked[:NUM_PAGES], key=lambda module: module.id):
        slug = re.sub(r"[^a-z0-9]+", "-", module.title.lower()).strip("-")
        slug = f"{slug}-{module.id}" if slug in slugs else slug
        slugs.add(slug)
        pages.append(cnxml.Page(module=module, url=BOOK + slug))
    return pages


def warc_records(pages: list[cnxml.Page], labels: dict[str, str]) -> Iterator[bytes]:
    """The archive as a crawl would leave it: pages, and between them what is no page."""
    yield warcinfo()
    yield response(BOOK + "table-of-contents", cnxml.contents_page(pages).encode())
    for index, page in enumerate(pages):
        neighbours = (pages[index - 1] if index else None, pages[index + 1] if index + 1 < len(pages) else None)
        html = cnxml.render(page, pages=pages, elsewhere=labels, neighbours=neighbours)
        yield response(page.url, html.encode())
    yield response(BOOK + "preface", cnxml.preface_page(pages).encode())
    yield response(
        BOOK + "no-such-page", b"<!DOCTYPE html><title>Not found</title><h1>404</h1>", status="404 Not Found"
    )
    colours = b"body { font: 18px/1.5 serif; }\nnav { float: left; }\n"
    yield response("https://openstax.org/assets/book.css", colours, media_type="text/css")


def warcinfo() -> bytes:
    body = b"software: tracemill configs/samples/build.py\r\nformat: WARC File Format 1.1\r\n"
    return record("warcinfo", "urn:tracemill:samples", body, media_type="application/warc-fields", has_uri=False)


def response(url: str, body: bytes, *, status: str = "200 OK", media_type: str = "text/html; charset=utf-8") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return record("response", url, head + body, media_type="application/http; msgtype=response")


def record(kind: str, uri: str, block: bytes, *, media_type: str, has_uri: bool = True) -> bytes:
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<{uuid.uuid5(uuid.NAMESPACE_URL, uri).urn}>",
        "WARC-Date": FETCHED,
        **({"WARC-Target-URI": uri} if has_uri else {}),
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


# Word problems and benchmarks.


def word_problems(folder: Path) -> Iterator[dict[str, Any]]:
    for name, count in NUM_WORD_PROBLEMS.items():
        rows = sorted(enumerate(read_rows(folder / f"{name}.jsonl.gz")), key=lambda row: draw(name, row[0]))
        for number, row in sorted(rows[:count]):
            question, answer = (row["input"], number_text(row["target"])) if name == "mawps" else gsm8k(row)
            source, _, part = name.partition("_")
            row_id = f"{part}-{number:05d}" if part else f"{number:05d}"
            yield {"id": row_id, "source": source, "question": question, "answer": answer}


def write_problems(rows: Iterator[dict[str, Any]], path: Path) -> None:
    """Every sixth of the word problems as a Parquet file of problems; its bytes depend on the version of pyarrow."""
    pq.write_table(pa.Table.from_pylist(list(rows)[::6]), path, compression="zstd", store_schema=False)


def draw(name: str, number: int) -> bytes:
    return hashlib.sha256(f"{SEED}/{name}/{number}".encode()).digest()


def gsm8k(row: dict[str, Any]) -> tuple[str, str]:
    """The solution without the calculator marks `<<48/2=24>>`, which are no part of its sentences."""
    return row["question"], re.sub(r"<<[^<>]*>>", "", row["answer"])


def benchmark_rows(path: Path, question: Any, answer: str, key: str | None) -> Iterator[dict[str, Any]]:
    names = (question,) if isinstance(question, str) else question
    for number, row in enumerate(read_rows(path)):
        yield {
            "id": row[key] if key else f"{number:04d}",
            "question": " ".join(row[name].strip() for name in names),
            "answer": number_text(row[answer]).rpartition("#### ")[2],
        }


def number_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read_rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rb") as file:
        return [json.loads(line) for line in file.read().split(b"\n") if line]


if __name__ == "__main__":
    main()
