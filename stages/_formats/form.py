"""What an exporter is: how the rows of a version become the columns, the stub files and the guide of one trainer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa
import yaml

Columns = dict[str, pa.Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some rows of one split of a view; `start` is how many of the split came before them."""

    rows: pa.Table
    split: str
    start: int
    style: str

    def __getitem__(self, name: str) -> pa.Array:
        return self.rows.column(name).combine_chunks()

    def __len__(self) -> int:
        return int(self.rows.num_rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What an export holds when its stubs and its guide are written.

    files  -- per kind ("sft", "rl") and split the file, relative to the export's folder
    """

    name: str
    style: str
    files: Mapping[str, Mapping[str, str]]

    def train(self, kind: str) -> str:
        """The split to train on: the other one where `train` has no rows."""
        return next(iter(self.files[kind]))

    def fill(self, lines: str, kind: str, **more: str) -> str:
        """Lines with `{train}`, `{validation}` and `more` filled in; the other split stands in for one without rows."""
        files = self.files[kind]
        some = files[self.train(kind)]
        return lines.format(train=some, validation=files.get("validation", some), **more)


def no_stubs(made: Made) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The format of one trainer.

    checked  -- release or date of the source that the format was checked against
    styles   -- of the SFT rows; the first is the default
    rl       -- None where the trainer has no reinforcement learning of its own
    reward   -- the reward file in `rewards/`
    stubs    -- other files by name
    lines    -- by kind, how to train on it: Markdown
    notes    -- what else to know, in a sentence or two
    """

    name: str
    checked: str
    suffix: Literal["parquet", "jsonl"]
    styles: tuple[str, ...]
    sft: Callable[[Batch], Columns]
    lines: Callable[[str, Made], str]
    notes: str
    rl: Callable[[Batch], Columns] | None = None
    reward: str | None = None
    stubs: Callable[[Made], Mapping[str, str]] = field(default=no_stubs)

    @property
    def kinds(self) -> dict[str, Callable[[Batch], Columns]]:
        return {"sft": self.sft} | ({"rl": self.rl} if self.rl else {})


def yaml_stub(fields: Mapping[str, Any], *, comment: str) -> str:
    return f"# {comment}\n{yaml.safe_dump(dict(fields), sort_keys=False, allow_unicode=True)}"
