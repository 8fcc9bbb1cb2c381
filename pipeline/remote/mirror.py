"""The folder of this machine in which a remote store is mirrored. Deleting it costs downloads and nothing else."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.remote.objects import Remote, many
from pipeline.remote.twin import Twin


@dataclass(frozen=True)
class Mirror:
    """Picklable: what it has seen stays here."""

    root: Path
    remote: Remote

    def __reduce__(self) -> tuple[Any, ...]:
        return Mirror, (self.root, self.remote)

    @cached_property
    def _twins(self) -> dict[Path, Twin]:
        return {}

    def twin(self, folder: Path) -> Twin:
        """Of an artifact's folder; one for all who ask."""
        return self._twins.setdefault(folder, Twin(folder, self.remote, self.name(folder)))

    def name(self, path: Path) -> str:
        return str(path.relative_to(self.root))

    def told(self, text: str) -> str:
        """A message about files of the mirror as one about the store, where they must be mended."""
        return text.replace(f"{self.root}/", f"{self.remote}/").replace(str(self.root), str(self.remote))


@dataclass(frozen=True)
class Copy:
    """A file of an artifact as its shard's report describes it; it is in the mirror once it was fetched."""

    mirror: Mirror
    path: Path
    artifact: Path
    rows: int
    bytes: int
    sha256: str

    def fetch(self) -> None:
        name = str(self.path.relative_to(self.artifact))
        self.mirror.twin(self.artifact).pull([name], {name: (self.bytes, self.sha256)})


def fetch(copies: "tuple[Copy, ...]") -> None:
    many(Copy.fetch, copies)
