"""A store that lies elsewhere: its artifacts, leases, runs and journals, over the mirror of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from pipeline import files
from pipeline.artifact import Artifact
from pipeline.errors import StoreError
from pipeline.journal import Journal
from pipeline.remote.artifact import RemoteArtifact
from pipeline.remote.lease import held
from pipeline.remote.ledger import Ledger
from pipeline.remote.mirror import Mirror
from pipeline.remote.mirrored import inside
from pipeline.remote.objects import Remote, at_best, many
from pipeline.remote.segments import Segments
from pipeline.store import Store


@dataclass(frozen=True)
class RemoteStore(Store):
    """`root` is the mirror."""

    remote: Remote

    def __str__(self) -> str:
        return str(self.remote)

    @cached_property
    def mirror(self) -> Mirror:
        return Mirror(self.root, self.remote)

    @property
    def exists(self) -> bool:
        return bool(self.remote.folders("artifacts"))

    def artifact(self, stage: str, key: str) -> Artifact:
        return RemoteArtifact(super().artifact(stage, key).path, self.mirror)

    def artifacts(self) -> Iterator[Artifact]:
        for stage in self.remote.folders("artifacts"):
            for key in self.remote.folders(f"artifacts/{stage}"):
                inside(self.root, f"artifacts/{stage}/{key}")
                yield self.artifact(stage, key)

    @contextmanager
    def lock(self, artifact: Artifact, node: str) -> Iterator[None]:
        """The kernel's, which dies with its holder, and the one that other machines see."""
        lease = held(self.remote, f"locks/{artifact.key}.json", f"node {node!r} in {self}")
        with super().lock(artifact, node), lease:
            self.mirror.twin(artifact.path).forget()
            yield

    def journal(self, model: str) -> Journal:
        return Journal(
            self.root / "journal", model, lambda folder: Segments(self.remote, folder, f"journal/{folder.name}")
        )

    def check_writable(self) -> None:
        """Raises `StoreError` too where what was to be created is written over what is there: no lease would hold."""
        super().check_writable()
        probe = f"locks/{uuid4().hex}.probe"
        try:
            is_kept = self.remote.create(probe, b"first") and not self.remote.create(probe, b"second")
        finally:
            with at_best():
                self.remote.remove([probe])
        if not is_kept:
            raise StoreError(
                f"{self}: this service writes over what it is told to create only where there is nothing "
                "(If-None-Match), so two machines could spoil each other's results; take a service that heeds it, "
                "or a folder that they share"
            )

    # Runs

    def recorded_runs(self) -> list[Path]:
        self._runs_pulled  # noqa: B018  # once for all who ask
        return super().recorded_runs()

    @cached_property
    def _runs_pulled(self) -> None:
        there = self.remote.find("runs")
        many(lambda name: self._pull_run(name, there[name].tag), [name for name in there if name.endswith("run.json")])

    def _pull_run(self, name: str, tag: str) -> None:
        """Unless it was written here: its own run knows better how far it is."""
        ledger, path = self._runs_ledger, inside(self.runs, name)
        if ledger.tag(name) == tag or (path.exists() and ledger.tag(name) is None):
            return
        data = self.remote.read(f"runs/{name}")
        if data is not None:
            files.write_bytes(path, data)
            ledger.note(name, tag)

    @cached_property
    def _runs_ledger(self) -> Ledger:
        return Ledger(self.runs)

    def events(self, run: Path) -> Path:
        path = super().events(run)
        name = str(path.relative_to(self.runs))
        if not path.exists() or self._runs_ledger.tag(name) is not None:
            data = self.remote.read(f"runs/{name}")
            if data is not None:
                files.write_bytes(path, data)
                self._runs_ledger.note(name, "events")
        return path

    def publish_run(self, run: Path, *, is_over: bool) -> None:
        if is_over:
            with at_best():
                self.publish_run(run, is_over=False)
            return
        for path in (run / "run.json", super().events(run)):
            if path.exists():
                self.remote.write(f"runs/{path.relative_to(self.runs)}", path.read_bytes())
