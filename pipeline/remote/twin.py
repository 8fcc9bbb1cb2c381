"""What the remote store holds of one artifact, and the mirror's copy of it. The remote store is right, always.

All is found by name: the manifest says how many shards there are, the report of a shard says which files it has and
what they must be, so no listing is asked what is whole. Where a result is not whole yet a listing tells what there is;
what it leaves out is made again, or found by name when it is about to be.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import RLock

import orjson

from pipeline import files
from pipeline.artifact import DAMAGES, read_report
from pipeline.errors import StoreError
from pipeline.manifest import Manifest, ShardReport
from pipeline.remote.mirrored import LAYOUT, MANIFEST, PAUSES_S, SENT, UNSENT, Mirrored
from pipeline.remote.objects import Remote, many


class Twin(Mirrored):
    """`folder` lies in the mirror, `name` is the artifact's in the remote store."""

    def __init__(self, folder: Path, remote: Remote, name: str) -> None:
        super().__init__(folder, remote, name)
        self.lock = RLock()
        self.is_deferring = False
        self.forget()

    def forget(self) -> None:
        """What was seen may have changed: it is looked at again."""
        self._is_whole: bool | None = None
        self._has_looked = False
        self._reports: dict[int, ShardReport] = {}

    # Metadata

    @property
    def is_whole(self) -> bool:
        """Whether the remote store has a manifest, which the mirror then has as well."""
        with self.lock:
            if self._is_whole is None:
                self._is_whole = self.refresh(MANIFEST)
            return self._is_whole

    @property
    def is_begun(self) -> bool:
        return self.is_whole or self.refresh(LAYOUT)

    def reports(self) -> dict[int, ShardReport]:
        """The shards that are whole there, or whole here and not sent yet."""
        with self.lock:
            if not self._has_looked:
                self._reports = self._all() if self.is_whole else self._some()
                self._has_looked = True
            return dict(sorted(self._reports.items()))

    def _all(self) -> dict[int, ShardReport]:
        manifest = Manifest.from_json(files.read_json(self.folder / MANIFEST))
        wanted = [self.report_name(index) for index in range(max(1, manifest.num_shards))]
        told = hashlib.sha256((self.folder / MANIFEST).read_bytes()).hexdigest()
        if self.ledger.tag(MANIFEST) != told or not all((self.folder / name).exists() for name in wanted):
            many(self._must_refresh, wanted)
            for path in set((self.folder / "shards").glob("*.json")) - {self.folder / name for name in wanted}:
                path.unlink()
            self.ledger.note(MANIFEST, told)
        return self._read(wanted)

    def _must_refresh(self, name: str) -> None:
        for pause in (*PAUSES_S, None):
            if self.refresh(name):
                return
            if pause is None:
                raise StoreError(
                    f"{self.remote}/{self.at(name)} is missing though the result is whole by its manifest; "
                    f"remove {self.remote}/{self.at(MANIFEST)} and run again, and this shard alone is made anew"
                )
            time.sleep(pause)

    def _some(self) -> dict[int, ShardReport]:
        if not self.refresh(LAYOUT):  # written before all else: there is nothing
            for path in (self.folder / "shards").glob("*.json"):
                path.unlink()
            return {}
        there = self.remote.find(self.at("shards"))
        here = {path.name for path in (self.folder / "shards").glob("*.json")}
        names = [f"shards/{name}" for name in sorted(there.keys() | here) if name.endswith(".json")]
        many(lambda name: self._settle(name, there[name[7:]].tag if name[7:] in there else None), names)
        layout = self.layout
        found = self._read([name for name in names if (self.folder / name).exists()])
        return {index: report for index, report in found.items() if report.layout == layout}

    def _settle(self, name: str, tag: str | None) -> None:
        """Takes a report from the remote store, unless the mirror's is that one, or one that was never sent."""
        known = self.ledger.tag(name)
        if tag is None and known is None:
            if not self._is_whole_here(read_report(self.folder / name)):
                (self.folder / name).unlink()
        elif tag is None or known != tag:
            is_there = self.refresh(name)  # by name: that a listing lacks it says little
            if is_there and tag is not None:
                self.ledger.note(name, tag)

    def _read(self, names: Iterable[str]) -> dict[int, ShardReport]:
        return {report.index: report for report in (read_report(self.folder / name) for name in names)}

    @property
    def layout(self) -> str:
        with suppress(FileNotFoundError):
            return (self.folder / LAYOUT).read_text()
        return ""

    def wrote(self, data: bytes) -> None:
        """The result is whole: this manifest stands there, and the reports are those of the mirror."""
        with self.lock:
            files.write_bytes(self.folder / MANIFEST, data)
            self.ledger.note(MANIFEST, hashlib.sha256(data).hexdigest())
            self._is_whole = True
        (self.folder / UNSENT).unlink(missing_ok=True)

    def write_small(self, name: str) -> None:
        """Sends a small file of the mirror."""
        self.remote.write(self.at(name), (self.folder / name).read_bytes())

    # Shards

    def _is_whole_here(self, report: ShardReport) -> bool:
        return all(self.ledger.tag(name) == told[1] for name, told in report.files.items())

    @property
    def is_unsent(self) -> bool:
        """Whether all shards of this layout were made here, at once, and have no manifest yet."""
        mark = self.folder / UNSENT
        return mark.exists() and mark.read_text() == self.layout

    @contextmanager
    def deferring(self) -> Iterator[None]:
        """Shards committed meanwhile are sent together, later: alone they are of no use."""
        self.is_deferring = True
        try:
            yield
            files.write_text(self.folder / UNSENT, self.layout)
        finally:
            self.is_deferring = False

    def send_all(self) -> list[ShardReport]:
        """Sends all shards that were made here at once."""
        paths = sorted((self.folder / "shards").glob("*.json"))
        made = [report for report in map(read_report, paths) if report.layout == self.layout]
        return [self.send(report, by_shard=False) for report in made]

    def described(self, report: ShardReport, paths: Iterable[Path]) -> ShardReport:
        """The report with what its files are, by which they are known everywhere."""
        told = {}
        for path in paths:
            name, digest = str(path.relative_to(self.folder)), files.file_digest(path)
            told[name] = [path.stat().st_size, digest]
            self.ledger.note(name, digest)
        return replace(report, layout=self.layout, files=told)

    def send(self, report: ShardReport, *, by_shard: bool = True) -> ShardReport:
        """Sends the files of a shard and then its report, unless the shard is whole there; returns the one that is.

        Shards that were made together, not `by_shard`, belong together: one of other rows gives way.
        """
        if self.is_deferring:
            return report
        standing = self.standing(report.index)
        if standing and (by_shard or standing.digest == report.digest):
            return self.adopt(standing)
        if standing:
            self.remote.remove([self.at(self.report_name(report.index))])
        files.right.get()()
        many(lambda name: self.remote.send(self.folder / name, self.at(name)), list(report.files))
        name = self.report_name(report.index)
        data = (self.folder / name).read_bytes()
        files.right.get()()
        if not self.remote.create(self.at(name), data):
            self._outdo(name, report, data)
        return self.adopt(report)

    def _outdo(self, name: str, report: ShardReport, data: bytes) -> None:
        """Somebody else has sent this shard meanwhile. Files are ours now, so the report must be, or there is none."""
        other = self.standing(report.index)
        if other and other.digest != report.digest:
            self.remote.remove([self.at(name)])
            raise StoreError(
                f"{self.remote}/{self.name}: shard {report.index} was written twice at once, with other rows; "
                "run the same command again, and it is done anew"
            )
        self.remote.write(self.at(name), data)

    def standing(self, index: int) -> ShardReport | None:
        """The report of a shard in the remote store; None where it has none that belongs to this layout."""
        data = self.remote.read(self.at(self.report_name(index)))
        try:
            report = ShardReport.from_json(orjson.loads(data)) if data else None
        except DAMAGES:
            return None  # it is no report, and written again
        return report if report and report.layout == self.layout else None

    def settled(self, index: int) -> ShardReport | None:
        """The report of a shard that is whole there, or here without having been sent; that is done now."""
        if standing := self.standing(index):
            return self.adopt(standing)
        name = self.report_name(index)
        path = self.folder / name
        if path.exists() and self.ledger.tag(name) is None:
            report = read_report(path)
            if self._is_whole_here(report) and report.layout == self.layout:
                return self.send(report)
        path.unlink(missing_ok=True)
        return None

    def adopt(self, report: ShardReport) -> ShardReport:
        """Takes a shard's report for what the remote store holds."""
        name = self.report_name(report.index)
        files.write_json(self.folder / name, report.to_json())
        self.ledger.note(name, SENT)
        with self.lock:
            self._reports[report.index] = report
        return report

    def unsent(self) -> list[ShardReport]:
        """Shards that are whole here and may not be there: a run could not send them, or was killed."""
        return [one for index, one in self.reports().items() if self.ledger.tag(self.report_name(index)) is None]

    def contents(self) -> Mapping[str, tuple[int, str]]:
        """Bytes and digest of each file of the whole shards, by name."""
        return {name: (told[0], told[1]) for report in self.reports().values() for name, told in report.files.items()}

    # Removal

    def remove(self, chosen: Callable[[str], bool]) -> None:
        """Removes objects by their names, what makes a result whole before what it is made of."""
        names = [name for name in self.remote.find(self.name) if chosen(name)]
        for part in (MANIFEST, "shards/", ""):
            first = [name for name in names if name.startswith(part)]
            self.remote.remove(self.at(name) for name in first)
            names = [name for name in names if name not in set(first)]
        self.forget()

    def emptied(self) -> None:
        """Nothing is whole any more, also where a listing that lags behind shows what it had hidden."""
        self._is_whole, self._has_looked, self._reports = False, True, {}
