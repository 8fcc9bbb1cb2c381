"""Trains a small classifier that names the subject or the difficulty of a question, and measures it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar, Literal

from pipeline.context import Context, SideInput
from pipeline.errors import ConfigError, ShardError
from pipeline.schema import Record
from pipeline.stage import FileStage
from stages._draw import unit_interval
from stages._fields import BadRowError, optional_text
from stages._jsonl import JsonFile
from stages._recall_curve import choose_threshold
from stages._recall_model import MODEL_FILE, FastTextSettings, check_size, train
from stages._recall_text import NORMALISER, fasttext_line
from stages._tags_model import LABEL, Tag, Tagger, TaggerFacts
from stages._text import question_key

SETTINGS = FastTextSettings(
    dim=16, lr=0.2, word_ngrams=2, min_count=2, epochs=20, bucket=200_000, max_megabytes=50
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    question: str
    label: int


@dataclass(frozen=True, kw_only=True)
class TrainTagger(FileStage[Record]):
    """A folder with the model and its facts (`tagger.json`), for the side inputs of `tag_problems`.

    A tenth of the questions, by their content, is held out of a first training: on these the confidence is chosen from
    which on tags are given. The model that stays has learnt from all.

    paths            -- JSON Lines files (or JSON arrays) of questions with labels
    tag              -- which tag the labels are
    question_fields, label_fields -- columns; the first that a row has is taken. Rows without either are left out
    rename           -- labels to write in another way, such as {Algebra: math, Geometry: math}
    scale            -- labels in ascending order, where they have one (difficulty); rows with others are left out. A
                        tag is then the median of what the model thinks, and right within one step
    target_accuracy  -- share of the tags given that shall be right
    held_out_share   -- share of the questions that is held out
    settings         -- fastText's options
    seed             -- of which questions are held out
    """

    packages: ClassVar[tuple[str, ...]] = ("fasttext-numpy2",)
    needs_rows: ClassVar[bool] = False

    paths: list[Path]
    tag: Literal["subject", "difficulty"]
    question_fields: list[str] = field(default_factory=lambda: ["question", "problem"])
    label_fields: list[str] = field(default_factory=lambda: ["label"])
    rename: dict[str, str] = field(default_factory=dict)
    scale: list[str] = field(default_factory=list)
    target_accuracy: float = 0.9
    held_out_share: float = 0.1
    settings: FastTextSettings = SETTINGS
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("target_accuracy", "held_out_share"):
            if not 0 < getattr(self, name) < 1:
                raise ConfigError(f"train_tagger: {name} is {getattr(self, name):g}; it is a share between 0 and 1")
        if len(set(self.scale)) != len(self.scale):
            raise ConfigError(f"train_tagger: scale names a label twice: {', '.join(self.scale)}")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {f"{index:04d}": digest(path) for index, path in enumerate(self.paths)}

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        labels, examples, num_skipped = self._examples()
        held = [self._is_held_out(one) for one in examples]
        learnt = [one for one, is_held in zip(examples, held, strict=True) if not is_held]
        asked = [one for one, is_held in zip(examples, held, strict=True) if is_held]
        if not asked or len({one.label for one in learnt}) < 2:
            raise ShardError(
                f"{ctx.node}: {len(learnt)} rows of {len(labels)} labels to learn from and {len(asked)} to measure on; "
                "at least two labels and some held-out rows are needed"
            )
        trial, model = ctx.scratch / "trial.bin", folder / MODEL_FILE
        self._train(learnt, trial, ctx.scratch)
        self._train(examples, model, ctx.scratch)
        check_size(model, self.settings)
        tagger = Tagger(trial, num_labels=len(labels), are_ordered=bool(self.scale))
        self._facts(labels, examples, num_skipped, asked, tagger).write(folder)
        ctx.count("examples", len(examples))

    def _examples(self) -> tuple[list[str], list[Example], int]:
        """Labels in their order, examples in an order that depends on content alone, and how many rows were not used.

        Of rows that ask the same, the first is taken.
        """
        found: dict[str, tuple[str, str]] = {}
        num_skipped = 0
        for row in self._rows():
            question, label = _first(row, self.question_fields), _first(row, self.label_fields)
            label = self.rename.get(label, label) if label else None
            if not question or not label or (self.scale and label not in self.scale):
                num_skipped += 1
                continue
            found.setdefault(question_key(question), (question, label))
        labels = self.scale or sorted({label for _, label in found.values()})
        number = {label: index for index, label in enumerate(labels)}
        order = sorted(found, key=lambda key: (unit_interval(str(self.seed), key), key))
        return labels, [Example(found[key][0], number[found[key][1]]) for key in order], num_skipped

    def _rows(self) -> Iterator[Mapping[str, object]]:
        """Raises `ShardError` naming file and place of a row that cannot be read."""
        for path in self.paths:
            file = JsonFile(path)
            for place, raw in file.rows():
                try:
                    yield file.parsed(raw)
                except BadRowError as error:
                    raise ShardError(f"{file.spell(place)}: {error}") from error

    def _is_held_out(self, example: Example) -> bool:
        return unit_interval("held out", str(self.seed), question_key(example.question)) < self.held_out_share

    def _train(self, examples: Sequence[Example], model: Path, scratch: Path) -> None:
        lines = scratch / "examples.txt"
        with lines.open("w", encoding="utf-8") as out:
            out.writelines(f"{LABEL}{one.label} {fasttext_line(one.question)}\n" for one in examples)
        train(lines, model, self.settings, seed=self.seed)

    def _facts(
        self,
        labels: Sequence[str],
        examples: Sequence[Example],
        num_skipped: int,
        asked: Sequence[Example],
        tagger: Tagger,
    ) -> TaggerFacts:
        tags = tagger.tags([one.question for one in asked])
        pairs = [(tag, _is_right(tag, one, bool(self.scale))) for tag, one in zip(tags, asked, strict=True) if tag]
        if not any(is_right for _, is_right in pairs):
            raise ShardError("none of the held-out rows was tagged right; give more rows, or check the label column")
        scores = [tag.confidence for tag, _ in pairs]
        threshold = choose_threshold([is_right for _, is_right in pairs], scores, precision=self.target_accuracy)
        given = [is_right for tag, is_right in pairs if tag.confidence >= threshold.value]
        counts = Counter(labels[one.label] for one in examples)
        return TaggerFacts(
            tag=self.tag,
            labels=list(labels),
            are_ordered=bool(self.scale),
            normaliser=NORMALISER,
            fasttext=version("fasttext-numpy2"),
            settings=asdict(self.settings),
            seed=self.seed,
            target_accuracy=self.target_accuracy,
            threshold=threshold.value,
            threshold_is_met=threshold.is_met,
            examples={label: counts[label] for label in labels},
            num_skipped=num_skipped,
            held_out={
                "rows": len(asked),
                "accuracy": round(sum(is_right for _, is_right in pairs) / len(asked), 6),
                "given": round(len(given) / len(asked), 6),
                "accuracy_given": round(sum(given) / len(given), 6),
            },
        )


def _first(row: Mapping[str, object], names: Sequence[str]) -> str | None:
    return next((text for name in names if (text := optional_text(row, name))), None)


def _is_right(tag: Tag, example: Example, are_ordered: bool) -> bool:
    return abs(tag.label - example.label) <= (1 if are_ordered else 0)
