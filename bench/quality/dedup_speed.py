"""Dedup of a million questions against datatrove's MinHash: the same rows, run length, bands and cores, in one run.

    python bench/quality/dedup_speed.py [--quick]

Both sides go from a Parquet file of their own rows to kept rows on disk, each in a process of its own with two workers.
Ours is `dedup_near` as `tracemill run` runs it, with every pair compared, reasons, rejects, digests and shards;
datatrove's is signature, buckets, cluster and filter, which compare no pair. Its tokenizer for English is spaCy's; a
second reading has it split at spaces instead, which is not what it does. Reading the rows into the store is timed
beside, for other stages need it too. The last lines time MinHash alone, for three implementations on one core.
"""

import importlib.util
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.datatrove_runs import Reading, SplitWords, command_line, num_rows, timed, xxhash64
from bench.quality.neardup_questions import made_questions
from stages._near_bands import band_keys
from stages._near_sets import Sets, Shingler
from stages.dedup_near import DedupNear

FULL, QUICK, FILES, WORKERS = 1_000_000, 50_000, 8, 2
_RUN = "import sys; from pipeline.config import load_config; from pipeline.session import run\n"
_RUN += "run(load_config(sys.argv[1]), only=sys.argv[2], workers=2)"


def write_questions(folder: Path, count: int) -> None:
    folder.mkdir()
    names = ("id", "text", "answer")
    rows = [(question.id, question.text, question.answer) for question in made_questions(count)]
    for number in range(FILES):
        columns = zip(*rows[number::FILES], strict=True)
        pq.write_table(pa.table(dict(zip(names, map(list, columns), strict=True))), folder / f"{number}.parquet")


def write_recipe(folder: Path) -> Path:
    paths = [str(path) for path in sorted((folder / "questions").glob("*.parquet"))]
    read = {"paths": paths, "source": "bench", "question_fields": ["text"], "id_field": "id"}
    nodes = {"pairs": {"uses": "read_parquet", "with": read}, "near": {"uses": "dedup_near", "needs": "pairs"}}
    recipe = {"name": "speed", "store": str(folder / "store"), "exports": str(folder / "exports"), "nodes": nodes}
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(recipe))
    return path


def run_datatrove(folder: Path, *, split: bool) -> None:
    """The pipeline of datatrove's own example, in this process and its workers."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import minhash
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import ParquetWriter

    stage, work = DedupNear(), str(folder / f"datatrove-{'split' if split else 'spacy'}")
    signature = _signature_step(f"{work}/signatures", split=split)
    config = signature.config

    def reader() -> ParquetReader:
        return ParquetReader(str(folder / "questions"), text_key="text", id_key="id")

    steps = (
        (WORKERS, [reader(), signature]),
        (stage.bands, [minhash.MinhashDedupBuckets(f"{work}/signatures", f"{work}/buckets", config=config)]),
        (1, [minhash.MinhashDedupCluster(f"{work}/buckets", f"{work}/remove", config=config)]),
        (WORKERS, [reader(), minhash.MinhashDedupFilter(f"{work}/remove"), ParquetWriter(f"{work}/kept")]),
    )
    for number, (tasks, pipeline) in enumerate(steps):
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=WORKERS, logging_dir=f"{work}/logs{number}").run()


def _signature_step(folder: str, *, split: bool) -> Any:
    from datatrove.pipeline.dedup import minhash

    stage = DedupNear()
    if split:
        minhash.load_word_tokenizer = lambda _: SplitWords()
    config = minhash.MinhashConfig(n_grams=stage.shingle, num_buckets=stage.bands, hashes_per_bucket=stage.rows)
    step = minhash.MinhashDedupSignature(folder, config)
    step._hash_func = xxhash64
    return step


def minhash_microseconds() -> dict[str, float]:
    """Microseconds a question on one core from the hashes of its runs to its signature in an array."""
    sets = Shingler(3).read([question.text for question in made_questions(10_000)]).runs
    stage = DedupNear()
    work: dict[str, Callable[[], object]] = {
        "numpy, in bands": lambda: band_keys(sets, stage.bands, stage.rows),
        "datatrove": lambda: _datatrove(sets),
    }
    if importlib.util.find_spec("rensa"):
        work["rensa"] = lambda: _rensa(sets, stage.bands * stage.rows)
    return {name: _microseconds(one, sets) for name, one in work.items()}


def _microseconds(work: Callable[[], object], sets: Sets) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) / (sets.starts.size - 1) * 1e6


def _rensa(sets: Sets, count: int) -> object:
    from rensa import RMinHash

    matrix = RMinHash.digest_matrix_from_flat_token_hashes(sets.members, sets.starts.astype(np.uint64), count, 1)
    return np.array(matrix.to_rows(), np.uint32)


def _datatrove(sets: Sets) -> object:
    step = _signature_step(tempfile.gettempdir(), split=True)
    rows = [sets.members[start:end].reshape(-1, 1) for start, end in zip(sets.starts, sets.starts[1:], strict=False)]
    return [step.get_signature(row) for row in rows if row.size]


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `dedup_speedup_vs_datatrove` and `peak_mb`; `quick` takes 50,000 questions."""
    count = QUICK if quick else FULL
    folder = Path(tempfile.mkdtemp(prefix="tracemill-dedup-"))
    try:
        write_questions(folder / "questions", count)
        recipe = write_recipe(folder)
        read, ours = (timed([sys.executable, "-c", _RUN, str(recipe), node]) for node in ("pairs", "near"))
        theirs, split = (
            timed([sys.executable, __file__, "--datatrove", str(folder), *flags]) for flags in ([], ["--split"])
        )
        kept = [num_rows(folder / f"datatrove-{name}" / "kept") for name in ("spacy", "split")]
        kept += [num_rows(*folder.glob("store/artifacts/dedup_near/*/data"))]
    finally:
        shutil.rmtree(folder)
    figures = {
        "dedup_speedup_vs_datatrove": theirs.seconds / ours.seconds,
        "dedup_with_reading_speedup_vs_datatrove": theirs.seconds / (ours.seconds + read.seconds),
        "dedup_speedup_vs_datatrove_without_spacy": split.seconds / ours.seconds,
        "dedup_questions_per_s": count / ours.seconds,
        "peak_mb": ours.peak_mb,
        "datatrove_peak_mb": theirs.peak_mb,
    }
    lines = [
        f"{f'{count:,} questions':<28}{'seconds':>9}{'peak MB':>9}{'kept':>10}",
        _line("datatrove, no pair compared", theirs, kept[0]),
        _line("datatrove, split at spaces", split, kept[1]),
        _line("dedup_near", ours, kept[2]),
        _line("read_parquet into the store", read, count),
        f"{figures['dedup_speedup_vs_datatrove']:.2f} times as fast",
        *(f"MinHash alone, {name}: {spent:.1f} us a question" for name, spent in minhash_microseconds().items()),
    ]
    return figures, lines


def _line(name: str, reading: Reading, kept: int) -> str:
    return f"{name:<28}{reading.seconds:9.1f}{reading.peak_mb:9.0f}{kept:10,}"


if __name__ == "__main__":
    command_line(__doc__ or "", measure, run_datatrove, quick="50,000 questions instead of a million")
