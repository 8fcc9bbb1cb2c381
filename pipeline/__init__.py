"""The engine: staged, fingerprinted, resumable. What the author of a stage may import."""

from pipeline.context import Context, Folder
from pipeline.errors import ConfigError, OutageError, TracemillError
from pipeline.schema import Record
from pipeline.stage import BatchStage, FileStage, Reject, RowStage, SourceStage, StreamStage, TableStage

__all__ = [
    "BatchStage",
    "ConfigError",
    "Context",
    "FileStage",
    "Folder",
    "OutageError",
    "Record",
    "Reject",
    "RowStage",
    "SourceStage",
    "StreamStage",
    "TableStage",
    "TracemillError",
]
