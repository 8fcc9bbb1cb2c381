"""Runs a reader of datatrove on one input so that nothing it leaves out goes unnoticed.

datatrove's readers skip what they cannot read with a warning in the log. Here the warnings are collected, and each
row comes whole, so that what it lacks can be told. Its reader of WARC is left out: it drops records without a word.
"""

import csv
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from pipeline.errors import ConfigError

KINDS = {
    "jsonl": "JsonlReader",
    "csv": "CSVReader",
    "parquet": "ParquetReader",
    "ipc": "IpcReader",
    "ipc_stream": "IpcReader",
    "huggingface": "HuggingFaceDatasetReader",
}
# What its readers let through where a file or a row is not as they expect.
BROKEN = (AttributeError, TypeError, ValueError, KeyError, OSError, EOFError, csv.Error, zlib.error, pa.ArrowException)
_OPTIONS: dict[str, dict[str, Any]] = {"parquet": {"read_metadata": True}, "ipc_stream": {"stream": True}}


def reader_of(kind: str, place: str, **options: Any) -> Any:
    """datatrove's reader for a folder or data set; raises `ConfigError` where a package it needs is not installed."""
    from datatrove.pipeline import readers

    try:
        return getattr(readers, KINDS[kind])(place, adapter=_whole, **_OPTIONS.get(kind, {}), **options)
    except ImportError as error:
        why = " ".join(str(error).split())
        raise ConfigError(f"read_datatrove: format {kind}: {why}") from error


def row_of(document: Any) -> tuple[str, dict[str, Any]]:
    """The place and the columns of a row that a reader made of `reader_of` gives."""
    return document.id, document.metadata["row"]


def _whole(reader: Any, data: dict[str, Any], path: str, number: int | str) -> dict[str, Any]:
    """An adapter that passes a row on whole; a reader would drop it if its text were empty."""
    return {"text": "-", "id": f"{path}:{number}", "metadata": {"row": dict(data)}}


@contextmanager
def fields_of_csv(max_bytes: int) -> Iterator[None]:
    """Fields of CSV up to this size; the module knows one limit for the whole process."""
    before = csv.field_size_limit(max_bytes)
    try:
        yield
    finally:
        csv.field_size_limit(before)


@contextmanager
def warnings_of_readers() -> Iterator[list[str]]:
    """Collects what datatrove's readers warn of, while they run in this thread's process."""
    from datatrove.utils.logging import logger

    told: list[str] = []
    handler = logger.add(
        lambda message: told.append(message.record["message"]),
        level="WARNING",
        filter=lambda record: (record["name"] or "").startswith("datatrove.pipeline.readers"),
    )
    try:
        yield told
    finally:
        logger.remove(handler)
