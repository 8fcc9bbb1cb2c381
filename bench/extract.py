"""From pages to question-answer pairs: formulas, main content, pairs, recall classifier, speed and memory.

    python bench/extract.py [--json OUT] [--quick] [--only PART ...]

Each part measures ours and others in one run and stands in `bench/extraction/`, where it can be run by itself:
`python -m bench.extraction.forum --help`. `TRACEMILL_DATA` names the folder of real data; without it the parts that
need it are skipped. Whole it takes about half an hour and 6 GB of scratch space, of which `memory` is the most.
"""

import sys
from pathlib import Path

# In place of this folder, in which `datasets.py` would be found where the library is meant.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.parts import run_parts

PARTS = ("encodings", "formulas", "speed", "forum", "threads", "factory", "textbook", "recall", "memory")

if __name__ == "__main__":
    run_parts(__doc__ or "", "bench.extraction", PARTS, without_data=("encodings",))
