"""Where results live: artifacts by key, the request journal, runs, locks.

<store>/artifacts/<stage>/<key>/{data,rejects,quarantine}/00000.parquet   shards/00000.json   manifest.json (last)
<store>/journal/<model>/*.jsonl      <store>/runs/<utc>-<name>/      <store>/locks/      <store>/scratch/
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import files
from pipeline.code import ParsedModules
from pipeline.errors import StoreError
from pipeline.file_digests import FileDigests
from pipeline.fingerprint import Fingerprint
from pipeline.journal import Journal
from pipeline.manifest import Manifest, ShardReport
from pipeline.schema import Record, from_table, schema_of, schema_problems

if TYPE_CHECKING:
    from pipeline.remote.mirror import Copy

R = TypeVar("R", bound=Record)
T = TypeVar("T")
Q = TypeVar("Q")
# What reading a report or a manifest raises that is not what was written.
DAMAGES = (StoreError, TypeError, KeyError, AssertionError, ValueError, AttributeError)
KEY_LENGTH = 20
ROW_GROUP = 5000

REJECTS = pa.schema([("id", pa.string()), ("reason", pa.string()), ("detail", pa.string()), ("row", pa.string())])
QUARANTINE = pa.schema([("id", pa.string()), ("error", pa.string()), ("traceback", pa.string()), ("row", pa.string())])
KINDS = {"rejects": REJECTS, "quarantine": QUARANTINE}


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
        wanted = [self.shard("data", index) for index in range(self.manifest().num_shards)]
        missing = [path for path in wanted if not path.exists()]
        if missing:
            raise StoreError(f"{missing[0]} is missing; {_anew(missing[0])}")
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
        with files.storing(self.path):
            (self.path / "layout").write_text(layout)

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
        raise StoreError(f"{path} is damaged ({error.__cause__ or error}); {_anew(path)}") from error


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
        return files.exclusive(self.root / "locks" / f"{artifact.key}.lock", f"node {node!r} in {self}")

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

    def publish_run(self, run: Path) -> None:
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


# Parquet


def write_parquet(path: Path, table: pa.Table) -> None:
    files.write_atomic(
        path,
        lambda temporary: pq.write_table(
            table, temporary, compression="zstd", row_group_size=ROW_GROUP, write_page_checksum=True
        ),
    )


def open_parquet(path: Path) -> pq.ParquetFile:
    """Raises `StoreError` naming the file when it is damaged; so do its pages when they are read."""
    try:
        return pq.ParquetFile(path, page_checksum_verification=True)
    except (pa.ArrowInvalid, OSError) as error:
        told = "missing" if isinstance(error, FileNotFoundError) else f"damaged ({error})"
        raise StoreError(f"{path} is {told}; {_anew(path)}") from error


def _anew(path: Path) -> str:
    """How a shard's file is made again, and nothing but its shard; another file with all that stands beside it."""
    artifact = Artifact(path.parent.parent)
    if not path.stem.isdigit():
        return f"remove {artifact.path} and run again"
    manifest = f"{artifact.path}/manifest.json and " if artifact.is_complete else ""
    report = artifact.report_path(int(path.stem))
    return f"remove {manifest}{report} and run again, and this shard alone is made anew"


def check_pages(path: Path) -> None:
    """Raises `StoreError` where a file is not what was written: polars does not look at the sums of its pages."""
    with open_parquet(path) as file:
        for _ in _batches(file, path, batch_size=ROW_GROUP):
            pass


def read_rows(path: Path, record: type[R], *, batch: int = 4096, part: tuple[int, int] | None = None) -> Iterator[R]:
    """The rows of a file, or of its `part` from a first row to one behind the last."""
    with open_parquet(path) as file:
        problems = schema_problems(file.schema_arrow, record)
        if problems:
            raise StoreError(f"{path} does not hold {record.__name__} rows: {'; '.join(problems)}")
        first, end = part or (0, file.metadata.num_rows)
        groups, place = _row_groups(file.metadata, first, end)
        for chunk in _batches(file, path, batch_size=batch, row_groups=groups, columns=schema_of(record).names):
            yield from from_table(chunk[max(first - place, 0) : max(end - place, 0)], record)
            place += chunk.num_rows


def read_batches(path: Path, columns: Sequence[str], rows: int) -> Iterator[pa.RecordBatch]:
    """These columns of a file, at most `rows` rows at a time."""
    with open_parquet(path) as file:
        yield from _batches(file, path, batch_size=rows, columns=list(columns))


def _batches(file: pq.ParquetFile, path: Path, **asked: Any) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(**asked)
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(f"{path} is damaged ({error}); {_anew(path)}") from error


def _row_groups(metadata: pq.FileMetaData, first: int, end: int) -> tuple[list[int], int]:
    """The row groups that hold these rows, and the place of their first row."""
    groups: list[int] = []
    begin = place = 0
    for index in range(metadata.num_row_groups):
        behind = place + metadata.row_group(index).num_rows
        if place < end and behind > first:
            begin = begin if groups else place
            groups.append(index)
        place = behind
    return groups, begin
