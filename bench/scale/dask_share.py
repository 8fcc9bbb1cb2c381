"""Two Dask workers over pages, beside two plain processes that have half of the pages each and nothing to agree on.

    python -m bench.scale.dask_share [--quick]

The pages are real ones with other numbers (`bench/scale/generate.py`) in WARC files of forty, and go through
`read_warc`, `html_to_text` and `extract_qa`. Both sides, one after the other, are commands as a user types them, timed
from their start to their end: of theirs two at once, until the later one ends. The scheduler and the two workers of
ours stand before, as a cluster does, and have loaded no stage; how long they took to come up is told beside. The rows
of both are held against each other by their digests.

    dask_share_of_two_processes   their seconds by ours: 1 where Dask costs nothing
    dask_ready_s                  until scheduler and workers were up
    dask_kb_per_shard             what went through the scheduler's connection to the driver for each shard
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import yaml

from bench.parts import run_alone
from bench.scale.generate import write_pages
from pipeline.manifest import content_digest
from pipeline.store import Store
from tests.pipeline.dask.clusters import Relay, site
from tests.pipeline.workshop import ENVIRONMENT, ROOT, command

PAGES, PAGES_QUICK = 2_000, 200
PAGES_PER_FILE, PAGES_PER_FILE_QUICK = 40, 20
ONE_THREAD = {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
STAGES = ("read_warc", "html_to_text", "extract_qa")


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    pages, per_file = (PAGES_QUICK, PAGES_PER_FILE_QUICK) if quick else (PAGES, PAGES_PER_FILE)
    with tempfile.TemporaryDirectory() as made, ExitStack() as open_until_the_end:
        folder = Path(made)
        for first in range(0, pages, per_file):
            write_pages(first, folder, Path(os.environ["TRACEMILL_DATA"]), pages, per_file)
        files = sorted(folder.glob("*.warc.gz"))
        began = time.monotonic()
        cluster = open_until_the_end.enter_context(site(environment=ONE_THREAD))
        relay = Relay(cluster.address)
        _wait_for_workers(cluster.address, 2)
        ready = time.monotonic() - began
        seconds: dict[str, list[float]] = {"theirs": [], "ours": []}
        for number, side in enumerate(("theirs", "ours")):
            parts = [files[::2], files[1::2]] if side == "theirs" else [files]
            options = [] if side == "theirs" else ["--executor", "dask", "--scheduler", relay.address]
            recipes = [_recipe(folder, f"{side}-{number}-{part}", given) for part, given in enumerate(parts)]
            seconds[side].append(_timed(recipes, options))
        assert _content(folder, "theirs") == _content(folder, "ours"), "the two sides made other rows"
    kb = relay.bytes / 1000 / (len(STAGES) * len(files) * len(seconds["ours"]))
    theirs, ours = sum(seconds["theirs"]), sum(seconds["ours"])
    figures = {"dask_share_of_two_processes": theirs / ours, "dask_ready_s": ready, "dask_kb_per_shard": kb}
    told = {side: ", ".join(f"{one:.1f}" for one in each) for side, each in seconds.items()}
    return figures, [
        f"{pages:,} pages in {len(files)} files",
        f"two plain processes {told['theirs']} s, two Dask workers {told['ours']} s",
        f"scheduler and workers were up after {ready:.1f} s (not in these); {kb:.1f} kB to and from the driver a shard",
    ]


def _recipe(folder: Path, name: str, files: Sequence[Path]) -> Path:
    nodes = {
        "read_warc": {"uses": "read_warc", "with": {"paths": [str(path) for path in files], "source": "crawl"}},
        "html_to_text": {"uses": "html_to_text", "needs": "read_warc"},
        "extract_qa": {"uses": "extract_qa", "needs": "html_to_text"},
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"name": name, "store": str(folder / name), "exports": str(folder), "nodes": nodes}))
    return path


def _timed(recipes: Sequence[Path], options: Sequence[str]) -> float:
    """Until the last of the commands has ended. Raises `RuntimeError` with what one that failed has said."""
    began = time.monotonic()
    running = [
        subprocess.Popen(
            command("run", path, "--quiet", "--workers", "1", *options),
            cwd=ROOT,
            env=ENVIRONMENT | ONE_THREAD,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for path in recipes
    ]
    for process in running:
        said = process.communicate()[1]
        if process.returncode:
            raise RuntimeError(said)
    return time.monotonic() - began


def _content(folder: Path, side: str) -> dict[str, str]:
    """The digest of each stage's rows in all stores of the first turn of a side."""
    first = min(path.name.split("-")[1] for path in folder.glob(f"{side}-*.yaml"))
    stores = [Store(path.with_suffix("")) for path in folder.glob(f"{side}-{first}-*.yaml")]
    reports = {stage: [] for stage in STAGES}
    for store in stores:
        for artifact in store.artifacts():
            reports[artifact.path.parent.name] += artifact.reports()
    return {stage: content_digest(each) for stage, each in reports.items()}


def _wait_for_workers(address: str, number: int) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(number, timeout=60)


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
