"""Makes `webinstruct_shaped.jsonl`: questions with worked answers in the columns of WebInstruct, see SOURCES.md.

`TRACEMILL_DATA=folder python configs/samples/webinstruct_shaped.py`. Word problems and the benchmark's item come from
the samples beside this file, the textbook's exercises from the data.
"""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NUM_WORD_PROBLEMS = 24
EXERCISES = Path("openstax_college_physics/exercises.jsonl.gz")
# With a result, and such as ask for words.
PHYSICS = (
    *("fs-id1458737", "fs-id1164906434690", "fs-id1342451", "fs-id1669265", "fs-id1859034"),
    *("fs-id1169738045968", "eip-254", "eip-253", "fs-id2377940"),
    *("fs-id1788025", "fs-id1841930", "fs-id1437960", "eip-426", "fs-id1780694", "fs-id2714920"),
)
# Which of the word problems come again, and in which words.
COPIED = 0
REPHRASED, SAID, SAYS = 1, "He decided to get himself", "So he decided to get himself"
# The answer of this one is altered: its last sentence names another value than the text before comes to.
ALTERED, WRONG_BY = 5, 10


def main() -> None:
    (HERE / "webinstruct_shaped.jsonl").write_text(lines(Path(os.environ["TRACEMILL_DATA"])), encoding="utf-8")


def lines(data: Path) -> str:
    rows = [*word_problems(), *physics(data), benchmark_item()]
    return "".join(json.dumps({**row, "index": at}, ensure_ascii=False) + "\n" for at, row in enumerate(rows))


def word_problems() -> Iterator[dict[str, Any]]:
    given = [json.loads(line) for line in (HERE / "word_problems.jsonl").read_text("utf-8").split("\n") if line]
    chosen = [row for row in given if row["source"] == "gsm8k"][:NUM_WORD_PROBLEMS]
    for number, row in enumerate(chosen):
        worked, result = row["answer"].split("\n#### ")
        told = str(int(result) + WRONG_BY) if number == ALTERED else result
        yield _row(row["question"], f"{worked}\nSo the answer is {told}.", source="gsm8k", licence="MIT")
        if number == COPIED:
            yield _row(f" {row['question']} ".upper(), f"It is {result}.", source="gsm8k", licence="MIT")
        if number == REPHRASED:
            assert SAID in row["question"]
            asked = row["question"].replace(SAID, SAYS)
            yield _row(asked, f"He paid {result}.\nSo the answer is {result}.", source="gsm8k", licence="MIT")


def physics(data: Path) -> Iterator[dict[str, Any]]:
    exercises = gzip.decompress((data / EXERCISES).read_bytes()).decode("utf-8").split("\n")
    known = {row["exercise_id"]: row for row in (json.loads(line) for line in exercises if line)}
    for name in PHYSICS:
        question, answer = (_plain(known[name][part]) for part in ("problem", "solution"))
        yield _row(question, answer, source="openstax-college-physics", licence="CC BY 4.0")


def benchmark_item() -> dict[str, Any]:
    """What a benchmark asks stands in the web, too."""
    first = json.loads(gzip.decompress((HERE / "math500.jsonl.gz").read_bytes()).split(b"\n")[0])
    return _row(first["question"], f"So the answer is {first['answer']}.", source="math500", licence="MIT")


def _row(question: str, answer: str, *, source: str, licence: str) -> dict[str, Any]:
    return {"orig_question": question, "orig_answer": answer, "source": source, "licence": licence}


def _plain(text: str) -> str:
    """The exercises were cut out of MathML, a line for each sign."""
    return " ".join(text.split())


if __name__ == "__main__":
    main()
