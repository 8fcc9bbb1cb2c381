"""The trainer: its speed beside TRL, its memory, and what it makes of the small task.

    python bench/trainer.py [--json OUT] [--quick] [--only PART ...]

Each part stands in `bench/training/`, where it can be run by itself: `python -m bench.training.step_speed --help`.
"""

import sys
from pathlib import Path

# In place of this folder, in which `datasets.py` would be found where the library is meant.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.parts import run_parts

PARTS = ("penalty", "step_speed", "mini", "memory", "rows")

if __name__ == "__main__":
    run_parts(__doc__ or "", "bench.training", PARTS, without_data=PARTS)
