"""SIGKILL of driver, workers and engines at random moments, against a run that was left alone.

    python bench/distillation/kills.py [--quick]

The scripted teacher answers from two worker processes, each with an engine in a process of its own. A request counts as
bought twice if it was asked although its answer was on disk; those in flight at a kill may be asked again.
"""

import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.parts import run_alone
from tests.pipeline.storm import Storm, content, recipe
from tests.pipeline.workshop import Workshop, lines, tracemill

KILLS, ROWS = 10, 160
KILLS_QUICK, ROWS_QUICK = 2, 40


def storm_of(shop: Workshop, *, kills: int, rows: int) -> tuple[Storm, bool]:
    """`kills` of each kind, and whether the artifacts are those of the calm run."""
    calm = recipe(shop, "calm", rows=rows)
    done = tracemill("run", calm, "--quiet")
    assert done.returncode == 0, done.stderr
    stormy = recipe(shop, "stormy", workers=2, rows=rows)
    storm = Storm(stormy, shop.folder / "stormy", shop.folder / "stormy.bill", random.Random(7))
    storm.run(["driver", "worker", "engine"] * kills, shop.folder / "calm")
    return storm, content(stormy) == content(calm)


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    kills, rows = (KILLS_QUICK, ROWS_QUICK) if quick else (KILLS, ROWS)
    with tempfile.TemporaryDirectory() as folder:
        storm, is_same = storm_of(Workshop(Path(folder)), kills=kills, rows=rows)
        asked, again = lines(storm.bill), storm.again()
    figures = {
        "kills_tried": float(sum(storm.kills.values())),
        "kills_same_digests": float(is_same),
        "kills_bought_twice": float(len(again)),
        "kills_survivors": float(storm.survivors),
    }
    by_kind = ", ".join(f"{kind} {number}" for kind, number in storm.kills.items())
    table = [
        f"kills: {by_kind}",
        f"{len(set(asked))} requests; {len(asked) - len(set(asked))} were in flight at a kill and asked again",
        f"asked although the answer was on disk: {len(again)}",
        f"artifacts and exports as in the calm run: {'yes' if is_same else 'no'}",
        f"drivers that left processes behind: {storm.survivors}",
    ]
    return figures, table


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
