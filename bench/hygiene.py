"""What may be learned from: verifiability, golds, leaks, near copies, and the speed of looking for them.

    python bench/hygiene.py [--json OUT] [--quick] [--only PART ...]

Each part measures ours and others in one run and stands in `bench/quality/`, where it can be run by itself:
`python -m bench.quality.leaks --help`. `TRACEMILL_DATA` names the folder of real data.
"""

import sys
from pathlib import Path

# In place of this folder, in which `datasets.py` would be found where the library is meant.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.parts import run_parts

PARTS = (
    "verifiability", "rescue", "gold_gate", "golds", "tags", "leaks", "overlaps", "paraphrases", "neardup",
    "dedup_speed", "decontam_speed",
)  # fmt: skip

if __name__ == "__main__":
    run_parts(__doc__ or "", "bench.quality", PARTS)
