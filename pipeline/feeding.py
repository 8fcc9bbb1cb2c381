"""What the tasks of a node read: shards of the outside world, files of rows, slices of them, or all at once."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.checks import check_folder
from pipeline.config import Node
from pipeline.errors import ConfigError, naming
from pipeline.fingerprint import digest_of
from pipeline.inputs import StoredInput
from pipeline.lineage import Survey
from pipeline.mixing import rows_per_slice
from pipeline.remote.reading import Reading
from pipeline.stage import FileStage, SourceStage, Stage, StreamStage, TableStage

_MOST_NAMED = 3


def input_of(survey: Survey, role: str, names: Sequence[str]) -> StoredInput:
    """The rows of finished nodes, or the folder of one."""
    located = [survey.located[name] for name in names]
    is_folder = bool(located) and located[0].node.stage.row_out is None
    if is_folder:
        check_folder(located[0])
    return StoredInput.of(role, [one.artifact for one in located], is_folder=is_folder)


def _places(stage: Stage) -> str:
    """The paths among its options, some of them."""
    values = [getattr(stage, field.name) for field in dataclasses.fields(stage)]  # type: ignore[arg-type]
    listed = [item for value in values for item in (value if isinstance(value, (list, tuple)) else [value])]
    paths = [str(item) for item in listed if isinstance(item, Path)]
    more = f" and {len(paths) - _MOST_NAMED:,} more" if len(paths) > _MOST_NAMED else ""
    return f" in {', '.join(paths[:_MOST_NAMED])}{more}" if paths else ""


def sources_of(survey: Survey, node: Node) -> list[Any]:
    """What each task reads: a shard of the outside world, one file of rows or a slice of it, or all of them."""
    if isinstance(node.stage, SourceStage):
        with naming(node.name), Reading(node.name):
            shards = list(node.stage.shards())
        if not shards:
            raise ConfigError(f"{node.name}: there is nothing to read{_places(node.stage)}; check its paths")
        return shards
    given = input_of(survey, "needs", node.needs) if node.needs else None
    if given is None or isinstance(node.stage, (TableStage, FileStage)):
        return [given]
    by_file = given.by_file()
    if isinstance(node.stage, StreamStage):
        rows = rows_per_slice(node.stage.requests_per_row())
        return [part for source in by_file for part in source.cut(rows)]
    return by_file


def layout_of(survey: Survey, node: Node, sources: list[Any]) -> str:
    """Identifies how a node's input is cut into shards."""
    if isinstance(node.stage, SourceStage):
        return digest_of(sources)
    layout = survey.layout(node)
    if isinstance(node.stage, StreamStage):
        return digest_of([layout, [source.part for source in sources]])
    return layout
