"""Toy stages that run in a sandbox."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import Reject
from stages._sandboxed import SandboxedStage
from tests.toysandbox.acts import act, once
from tests.toystages.records import Every, Num
from tests.toystages.rows import Widen


@dataclass(frozen=True, kw_only=True)
class Risky(SandboxedStage[Num, Num]):
    """Does with row `n` what `script[n % len(script)]` says; acts in `first` only the first time."""

    script: list[str]
    first: list[str]
    marks: Path

    def process(self, row: Num) -> Any:
        word = self.script[row.n % len(self.script)]
        if word == "split":
            return [Num(id=f"{row.id}/{part}", n=row.n, text=row.text * part) for part in range(2)]
        if word in ("none", "empty", "surrogate", "stranger"):
            strange = Num(id=row.id, n=row.n, text="\ud800")
            return {"none": None, "empty": [], "surrogate": strange, "stranger": [row, 1]}[word]
        if word == "reject":
            return Reject("scripted", row.text)
        once(word, self.marks / str(row.n)) if word in self.first else act(word)
        return row


@dataclass(frozen=True, kw_only=True)
class WidenApart(SandboxedStage[Num, Every]):
    """Rows with a field of each kind, made in a sandbox."""

    def process(self, row: Num) -> Every:
        return Widen().process(row)
