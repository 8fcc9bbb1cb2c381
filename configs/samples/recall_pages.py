"""Makes the input of `configs/recall.yaml`: `TRACEMILL_DATA=folder python configs/samples/recall_pages.py`.

Seeds on both sides, and a small crawl of sites that no seed comes from. The same data gives the same bytes.
`SOURCES.md` beside this file says where the data comes from and under which licence.
"""

import ast
import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import recall_negatives

HERE = Path(__file__).resolve().parent
SEED = "tracemill-recall-1"
SHEETS, PROBLEMS_PER_SHEET = 10, 3
# Subjects of MATH whose sheets are seeds; those of the others are part of the crawl.
SEED_SUBJECTS = ("Algebra", "Geometry", "Number Theory")
CRAWL_SUBJECTS = ("Counting & Probability", "Intermediate Algebra", "Prealgebra", "Precalculus")
SEED_SITES = ("kitchen.example", "trails.example", "gazette.example", "gadgets.example", "allotment.example")
CRAWL_SITES = ("museum.example", "saddle.example", "tenants.example")
DEBIAN = "https://www.debian.org/doc/manuals/debian-faq/"

Row = dict[str, Any]


def main() -> None:
    for name, found in samples(Path(os.environ["TRACEMILL_DATA"])).items():
        (HERE / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines(found), mtime=0))


def samples(data: Path) -> dict[str, list[Row]]:
    """The rows of each file, by its name."""
    gsm8k = [
        f"{row['question']}\n{gsm8k_answer(row['answer'])}" for row in rows(data / "benchmarks/gsm8k_train.jsonl.gz")
    ]
    positives = [*math_sheets(data, SEED_SUBJECTS), *sheets("word-problems.example", gsm8k, source="gsm8k-train")]
    crawl = [
        *math_sheets(data, CRAWL_SUBJECTS),
        *sheets("choices.example", aqua(data), source="aqua", licence="Apache-2.0"),
    ]
    return {
        "recall_positives": positives,
        "recall_negatives": list(own_pages(SEED_SITES)),
        "recall_crawl": [*crawl, *own_pages(CRAWL_SITES)],
        "debian_faq": list(debian_faq(data / "html/debian_faq")),
    }


def lines(found: Iterable[Row]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in found)


def own_pages(sites: Iterable[str]) -> Iterator[Row]:
    for site in sites:
        for url, text in recall_negatives.pages(site):
            yield {"url": url, "source": "tracemill", "licence": "Apache-2.0", "text": text}


def math_sheets(data: Path, subjects: Iterable[str]) -> Iterator[Row]:
    """Problems of MATH's test part with their solutions, those of MATH-500 left out."""
    chosen = {row["unique_id"] for row in rows(data / "benchmarks/math500.jsonl.gz")}
    problems = [row for row in rows(data / "benchmarks/math_test.jsonl.gz") if row["unique_id"] not in chosen]
    for subject in subjects:
        texts = [f"{row['problem']}\n{row['solution']}" for row in problems if row["subject"] == subject]
        site = "-".join(re.findall("[a-z]+", subject.lower())) + ".example"
        yield from sheets(site, texts, source="math-test")


def sheets(site: str, texts: list[str], *, source: str, licence: str = "MIT") -> Iterator[Row]:
    """Pages of three problems each, drawn by a seeded hash; problems with a drawing in Asymptote are left out."""
    plain = [text for text in texts if "[asy]" not in text]
    drawn = sorted(plain, key=lambda text: hashlib.sha256(f"{SEED}/{site}/{text}".encode()).digest())
    for number in range(SHEETS):
        text = "\n\n".join(drawn[number * PROBLEMS_PER_SHEET : (number + 1) * PROBLEMS_PER_SHEET])
        yield {"url": f"https://{site}/sheet-{number + 1}", "source": source, "licence": licence, "text": text}


def aqua(data: Path) -> list[str]:
    return [
        "\n".join([row["question"], *map(str, options(row["options"])), row["rationale"]])
        for row in rows(data / "benchmarks/aqua.jsonl.gz")
    ]


def options(value: Any) -> list[Any]:
    found: list[Any] = ast.literal_eval(value) if isinstance(value, str) else value
    return found


def gsm8k_answer(answer: str) -> str:
    """Without the calculator marks `<<48/2=24>>` and the sign before the result."""
    return re.sub(r"<<[^<>]*>>", "", answer).replace("#### ", "")


def debian_faq(folder: Path) -> Iterator[Row]:
    """The pages word for word, with the one that holds the copyright notice, as their licence asks."""
    for path in sorted(folder.glob("*.en.html.gz")):
        html = gzip.decompress(path.read_bytes()).decode("utf-8")
        yield {
            "url": DEBIAN + path.name.removesuffix(".gz"),
            "source": "debian-faq",
            "licence": "LicenseRef-Debian-FAQ",
            "html": html,
        }


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).split(b"\n") if line]


if __name__ == "__main__":
    main()
