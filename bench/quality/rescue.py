"""How many questions are rescued, by source, and how many of those that were read are as they should be.

    python bench/quality/rescue.py [--show KIND]

Multiple choice: AQuA, the STEM part of MMLU, SAT, MMLU-Pro (their options put into the text, in four shapes) and the
questions of College Physics that show options. Parts: exercises of College Physics, threads, posts, FAQ pages.

`rescue_read.jsonl` names rows that were read: `right` where the question can be answered alone, in the words of the
answer; `error` says why not. `source_wrong` marks answers that are wrong already where they come from; rescue cannot
know that, and they count as right. Recall is over the rows labelled `rescue` in `labels.jsonl`.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality import sources
from bench.rows import pair
from stages._options_chosen import chosen
from stages._options_shown import shown_options
from stages._parts_labels import cut
from stages.open_options import OpenOptions
from stages.records import QAPair, Rescue
from stages.split_parts import SplitParts

HERE = Path(__file__).parent
LETTERS = "ABCDEFGHIJ"
PARTS = ("openstax", "threads", "stackexchange", "webfaq")
QUICK = 10


def as_pair(name: str, question: str, answer_text: str) -> QAPair:
    return pair(name, question, answer_text, source=name.partition("/")[0])


def _choices() -> Iterator[tuple[str, str, str]]:
    for number, row in enumerate(sources._benchmark("aqua.jsonl.gz")):
        answer = row["rationale"] if number % 2 else row["correct"]
        yield f"aqua/{number}", "\n".join([row["question"], *row["options"]]), answer
    for number, row in enumerate(sources._benchmark("mmlu_stem.jsonl.gz")):
        shown = [f"({letter}) {option}" for letter, option in zip(LETTERS, row["choices"], strict=False)]
        yield f"mmlu-stem/{number}", "\n".join([row["question"], *shown]), f"({LETTERS[row['answer']]})"
    for number, row in enumerate(sources._benchmark("sat_math.jsonl.gz")):
        yield f"sat/{number}", f"{row['question']}\n{row['options']}", row["Answer"]
    for row in sources._benchmark("mmlu_pro_test.jsonl.gz"):
        shown = [f"{letter}. {option}" for letter, option in zip(LETTERS, row["options"], strict=False)]
        letter, text = row["answer"], row["options"][row["answer_index"]]
        answer = f"The answer is ({letter})." if row["question_id"] % 2 else f"{letter}. {text}"
        yield f"mmlu-pro/{row['question_id']}", f"{row['question']}\n{' '.join(shown)}", answer


def _pairs(kind: str) -> Iterator[QAPair]:
    if kind == "options":
        for row in _choices():
            yield as_pair(*row)
    for source in ("openstax",) if kind == "options" else PARTS:
        for each in sources.SOURCES[source][1]():
            yield as_pair(each.id, each.question, each.answer_text)


def rescued(kind: str, row: QAPair) -> list[QAPair]:
    """What the stage makes of the row; nothing where it goes on as it came."""
    if kind == "options":
        opened = OpenOptions().process(row)
        return [opened] if opened.rescued is Rescue.OPTIONS_DROPPED else []
    split = SplitParts().process(row)
    return split if isinstance(split, list) else []


def digest(row: QAPair) -> str:
    return hashlib.blake2b(f"{row.question}\0{row.answer_text}".encode(), digest_size=8).hexdigest()


def counted(kind: str, *, quick: bool = False) -> tuple[dict[str, Counter[str]], dict[str, QAPair]]:
    """Rows by source: all, those that show options or parts with an answer to each, those rescued; and the latter."""
    table: dict[str, Counter[str]] = {}
    made: dict[str, QAPair] = {}
    for place, row in enumerate(_pairs(kind)):
        if quick and place % QUICK:
            continue
        counts = table.setdefault(row.source, Counter())
        counts["rows"] += 1
        counts["shows"] += _shows(kind, row)
        new = rescued(kind, row)
        counts["rescued"] += bool(new)
        counts["new"] += len(new)
        made.update({each.id: each for each in new})
    return table, made


def _shows(kind: str, row: QAPair) -> bool:
    if kind == "parts":
        return cut(row.question, row.answer_text) is not None
    shown = shown_options(row.question)
    return shown is not None and chosen(shown, row.answer_text) is not None


def read_by_hand() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / "rescue_read.jsonl").read_text("utf-8").splitlines()]


def _recall(kind: str) -> tuple[int, int]:
    """Rows with that label that are rescued, of all that carry it and whose text is at hand."""
    labels = {row["id"]: row for row in sources.read_rows(HERE / "labels.jsonl") if row.get("rescue") == kind}
    rows = [row for row in sources.drawn() if row.id in labels and row.digest == labels[row.id]["digest"]]
    return sum(bool(rescued(kind, as_pair(row.id, row.question, row.answer_text))) for row in rows), len(rows)


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `rescue_options_precision`, `rescue_parts_precision`, and `..._recall` over labelled rows.

    `quick` counts every tenth row; precision and recall are then left out.
    """
    figures: dict[str, float] = {}
    lines: list[str] = []
    for kind in ("options", "parts"):
        table, made = counted(kind, quick=quick)
        lines += [f"{kind:8} {'source':14} rows  with {kind} and an answer  rescued  new rows"]
        lines += [
            f"{'':8} {source:14} {counts['rows']:5} {counts['shows']:6} {counts['rescued']:6} {counts['new']:6}"
            for source, counts in table.items()
        ]
        if not quick:
            lines += _judged(kind, made, figures)
    return figures, lines


def _judged(kind: str, made: dict[str, QAPair], figures: dict[str, float]) -> list[str]:
    read = [row for row in read_by_hand() if row["kind"] == kind]
    same = [row for row in read if row["id"] in made and digest(made[row["id"]]) == row["digest"]]
    right = sum(row["right"] for row in same)
    found, labelled = _recall(kind)
    figures[f"rescue_{kind}_precision"] = right / max(1, len(same))
    figures[f"rescue_{kind}_recall"] = found / max(1, labelled)
    wrong = [f"{'':8} {row['id']}: {row['error']}" for row in same if not row["right"]]
    wrong_before = sum("source_wrong" in row for row in same)
    return [
        f"{'':8} read {len(read)}, still made as read {len(same)}, right {right}; wrong at the source {wrong_before}",
        *wrong,
        f"{'':8} labelled as rescuable {labelled}, rescued {found}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", choices=["options", "parts"], help="print what is rescued, one a line as JSON")
    parser.add_argument("--quick", action="store_true", help="every tenth row")
    options = parser.parse_args()
    if not options.show:
        print("\n".join(measure(quick=options.quick)[1]))
        return
    for row in counted(options.show, quick=options.quick)[1].values():
        print(json.dumps({"id": row.id, "digest": digest(row), "question": row.question, "answer": row.answer_text}))


if __name__ == "__main__":
    main()
