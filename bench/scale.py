"""Size: what the engine costs, both halves of the pipeline over many rows, Dask beside plain processes, faults.

    python bench/scale.py [--json OUT] [--quick] [--only PART ...]

Each part stands in `bench/scale/`, where it can be run by itself: `python -m bench.scale.halves --help`, whose `--full`
is two million rows and 200,000 pages. `TRACEMILL_DATA` names the folder of real data.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.parts import run_parts

PARTS = ("overhead", "halves", "dask_share", "faults")

if __name__ == "__main__":
    run_parts(__doc__ or "", "bench.scale", PARTS, without_data=("overhead", "faults"))
