"""One result of one stage: its files, their reports, the manifest that says it is whole."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pipeline import files
from pipeline.errors import StoreError
from pipeline.fingerprint import Fingerprint
from pipeline.manifest import Fate, Manifest, ShardReport, Spent
from pipeline.parquet import SPENT, anew, dropped

if TYPE_CHECKING:
    from pipeline.remote.mirror import Copy

T = TypeVar("T")
Q = TypeVar("Q")
# What reading a report or a manifest raises that is not what was written.
DAMAGES = (StoreError, TypeError, KeyError, AssertionError, ValueError, AttributeError)


@dataclass(frozen=True)
class Artifact:
    """One result of one stage. Picklable: only the path travels between processes.

    `pipeline.remote.artifact` has the one whose `path` lies in the mirror of a remote store: what is read through these
    methods is fetched first, what is committed is sent.
    """

    path: Path

    is_remote: ClassVar[bool] = False

    @property
    def key(self) -> str:
        return self.path.name

    @property
    def folder_place(self) -> Path:
        """Where its folder lies, or will lie."""
        return self.path / "folder"

    @property
    def folder(self) -> Path:
        return self.folder_place

    @property
    def is_complete(self) -> bool:
        return (self.path / "manifest.json").exists()

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def finished_at(self) -> float:
        """Seconds since the epoch at which it became whole."""
        return (self.path / "manifest.json").stat().st_mtime

    def manifest(self) -> Manifest:
        data = files.read_json(self.path / "manifest.json")
        try:
            return Manifest.from_json(data)
        except DAMAGES as error:
            # Every shard that stands has its report: the manifest is written again from them.
            raise StoreError(f"{self.path}/manifest.json is damaged ({error}); remove it and run again") from error

    def shard(self, kind: str, index: int) -> Path:
        return self.path / kind / f"{index:05d}.parquet"

    def report_path(self, index: int) -> Path:
        return self.path / "shards" / f"{index:05d}.json"

    def reports(self) -> list[ShardReport]:
        """The shards that are whole, in order."""
        return [read_report(path) for path in sorted((self.path / "shards").glob("*.json"))]

    def commit_shard(self, report: ShardReport, paths: Iterable[Path]) -> ShardReport:
        """Makes a shard whole, whose files these are; returns its report as it then stands."""
        files.write_json(self.report_path(report.index), report.to_json())
        return report

    def arrived(self, reports: ShardReport | Sequence[ShardReport]) -> None:
        """Told of shards that were committed, here or elsewhere."""

    def errand(self, fn: Callable[[T], Q], *, by_shard: bool) -> Callable[[T], Q]:
        """What runs `fn` on a task of this artifact where the task arrives; `by_shard` if the task is one shard."""
        return fn

    def copies(self, kind: str) -> "Sequence[Copy]":
        """What must be fetched before the files of a kind can be read, which are `row_paths` or a folder's."""
        return ()

    def row_paths(self) -> list[Path]:
        """Where the row files lie, or will lie once they are fetched."""
        return self.data_files()

    def data_files(self) -> list[Path]:
        """The row files in shard order; raises `StoreError` when one that was committed is gone."""
        self.check_rows()
        wanted = [self.shard("data", index) for index in range(self.manifest().num_shards)]
        missing = [path for path in wanted if not path.exists()]
        if missing:
            raise StoreError(f"{missing[0]} is missing; {anew(missing[0])}")
        return wanted

    def rows_of(self, index: int) -> Path:
        """The row file of one shard."""
        return self.shard("data", index)

    def side_files(self, kind: str) -> list[Path]:
        """The files of `rejects` or `quarantine`; shards without such rows have none."""
        return sorted((self.path / kind).glob("*.parquet"))

    @property
    def layout(self) -> str:
        """Identifies the cut of its input into shards; empty where none was recorded."""
        path = self.path / "layout"
        return path.read_text() if path.exists() else ""

    def write_layout(self, layout: str) -> None:
        files.write_text(self.path / "layout", layout)

    @property
    def has_fingerprint(self) -> bool:
        return (self.path / "fingerprint.json").exists()

    def write_fingerprint(self, fingerprint: Fingerprint, node: str) -> None:
        described = {"payload": fingerprint.payload, "guard": fingerprint.guard, "node": node}
        files.write_json(self.path / "fingerprint.json", described)

    def fingerprint(self) -> dict[str, Any]:
        data = files.read_json(self.path / "fingerprint.json")
        if not isinstance(data, dict) or not data.keys() >= {"payload", "guard"}:
            raise StoreError(f"{self.path}/fingerprint.json is damaged; remove {self.path} and run again")
        return data

    def commit(self, manifest: Manifest) -> None:
        files.write_json(self.path / "manifest.json", manifest.to_json())

    def reopen(self, shards: list[int]) -> None:
        """Forgets shards so that the next run does them again; the manifest moves to `manifest.<n>.json`."""
        with files.storing(self.path):
            if self.is_complete:
                taken = len(list(self.path.glob("manifest.*.json")))
                (self.path / "manifest.json").rename(self.path / f"manifest.{taken + 1}.json")
            for index in shards:
                self.report_path(index).unlink(missing_ok=True)

    # Rows that were dropped on purpose, for they can be made again

    def spent(self) -> Spent | None:
        """What is known of rows that were dropped and are not all there again; None where nothing was dropped."""
        path = self.path / SPENT
        if not path.exists():
            return None
        data = files.read_json(path)
        try:
            return Spent.from_json(data)
        except DAMAGES as error:
            raise StoreError(f"{path} is damaged ({error}); remove {self.path} and run again") from error

    @property
    def is_spent(self) -> bool:
        """Whether its rows were dropped, some or all."""
        spent = self.spent()
        return spent is not None and spent.fate != Fate.COMING

    def check_rows(self) -> None:
        """Raises `StoreError` where the rows were dropped."""
        if self.is_spent:
            raise StoreError(f"{self.place}: {dropped()}")

    def mark(self, spent: Spent | None) -> None:
        """Says that rows are dropped, or no more."""
        if spent:
            files.write_json(self.path / SPENT, spent.to_json())
            return
        with files.storing(self.path):
            (self.path / SPENT).unlink(missing_ok=True)

    def drop_rows(self) -> int:
        """Drops the rows of a whole result and nothing else, or ends what a killed run began; returns their bytes."""
        spent = self.spent()
        if spent is None:
            manifest, size = self.manifest(), self._rows_size()
            spent = Spent(fate=Fate.GOING, digest=manifest.digest, shards=manifest.num_shards, bytes=size)
        self.mark(replace(spent, fate=Fate.GOING))
        self._remove_rows()
        self.mark(replace(spent, fate=Fate.GONE))
        return spent.bytes

    def _rows_size(self) -> int:
        """In bytes."""
        return sum(path.stat().st_size for path in self.data_files())

    def _remove_rows(self) -> None:
        with files.storing(self.path):
            for path in (self.path / "data", self.path / "ids"):
                if path.exists():
                    shutil.rmtree(path)

    def begin_again(self) -> None:
        """Before rows that were dropped are made again: no shard is whole any more."""
        spent = self.spent()
        if spent and spent.fate != Fate.COMING:
            self.reopen(list(range(spent.shards)))
            self.mark(replace(spent, fate=Fate.COMING))

    def clear(self) -> None:
        """Removes shards and all that belongs to them."""
        for name in ("shards", "data", "rejects", "quarantine"):
            shutil.rmtree(self.path / name, ignore_errors=True)

    @property
    def is_unsent(self) -> bool:
        """Whether all its shards were made, at once, and only their sending or their manifest is missing."""
        return False

    def catch_up(self) -> None:
        """Sends what an earlier run could not."""

    @property
    def place(self) -> str:
        """Where it lies, as people are told."""
        return str(self.path)

    @property
    def may_go(self) -> bool:
        """Whether nobody can need it whom its store does not know of yet."""
        return True

    def discard(self) -> None:
        if self.path.exists():
            shutil.rmtree(self.path)

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())


def read_report(path: Path) -> ShardReport:
    """Raises `StoreError` naming the file when it is damaged."""
    try:
        return ShardReport.from_json(files.read_json(path))
    except DAMAGES as error:
        raise StoreError(f"{path} is damaged ({error.__cause__ or error}); {anew(path)}") from error
