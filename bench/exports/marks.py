"""How fast attempts are marked, against plain Python that counts the same words, moves and repeated 4-grams.

The traces are the bundled ones cut to 4 KB. For the figure of one core: `POLARS_MAX_THREADS=1`.
"""

import gzip
import json
import re
import time
from pathlib import Path

import polars as pl

from bench.parts import run_alone
from pipeline.context import Context
from stages._reasoning import PATTERNS
from stages.mark_trajectories import MarkTrajectories
from stages.records import Attempt, FinishReason

TRACES = Path(__file__).parents[2] / "configs" / "samples" / "r1_traces.jsonl.gz"
CHARS = 4096
BATCH = 256


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    attempts = _attempts(1_024 if quick else 10_240)
    ours = _seconds_of_marks(attempts) / len(attempts)
    few = attempts[: len(attempts) // 8]
    plain = _seconds_in_python([attempt.final for attempt in few]) / len(few)
    figures = {"marks_per_s": 1 / ours, "marks_times_as_fast_as_python": plain / ours}
    return figures, [
        f"{len(attempts)} traces of {CHARS} characters, {pl.thread_pool_size()} threads of polars",
        f"marked: {1 / ours:,.0f} a second; plain Python: {1 / plain:,.0f}",
    ]


def _seconds_of_marks(attempts: list[Attempt]) -> float:
    with MarkTrajectories().open(Context(node="marks", scratch=Path())) as mark:
        mark(attempts[:BATCH])
        started = time.perf_counter()
        for at in range(0, len(attempts), BATCH):
            mark(attempts[at : at + BATCH])
        return time.perf_counter() - started


def _seconds_in_python(texts: list[str]) -> float:
    patterns = [re.compile(_for_python(pattern)) for pattern in PATTERNS.values()]
    started = time.perf_counter()
    for text in texts:
        for pattern in patterns:
            sum(1 for _ in pattern.finditer(text))
        words = text.lower().split()
        grams = [tuple(words[at : at + 4]) for at in range(len(words) - 3)]
        _ = 1 - len(set(grams)) / max(len(grams), 1)
    return time.perf_counter() - started


def _for_python(pattern: str) -> str:
    """The same pattern in Python's spelling of boundaries; where it asks for a capital, case counts there alone."""
    return pattern.replace(r"(?-u:\b)", r"\b")


def _attempts(number: int) -> list[Attempt]:
    with gzip.open(TRACES, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"][:CHARS] for line in lines]
    return [_attempt(place, texts[place % len(texts)]) for place in range(number)]


def _attempt(place: int, text: str) -> Attempt:
    return Attempt(
        id=f"{place}/bench-00",
        problem_id=str(place),
        teacher="bench",
        revision="",
        prompt_style="",
        temperature=0.0,
        top_p=1.0,
        max_tokens=0,
        seed=0,
        sample=0,
        reasoning=None,
        final=text,
        finish_reason=FinishReason.STOP,
        num_prompt_tokens=0,
        num_tokens=0,
    )


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
