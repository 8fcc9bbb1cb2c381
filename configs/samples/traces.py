"""Makes `r1_traces.jsonl.gz` and `math_traced.jsonl` from the published traces named in SOURCES.md."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCE = Path("traces/thought_anchors_r1distill_math_40.jsonl.gz")
URL = "https://github.com/interp-reasoning/thought-anchors.com/tree/68acc04a6667/src/app/data/{folder}"


def main() -> None:
    with gzip.open(Path(os.environ["TRACEMILL_DATA"]) / SOURCE, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    # One right and one wrong trace of each model for every problem, in an order that does not tell which is which.
    rows.sort(key=lambda row: (row["problem"], row["model"], row["trace"]))
    write_traces(rows)
    write_problems(rows)


def write_traces(rows: list[dict[str, Any]]) -> None:
    traces = [
        {
            "problem": row["problem"],
            "answer": row["gt_answer"],
            "model": row["model"],
            "text": row["trace"],
            "finish_reason": "stop",
        }
        for row in rows
    ]
    # No time of day and no file name in the header: the same traces give the same bytes.
    with (HERE / "r1_traces.jsonl.gz").open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(jsonl(traces).encode())


def write_problems(rows: list[dict[str, Any]]) -> None:
    problems = {
        row["problem"]: {
            "question": row["problem"],
            "answer": row["gt_answer"],
            "source": "math-train",
            "licence": "MIT",
            "url": URL.format(folder=row["id"]),
        }
        for row in reversed(rows)
    }
    (HERE / "math_traced.jsonl").write_text(jsonl([problems[key] for key in sorted(problems)]), encoding="utf-8")


def jsonl(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
