"""An artifact of a remote store: its files are read from the mirror, into which they come when they are wanted."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pipeline import files
from pipeline.artifact import Artifact
from pipeline.errors import StoreError
from pipeline.fingerprint import Fingerprint
from pipeline.manifest import Manifest, ShardReport, Spent
from pipeline.parquet import SPENT
from pipeline.remote.errand import Errand
from pipeline.remote.mirror import Copy, Mirror, fetch
from pipeline.remote.mirrored import FINGERPRINT, LAYOUT, MANIFEST, UNSENT
from pipeline.remote.twin import Twin

T = TypeVar("T")
Q = TypeVar("Q")
GRACE_S = 3600.0


@dataclass(frozen=True)
class RemoteArtifact(Artifact):
    mirror: Mirror

    is_remote: ClassVar[bool] = True

    @property
    def twin(self) -> Twin:
        return self.mirror.twin(self.path)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """What is damaged is named as it is called in the store: the mirror's copy would be fetched again."""
        try:
            yield
        except StoreError as error:
            raise type(error)(self.mirror.told(str(error))) from error

    # Metadata

    @property
    def is_complete(self) -> bool:
        return self.twin.is_whole

    @property
    def exists(self) -> bool:
        return self.twin.is_begun

    def finished_at(self) -> float:
        return super().finished_at() if self.is_complete else 0.0

    def manifest(self) -> Manifest:
        if not self.is_complete:
            raise StoreError(f"{self.mirror.remote}/{self.twin.at(MANIFEST)} is missing; run again")
        with self._named():
            return super().manifest()

    def reports(self) -> list[ShardReport]:
        with self._named():
            return list(self.twin.reports().values())

    @property
    def has_fingerprint(self) -> bool:
        return self.twin.refresh(FINGERPRINT)

    def fingerprint(self) -> dict[str, Any]:
        self.twin.refresh(FINGERPRINT)
        with self._named():
            return super().fingerprint()

    def write_fingerprint(self, fingerprint: Fingerprint, node: str) -> None:
        super().write_fingerprint(fingerprint, node)
        self.twin.write_small(FINGERPRINT)

    @property
    def layout(self) -> str:
        self.twin.reports()
        return super().layout

    def write_layout(self, layout: str) -> None:
        super().write_layout(layout)
        self.twin.write_small(LAYOUT)

    def size(self) -> int:
        if self.is_complete:
            gone = "data/" if self.is_spent else None
            return sum(size for name, (size, _) in self.twin.contents().items() if not (gone and name.startswith(gone)))
        return sum(standing.size or 0 for standing in self.twin.remote.find(self.twin.name).values())

    @property
    def place(self) -> str:
        return f"{self.mirror.remote}/{self.twin.name}"

    @property
    def may_go(self) -> bool:
        """A run elsewhere that used it may be so new that its record is not listed yet."""
        changes = [standing.changed for standing in self.twin.remote.find(self.twin.name).values()]
        return max(changes, default=0.0) < time.time() - GRACE_S

    # Files

    def copies(self, kind: str) -> tuple[Copy, ...]:
        """The files of a kind that belong to whole shards, in order, as their reports describe them."""
        found = [
            Copy(self.mirror, self.path / name, self.path, report.rows_out, *told)
            for report in self.reports()
            for name, told in report.files.items()
            if name.startswith(f"{kind}/")
        ]
        return tuple(sorted(found, key=lambda copy: copy.path))

    def row_paths(self) -> list[Path]:
        return [copy.path for copy in self.copies("data")]

    def data_files(self) -> list[Path]:
        self.manifest()
        self.check_rows()
        return self._fetched("data")

    def rows_of(self, index: int) -> Path:
        path = super().rows_of(index)
        fetch(tuple(copy for copy in self.copies("data") if copy.path == path))
        return path

    def side_files(self, kind: str) -> list[Path]:
        there = self._fetched(kind)
        return there if self.is_complete else sorted({*there, *super().side_files(kind)})

    def _fetched(self, kind: str) -> list[Path]:
        copies = self.copies(kind)
        fetch(copies)
        return [copy.path for copy in copies]

    @property
    def folder(self) -> Path:
        if self.is_complete:
            self._fetched("folder")
        return self.folder_place

    # Writing

    def commit_shard(self, report: ShardReport, paths: Iterable[Path]) -> ShardReport:
        described = self.twin.described(report, paths)
        super().commit_shard(described, ())
        return self.twin.send(described)

    def arrived(self, reports: ShardReport | Sequence[ShardReport]) -> None:
        for report in [reports] if isinstance(reports, ShardReport) else reports:
            self.twin.adopt(report)

    def errand(self, fn: Callable[[T], Q], *, by_shard: bool) -> Callable[[T], Q]:
        return Errand(fn, self.mirror, self.layout, by_shard)

    def made_at_once(self, make: Callable[[], Any]) -> list[ShardReport]:
        """Sends what `make` commits once all of it is made; what was made and could not be sent is not made again."""
        if not self.twin.is_unsent:
            with self.twin.deferring():
                make()
        return self.twin.send_all()

    @property
    def is_unsent(self) -> bool:
        return self.twin.is_unsent

    def settled(self, index: int) -> ShardReport | None:
        """A shard that is whole already, here or there; it is sent where it was not yet."""
        return self.twin.settled(index)

    def catch_up(self) -> None:
        for report in self.twin.unsent():
            self.twin.send(report)

    def clear(self) -> None:
        """What no listing shows is left: it is of another layout, or gives way to what is made anew."""
        super().clear()
        (self.path / UNSENT).unlink(missing_ok=True)
        self.twin.remove(lambda name: "/" in name)
        self.twin.emptied()

    def commit(self, manifest: Manifest) -> None:
        """Raises `StoreError` where another manifest, of other rows, stands there."""
        twin, data = self.twin, files.json_bytes(manifest.to_json())
        if self.is_complete:
            twin.remote.write(twin.at(MANIFEST), data)
        elif not twin.remote.create(twin.at(MANIFEST), data):
            twin.forget()
            other = self.manifest()
            if other.digest != manifest.digest:
                raise StoreError(
                    f"{self.mirror.remote}/{twin.name}: another writer has finished it with other rows "
                    f"({other.digest[:12]}, not {manifest.digest[:12]}); that result stands"
                )
            return
        twin.wrote(data)

    def reopen(self, shards: list[int]) -> None:
        twin = self.twin
        (self.path / UNSENT).unlink(missing_ok=True)
        if self.is_complete:
            data, taken = (self.path / MANIFEST).read_bytes(), 1
            while not twin.remote.create(twin.at(f"manifest.{taken}.json"), data):
                taken += 1
            twin.remote.remove([twin.at(MANIFEST)])
        twin.remote.remove(twin.at(twin.report_name(index)) for index in shards)
        super().reopen(shards)
        twin.forget()

    def spent(self) -> Spent | None:
        self.twin.refresh(SPENT)
        with self._named():
            return super().spent()

    def mark(self, spent: Spent | None) -> None:
        super().mark(spent)
        if spent:
            self.twin.write_small(SPENT)
        else:
            self.twin.remote.remove([self.twin.at(SPENT)])

    def _rows_size(self) -> int:
        return sum(copy.bytes for copy in self.copies("data"))

    def _remove_rows(self) -> None:
        """By the names in the reports: a listing may lag behind."""
        self.twin.remote.remove(self.twin.at(f"data/{copy.path.name}") for copy in self.copies("data"))
        super()._remove_rows()

    def discard(self) -> None:
        self.twin.remove(lambda name: True)
        super().discard()
