"""Reads documents through datatrove's readers: CSV, Arrow IPC, JSONL, Parquet, `datasets`."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError, ShardError
from pipeline.stage import Reject, SourceStage
from stages._datasets import DatasetPlace, opened
from stages._datatrove import BROKEN, KINDS, fields_of_csv, reader_of, row_of, warnings_of_readers
from stages._document_fields import DocumentFields
from stages._row_files import ROWS_PER_SHARD, pinned
from stages._text import digest128
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class ReadDatatrove(DocumentFields, SourceStage[Document]):
    """One `Document` for each row that a reader of datatrove gives, the columns mapped as in `read_documents`.

    format   -- csv, ipc, ipc_stream, jsonl or parquet, .gz and .zst of them as datatrove does; or huggingface
    paths    -- the files, of any format but huggingface
    dataset  -- with huggingface: its name on the hub, with a `revision`
    revision -- the commit of the `dataset`, in full
    saved    -- or a folder: one that `save_to_disk` wrote, or of data files that `load_dataset` can read
    name     -- the configuration, if it has several
    split    -- the split to read
    limit    -- only the first rows

    A shard is a file, or a part of a data set. `read_documents` cuts big JSONL and Parquet files and goes on behind
    damage where datatrove ends the file. WARC and WET are for `read_warc`: datatrove drops some records unsaid.
    """

    packages = ("datatrove", "pyarrow", "resiliparse")

    format: str
    paths: list[Path] = field(default_factory=list)
    dataset: str | None = None
    saved: Path | None = None
    revision: str | None = None
    name: str | None = None
    split: str = "train"
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.format not in KINDS:
            raise ConfigError(
                f"read_datatrove: format {self.format!r} is none of {', '.join(KINDS)}; read_warc reads WARC and WET"
            )
        if self.format == "huggingface":
            self._place().check()
        elif not self.paths:
            raise ConfigError("read_datatrove: paths is empty; name at least one file")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return self._place().pins(digest) if self.format == "huggingface" else pinned(self.paths, digest)

    def shards(self) -> Sequence[Any]:
        """Each a list of file indices, or `[rank, of]`. A limit needs all in one shard."""
        if self.format == "huggingface":
            parts = 1 if self.limit is not None else -(-len(opened(self._place(), streaming=False)) // ROWS_PER_SHARD)
            return [[rank, parts] for rank in range(parts)]
        reader_of(self.format, "/")  # what it needs is missed before anything runs
        indices = [*range(len(self.paths))]
        return [[index] for index in indices] if self.limit is None else [indices]

    def read(self, shard: Any) -> Iterator[Document | Reject]:
        seen: set[str] = set()
        with fields_of_csv(self.max_bytes), warnings_of_readers() as told:
            for document in islice(self._documents(shard), self.limit):
                yield from self._left_out(told)
                place, row = row_of(document)
                yield self.document(row, dict, place=place, seen=seen)
            yield from self._left_out(told)

    def _documents(self, shard: Any) -> Iterator[Any]:
        if self.format == "huggingface":
            yield from self._of_data_set(*shard)
            return
        for index in shard:
            path = Path(os.fspath(self.paths[index]))  # a copy of what lies elsewhere: its readers know no waiting
            try:
                yield from reader_of(self.format, str(path.parent)).read_file(path.name)
            except BROKEN as error:
                why = f"{type(error).__name__}: {' '.join(str(error).split())}"
                place = self.paths[index]
                raise ShardError(f"{place}: datatrove's reader of {self.format} cannot go on ({why})") from error

    def _of_data_set(self, rank: int, parts: int) -> Iterator[Any]:
        place = self._place()
        options = None if place.is_saved else {"name": self.name, "split": self.split, "revision": self.revision}
        reader = reader_of(self.format, place.address, dataset_options=options, load_from_disk=place.is_saved)
        yield from reader.run(rank=rank, world_size=parts)

    def _left_out(self, told: list[str]) -> Iterator[Reject]:
        """What the reader only warned of: rows it left out, or the end of a file it could not reach.

        A warning that is not known here may stand for a row as well.
        """
        while told:
            message = told.pop(0)
            if "may be corrupted" in message:
                raise ShardError(f"{message}; fetch the file again")
            reason = "bad_row" if message.startswith("Error when reading") else "reader_warning"
            yield Reject(reason, message, id=digest128(message))

    def _place(self) -> DatasetPlace:
        return DatasetPlace(
            reader=self.uses(),
            dataset=self.dataset,
            path=self.saved,
            revision=self.revision,
            name=self.name,
            split=self.split,
        )
