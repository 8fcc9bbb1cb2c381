"""Where results live: artifacts by key, the request journal, runs, locks.

<store>/artifacts/<stage>/<key>/{data,rejects,quarantine}/00000.parquet   shards/00000.json   manifest.json (last)
<store>/journal/<model>/*.jsonl      <store>/runs/<utc>-<name>/      <store>/locks/      <store>/scratch/
"""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline import files
from pipeline.artifact import Artifact
from pipeline.code import ParsedModules
from pipeline.file_digests import FileDigests
from pipeline.journal import Journal

KEY_LENGTH = 20


@dataclass(frozen=True)
class Store:
    """On this machine. `pipeline.remote.store` has the one that lies elsewhere, whose `root` is its mirror here."""

    root: Path

    def __str__(self) -> str:
        return str(self.root)

    @property
    def exists(self) -> bool:
        """Whether anything was ever run there."""
        return (self.root / "artifacts").is_dir()

    def artifact(self, stage: str, key: str) -> Artifact:
        return Artifact(self.root / "artifacts" / stage / key[:KEY_LENGTH])

    def artifacts(self) -> Iterator[Artifact]:
        for path in sorted((self.root / "artifacts").glob("*/*")):
            if path.is_dir():
                yield Artifact(path)

    def scratch(self, artifact: Artifact) -> Path:
        path = self.root / "scratch" / artifact.key
        with files.storing(path):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
        return path

    def clear_scratch(self, artifact: Artifact) -> None:
        shutil.rmtree(self.root / "scratch" / artifact.key, ignore_errors=True)

    def lock(self, artifact: Artifact, node: str) -> AbstractContextManager[None]:
        place = self.root / "locks" / f"{artifact.key}.lock"
        return files.exclusive(place, f"node {node!r} in {self}", instead="use another --store")

    def journal(self, model: str) -> Journal:
        """Opens the journal of a model, by its digest."""
        return Journal(self.root / "journal", model)

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    def recorded_runs(self) -> list[Path]:
        """The folders of all runs on record, the first run first."""
        return sorted(path.parent for path in self.runs.glob("*/run.json"))

    def events(self, run: Path) -> Path:
        """What a run told while it ran."""
        return run / "events.jsonl"

    def publish_run(self, run: Path, *, is_over: bool) -> None:
        """Lets other machines see how far a run is, or how it ended."""

    @cached_property
    def digests(self) -> FileDigests:
        return FileDigests(self.root / "digests.json")

    @cached_property
    def modules(self) -> ParsedModules:
        return ParsedModules(self.root / "code.json")

    def remember(self) -> None:
        """Keeps what was digested and parsed for the next run; raises `StoreError`."""
        self.digests.save()
        self.modules.save()

    def check_writable(self) -> None:
        """Raises `StoreError` now rather than after an hour of work; removes what killed runs left half written."""
        probe = self.root / "locks" / ".probe"
        files.write_atomic(probe, lambda path: path.touch())
        probe.unlink(missing_ok=True)
        for places in ("", "locks/", "runs/*/"):
            files.sweep(self.root.glob(f"{places}.*.tmp"))
