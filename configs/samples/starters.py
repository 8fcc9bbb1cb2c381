"""Makes the inputs that `tracemill init` writes out of the samples beside this file.

    python configs/samples/starters.py

They stand in the package, since who installs a wheel has no `configs/`.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from fastwarc.warc import ArchiveIterator, WarcRecordType

SAMPLES = Path(__file__).resolve().parent
STARTERS = SAMPLES.parent.parent / "tracemill" / "starters"
PAGES = ("waves", "the-simple-pendulum")
NUM_PROBLEMS, NUM_TRACED, NUM_WORKED, NUM_LEAKS = 8, 4, 40, 12
_GOLD = re.compile(r"\n#### (.+)$")


def rows(name: str) -> Iterator[dict[str, Any]]:
    content = (SAMPLES / name).read_bytes()
    for line in (gzip.decompress(content) if name.endswith(".gz") else content).splitlines():
        yield orjson.loads(line)


def write(place: str, wanted: list[dict[str, Any]]) -> None:
    path = STARTERS / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in wanted))


def write_pages() -> None:
    """Two sections of the textbook as files."""
    with (SAMPLES / "physics.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
            name = record.headers.get("WARC-Target-URI").rpartition("/")[2]
            if name in PAGES:
                (STARTERS / "pages" / "pages" / f"{name}.html").write_bytes(record.reader.read())


def traces() -> list[dict[str, Any]]:
    """Of each problem with a right and a wrong trace the shortest of both, of the problems with the shortest."""
    by_problem: dict[str, list[dict[str, Any]]] = {}
    for row in rows("r1_traces.jsonl.gz"):
        by_problem.setdefault(row["problem"], []).append(row)
    pairs = []
    for found in by_problem.values():
        found.sort(key=lambda row: len(row["text"]))
        boxed = {outcome: [row for row in found if _is_right(row) == outcome] for outcome in (True, False)}
        if all(boxed.values()):
            pairs.append([boxed[True][0], boxed[False][0]])
    pairs.sort(key=lambda pair: sum(len(row["text"]) for row in pair))
    return [row for pair in pairs[:NUM_TRACED] for row in pair]


def _is_right(row: dict[str, Any]) -> bool:
    return f"\\boxed{{{row['answer']}}}" in row["text"]


def worked() -> list[dict[str, Any]]:
    """Word problems with their solution as a text that ends in a box."""
    found = []
    for row in rows("word_problems.jsonl"):
        gold = _GOLD.search(row["answer"])
        if row["source"] == "gsm8k" and gold:
            text = f"{row['answer'][: gold.start()]}\nSo the answer is \\boxed{{{gold[1]}}}."
            found.append({"id": row["id"], "problem": row["question"], "answer": gold[1], "text": text})
    return sorted(found, key=lambda row: len(row["text"]))[:NUM_WORKED]


def leaks() -> list[dict[str, Any]]:
    """Items of two benchmarks; the first stands in the hub's rows too."""
    return [row for name in ("math500.jsonl.gz", "gsm8k_test.jsonl.gz") for row in list(rows(name))[:NUM_LEAKS]]


def main() -> None:
    write_pages()
    words = [row for row in rows("word_problems.jsonl") if row["source"] == "mawps"][:NUM_PROBLEMS]
    write("teacher/problems.jsonl", [{"question": row["question"], "answer": row["answer"]} for row in words])
    write("verify/traces.jsonl", traces())
    write("train/solutions.jsonl", worked())
    write("hub/rows/train.jsonl", list(rows("webinstruct_shaped.jsonl")))
    write("common/benchmark.jsonl", leaks())


if __name__ == "__main__":
    main()
