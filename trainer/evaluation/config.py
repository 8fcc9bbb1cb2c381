"""What an evaluation file may say; `trainer.options` reads it."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import teachers
from teachers import Sampling, Teacher, TeacherConfig, TeacherConfigError
from trainer.config import at_least_one, exactly_one
from trainer.errors import TrainConfigError
from trainer.options import load_teacher
from trainer.rl_config import VerifierConfig

BenchmarkName = Literal["math500", "aime24", "theoremqa", "mmlu_pro_1k", "gsm8k", "svamp"]
# Not what the teacher's file says but what the paper evaluates with (its section 2.5).
PAPER_SAMPLING = Sampling(temperature=0.7, top_p=0.95, max_tokens=16_384)


@dataclass(frozen=True, kw_only=True)
class SetConfig:
    """Exactly one of `benchmark` and `export`, a version as a folder or as `demo@v0003`, read from its view `rl`.

    path      -- a local copy of the benchmark; None: in the folder `benchmarks`, or on the hub at `revision`
    split     -- of an export
    samples   -- answers to each question; None: as many as the evaluation says
    limit     -- only the first questions
    """

    benchmark: BenchmarkName | None = None
    export: str | None = None
    path: str | None = None
    revision: str | None = None
    split: str = "validation"
    samples: int | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        exactly_one("benchmark", self.benchmark, "export", self.export)
        at_least_one(self, "samples", "limit")


@dataclass(frozen=True, kw_only=True)
class EvalConfig:
    """One model on some sets.

    teacher          -- a file as in configs/teachers, or its options; its own `sampling` is not used
    weights          -- a folder of weights such as runs/x/final; `recording` is for a replay teacher
    samples          -- answers to each question, where a set says nothing else
    slots            -- requests served at once; None: the backend's own number
    out              -- the folder of answers and results; the same command goes on where it was interrupted
    benchmarks       -- a folder of local copies, named as in configs/samples; None: the hub
    seed             -- of all draws: sample n of a question is the same whatever else is asked
    training         -- versions the model was trained on, besides those its run folder names
    exclude_overlap  -- leave questions out that were trained on, instead of refusing them
    """

    teacher: str | TeacherConfig
    sets: tuple[SetConfig, ...]
    out: str
    weights: str | None = None
    recording: str | None = None
    slots: int | None = None
    benchmarks: str | None = None
    samples: int = 4
    sampling: Sampling = field(default_factory=lambda: PAPER_SAMPLING)
    seed: int = 0
    verifier: VerifierConfig = field(default_factory=VerifierConfig)
    training: tuple[str, ...] = ()
    exclude_overlap: bool = False

    def __post_init__(self) -> None:
        at_least_one(self, "samples", "slots")
        if not self.sets:
            raise TrainConfigError("sets is empty; name at least one, such as {benchmark: gsm8k}")
        if self.sampling.temperature == 0 and any((one.samples or self.samples) > 1 for one in self.sets):
            raise TrainConfigError("temperature 0 gives one answer however often it is asked: set samples to 1")

    def asked(self) -> TeacherConfig:
        """The teacher's options, with the sampling of this evaluation. Raises `TrainConfigError`."""
        config = self.teacher
        if isinstance(config, str):
            config = load_teacher(Path(config))
        return replace(config, sampling=self.sampling)

    def open_teacher(self) -> Teacher:
        """Nothing heavy is loaded before it is started. Raises `TrainConfigError`."""
        weights, recording = (Path(given) if given else None for given in (self.weights, self.recording))
        try:
            return teachers.load(self.asked(), weights=weights, recording=recording, slots=self.slots)
        except TeacherConfigError as error:
            raise TrainConfigError(f"teacher: {error}") from error
