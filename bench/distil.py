"""Distillation: throughput of the engine, tokens that stop rules save, a million requests, outages, bad endpoints.

    python bench/distil.py [--json OUT] [--quick] [--only PART ...]

Each part measures ours and others in one run and stands in `bench/distillation/`, where it can be run by itself:
`python -m bench.distillation.throughput --help`. `TRACEMILL_DATA` names the folder of real data.
"""

import sys
from pathlib import Path

# In place of this folder, in which `datasets.py` would be found where the library is meant.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.parts import run_parts

PARTS = ("throughput", "adaptive", "million", "endpoint", "kills")

if __name__ == "__main__":
    run_parts(__doc__ or "", "bench.distillation", PARTS, without_data=("million", "endpoint", "kills"))
