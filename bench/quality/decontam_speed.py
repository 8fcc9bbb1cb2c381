"""Decontamination of a million questions against all benchmarks, and datatrove's n-grams on the same rows, in one run.

    python bench/quality/decontam_speed.py [--quick]

The rows are real questions of other sources and variants of those (`leaks_rows.py`), and one plant in a hundred.

Both sides go from Parquet files of rows to kept rows on disk with two workers, benchmarks and their index included.
Ours is `read_parquet`, a `read_benchmark` for each benchmark, and `decontaminate` with all its methods, as
`tracemill run` runs them, with rejects, digests and shards. datatrove's is its reader, `NGramsDecontFilter` and its
writer with runs of as many words; its tokenizer for English is spaCy's. Its indexer needs lighteval and the hub; here
its own `compute_hashes` writes the same files. A third reading has datatrove split at spaces in place of spaCy, which
is not what it does.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.datatrove_runs import SplitWords, command_line, num_rows, timed, xxhash64
from bench.quality.leaks_plants import plants
from bench.quality.leaks_rows import benchmark_items, benchmark_path, clean_rows
from stages._benchmarks import BENCHMARKS
from stages.decontaminate import Decontaminate

FULL, QUICK, WORKERS, FILES = 1_000_000, 20_000, 2, 8
_RUN = "import sys; from pipeline.config import load_config; from pipeline.session import run\n"
_RUN += "run(load_config(sys.argv[1]), only=sys.argv[2] or None, workers=2)"


def write_rows(folder: Path, count: int) -> None:
    """One row in a hundred is a plant."""
    folder.mkdir()
    items = benchmark_items()
    planted = [plant.text for plant in plants(items, each=count // 800)]
    texts = [*planted, *(row.text for row in clean_rows(items, count - len(planted)))]
    for number in range(FILES):
        columns = {"id": [f"q-{at}" for at in range(number, count, FILES)], "text": texts[number::FILES]}
        pq.write_table(pa.table({**columns, "answer": ["42"] * len(columns["id"])}), folder / f"{number}.parquet")


def write_recipe(folder: Path) -> Path:
    paths = [str(path) for path in sorted((folder / "questions").glob("*.parquet"))]
    read = {"paths": paths, "source": "bench", "question_fields": ["text"], "id_field": "id"}
    nodes: dict[str, Any] = {
        name: {"uses": "read_benchmark", "with": {"benchmark": name, "path": str(benchmark_path(name))}}
        for name in BENCHMARKS
    }
    nodes["rows"] = {"uses": "read_parquet", "with": read}
    nodes["clean"] = {"uses": "decontaminate", "needs": "rows", "side": {"benchmarks": [*BENCHMARKS]}}
    recipe = {"name": "speed", "store": str(folder / "store"), "exports": str(folder / "exports"), "nodes": nodes}
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    return path


def run_datatrove(folder: Path, *, split: bool) -> None:
    """Index, then the filter as datatrove's documentation has it, in this process and its workers."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.decont import n_grams
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import ParquetWriter

    work = folder / f"datatrove-{'split' if split else 'spacy'}"
    config = n_grams.NGramsDecontConfig(n_grams=Decontaminate().ngram)
    step = n_grams.NGramsDecontFilter(str(work / "index"), config)
    step.hash_func = xxhash64
    if split:
        step.tokenizer = SplitWords()
    _write_index(work / "index", step, n_grams.NGramsDecontIndexer)
    pipeline = [
        ParquetReader(str(folder / "questions"), text_key="text", id_key="id"),
        step,
        ParquetWriter(str(work / "kept")),
    ]
    LocalPipelineExecutor(pipeline, tasks=WORKERS, workers=WORKERS, logging_dir=str(work / "logs")).run()


def _write_index(folder: Path, step: Any, indexer: Any) -> None:
    """As the indexer does it, which cannot be made without lighteval: a file of hashes for each benchmark."""
    folder.mkdir(parents=True)
    parts = SimpleNamespace(tokenizer=step.tokenizer, config=step.config, hash_func=step.hash_func)
    hashes: dict[str, set[int]] = {}
    for item in benchmark_items():
        hashes.setdefault(item.source, set()).update(indexer.compute_hashes(parts, item.question))
    for name, found in hashes.items():
        np.array([*found], step.config.hash_config.np_descr).tofile(folder / f"{name}.index.hashes")


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figure `decontam_speedup_vs_datatrove` and `peak_mb`; `quick` takes 20,000 questions."""
    count = QUICK if quick else FULL
    folder = Path(tempfile.mkdtemp(prefix="tracemill-decontam-"))
    try:
        write_rows(folder / "questions", count)
        recipe = write_recipe(folder)
        read, rest = (timed([sys.executable, "-c", _RUN, str(recipe), node]) for node in ("rows", ""))
        theirs, split = (
            timed([sys.executable, __file__, "--datatrove", str(folder), *flags]) for flags in ([], ["--split"])
        )
        kept = [
            num_rows(*folder.glob("store/artifacts/decontaminate/*/data")),
            *(num_rows(folder / f"datatrove-{name}" / "kept") for name in ("spacy", "split")),
        ]
    finally:
        shutil.rmtree(folder)
    ours = read.seconds + rest.seconds
    figures = {
        "decontam_speedup_vs_datatrove": theirs.seconds / ours,
        "decontam_speedup_vs_datatrove_without_spacy": split.seconds / ours,
        "decontam_questions_per_s": count / ours,
        "peak_mb": max(read.peak_mb, rest.peak_mb),
        "datatrove_peak_mb": theirs.peak_mb,
    }
    lines = [
        f"{f'{count:,} questions':<34}seconds   peak MB      kept",
        f"{'datatrove, spaCy':<32}{theirs.seconds:9.1f}{theirs.peak_mb:10.0f}{kept[1]:10,}",
        f"{'datatrove, split at spaces':<32}{split.seconds:9.1f}{split.peak_mb:10.0f}{kept[2]:10,}",
        f"{'tracemill, all of it':<32}{ours:9.1f}{figures['peak_mb']:10.0f}{kept[0]:10,}",
        f"{'  of which read_parquet':<32}{read.seconds:9.1f}{read.peak_mb:10.0f}",
        f"{figures['decontam_speedup_vs_datatrove']:.2f} times as fast",
    ]
    return figures, lines


if __name__ == "__main__":
    command_line(__doc__ or "", measure, run_datatrove, quick="20,000 questions instead of a million")
