"""Trains the classifier that recalls pages with exam-like questions, and measures it on sites it has not seen."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

from pipeline.context import Context, SideInput
from pipeline.errors import ConfigError, ShardError
from pipeline.stage import FileStage
from stages._recall_curve import Threshold, choose_threshold
from stages._recall_examples import Choice, Example, Spool, choose, from_domains, seeds
from stages._recall_folds import CrossValidation, HeldOut
from stages._recall_metrics import EXAMPLES_FILE, FACTS_FILE, ModelFacts, measured, write_examples
from stages._recall_model import MODEL_FILE, PRESETS, FastTextSettings, check_size, preset, train
from stages._recall_text import NORMALISER
from stages.records import Document, Domain, ScoredDocument

DEFAULT_PRESET = "small"
UNMEASURED = 0.5


@dataclass(frozen=True, kw_only=True)
class TrainRecall(FileStage[Document]):
    """A folder with the model, its facts (`recall.json`) and its examples with their held-out scores.

    `needs` are the positive seeds, the side input `negatives` the others. In later rounds `corpus` (the documents that
    were scored), `scores` and `domains` (with their labels) come together and add examples of their own.

    preset            -- "small", or "webinstruct": what WebInstruct was trained with; the file has 1.95 GB
    settings          -- fastText's options, in place of a preset
    folds             -- parts of the domains, each held out once; 0 measures nothing and sets the threshold at 0.5.
                         Takes folds * (folds + 1) / 2 trainings besides the last, `run: {workers: ...}` at a time
    target_precision  -- the threshold is the lowest one that reaches it on held-out documents
    max_per_domain, max_per_side -- bounds on the examples, drawn by `seed`
    """

    packages: ClassVar[tuple[str, ...]] = ("fasttext-numpy2", "numpy", "lxml")
    side_inputs: ClassVar[Mapping[str, Any]] = {"negatives": Document}
    optional_side: ClassVar[Mapping[str, Any]] = {"corpus": Document, "scores": ScoredDocument, "domains": Domain}

    preset: str = DEFAULT_PRESET
    settings: FastTextSettings | None = None
    folds: int = 5
    target_precision: float = 0.95
    max_per_domain: int = 1_000
    max_per_side: int = 100_000
    seed: int = 0

    def __post_init__(self) -> None:
        preset(self.preset)
        if self.folds != 0 and self.folds < 3:
            raise ConfigError(f"train_recall: folds is {self.folds}; it must be 0 or at least 3")
        if not 0 < self.target_precision <= 1:
            raise ConfigError(f"train_recall: target_precision is {self.target_precision:g}; it is a share above 0")
        if self.max_per_domain < 1 or self.max_per_side < 1:
            raise ConfigError("train_recall: max_per_domain and max_per_side must be at least 1")

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        spool = self._spool(rows, ctx)
        examples = spool.examples
        lines = ctx.scratch / "all.txt"
        spool.write(lines, examples)
        train(lines, folder / MODEL_FILE, self._settings, seed=self.seed)
        megabytes = check_size(folder / MODEL_FILE, self._settings)  # before the many trainings of the folds
        held_out = self._held_out(spool, ctx)
        facts = self._facts(spool, held_out, megabytes)
        (folder / FACTS_FILE).write_text(json.dumps(asdict(facts), indent=2, ensure_ascii=False) + "\n", "utf-8")
        write_examples(folder / EXAMPLES_FILE, examples, held_out)
        ctx.count("examples", len(examples))

    @property
    def _settings(self) -> FastTextSettings:
        return self.settings or PRESETS[self.preset]

    def _spool(self, rows: SideInput, ctx: Context) -> Spool:
        inputs = [rows, ctx.side["negatives"], *([ctx.side["corpus"]] if "corpus" in ctx.side else [])]
        chosen = choose(
            chain(seeds(rows, is_positive=True), seeds(ctx.side["negatives"], is_positive=False), self._labelled(ctx)),
            per_domain=self.max_per_domain,
            per_side=self.max_per_side,
            seed=self.seed,
        )
        spool = Spool(ctx.scratch / "spool.txt", chosen, inputs)
        if {example.choice.is_positive for example in spool.examples} != {True, False}:
            raise ShardError(f"{ctx.node}: documents with text are wanted on both sides; one side has none")
        return spool

    def _labelled(self, ctx: Context) -> Sequence[Choice]:
        given = [role for role in self.optional_side if role in ctx.side]
        if not given:
            return []
        if len(given) < len(self.optional_side):
            missing = ", ".join(role for role in self.optional_side if role not in given)
            raise ConfigError(f"{ctx.node}: side inputs corpus, scores and domains come together; missing: {missing}")
        return list(from_domains(ctx.side["scores"], ctx.side["domains"]))

    def _held_out(self, spool: Spool, ctx: Context) -> list[HeldOut] | None:
        if not self.folds:
            return None
        return CrossValidation(
            spool=spool,
            settings=self._settings,
            folds=self.folds,
            seed=self.seed,
            precision=self.target_precision,
            scratch=ctx.scratch,
            workers=ctx.run.workers,
        ).held_out()

    def _facts(self, spool: Spool, held_out: Sequence[HeldOut] | None, megabytes: float) -> ModelFacts:
        examples = spool.examples
        threshold = Threshold(UNMEASURED, False)
        if held_out:
            threshold = choose_threshold(
                [example.choice.is_positive for example in examples],
                [one.score for one in held_out],
                precision=self.target_precision,
            )
        return ModelFacts(
            normaliser=NORMALISER,
            fasttext=version("fasttext-numpy2"),
            settings=asdict(self._settings),
            seed=self.seed,
            target_precision=self.target_precision,
            threshold=threshold.value,
            threshold_is_met=threshold.is_met,
            megabytes=round(megabytes, 3),
            examples=_tally(examples),
            num_empty=spool.num_empty,
            held_out=measured(examples, held_out) if held_out else None,
        )


def _tally(examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Documents and domains by side and origin."""
    table = []
    for is_positive in (True, False):
        for origin in ("seed", "corpus"):
            found = [e.choice for e in examples if (e.choice.is_positive, e.choice.origin) == (is_positive, origin)]
            table.append(
                {
                    "side": "positive" if is_positive else "negative",
                    "origin": origin,
                    "documents": len(found),
                    "domains": len({choice.domain for choice in found}),
                }
            )
    return table
