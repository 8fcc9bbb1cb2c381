"""What `make bench` runs: the parts that two cores can do in half an hour, at the size at which they fit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One call of a benchmark. `seconds` is about what it takes on two quiet cores; `part` is empty for the whole."""

    bench: str
    part: str = ""
    quick: bool = False
    seconds: int = 10

    @property
    def command(self) -> tuple[str, ...]:
        """Behind the interpreter; `--json FILE` is added by whoever calls it."""
        only = ("--only", self.part) if self.part else ()
        return (f"bench/{self.bench}.py", *only, *(("--quick",) if self.quick else ()))

    @property
    def label(self) -> str:
        return " ".join(("python", *self.command))


# In this order. What is far over the budget by itself runs on less data, and its page says so; what takes hours at any
# size is left to its own command: `extract --only memory`, `datasets --only select_export` and `phrases`.
PARTS = (
    Part("verify", seconds=150),
    Part("extract", "encodings", seconds=5),
    Part("extract", "formulas", seconds=5),
    Part("extract", "speed", seconds=60),
    Part("extract", "forum", seconds=5),
    Part("extract", "threads", seconds=5),
    Part("extract", "factory", seconds=10),
    Part("extract", "textbook", seconds=10),
    Part("extract", "recall", seconds=40),
    Part("hygiene", "verifiability", seconds=10),
    Part("hygiene", "leaks", quick=True, seconds=60),
    Part("hygiene", "overlaps", seconds=60),
    Part("hygiene", "paraphrases", quick=True, seconds=60),
    Part("hygiene", "neardup", quick=True, seconds=30),
    Part("hygiene", "dedup_speed", quick=True, seconds=60),
    Part("hygiene", "decontam_speed", quick=True, seconds=60),
    Part("distil", "throughput", quick=True, seconds=120),
    Part("distil", "adaptive", quick=True, seconds=60),
    Part("distil", "million", quick=True, seconds=30),
    Part("distil", "endpoint", quick=True, seconds=20),
    Part("distil", "kills", quick=True, seconds=60),
    Part("datasets", "select_export", quick=True, seconds=30),
    Part("datasets", "contracts", seconds=85),
    Part("datasets", "diff", seconds=15),
    Part("datasets", "trace", seconds=35),
    Part("trainer", "penalty", seconds=20),
    Part("trainer", "step_speed", quick=True, seconds=90),
    Part("trainer", "mini", quick=True, seconds=60),
    Part("scale", "overhead", seconds=90),
    Part("scale", "dask_share", seconds=150),
    Part("scale", "halves", quick=True, seconds=100),
    Part("scale", "faults", seconds=200),
)
