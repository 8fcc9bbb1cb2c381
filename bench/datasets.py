"""Data sets: how fast they are selected, written, compared and traced, and whether trainers reward them as we do.

    python bench/datasets.py [--json OUT] [--quick] [--only PART ...]

Each part stands in `bench/exports/`, where it can be run by itself: `python -m bench.exports.diff --help`.
`TRACEMILL_DATA` names the folder of real data.
"""

import sys
from pathlib import Path

# In place of this folder, in which `datasets.py` would be found where the library is meant.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.parts import run_parts

PARTS = ("select_export", "contracts", "diff", "trace", "marks", "moves", "phrases", "stock_rewards")

if __name__ == "__main__":
    run_parts(__doc__ or "", "bench.exports", PARTS, without_data=("diff", "trace", "marks", "moves", "stock_rewards"))
