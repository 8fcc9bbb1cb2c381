"""A stage that does next to nothing, to measure what happens around it. In a module, since a sandbox imports it."""

from dataclasses import dataclass, replace

from stages._sandboxed import SandboxedStage
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class Touch(SandboxedStage[Document, Document]):
    """The least that a stage can do: what remains is the way there and back."""

    def process(self, row: Document) -> Document:
        return replace(row, text="seen")
