"""Runs a file stage: the folder is built in scratch and put into place whole."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import TracemillError
from pipeline.manifest import ShardReport
from pipeline.memory import give_back
from pipeline.shard import Counters, ShardTask, broken
from pipeline.stage import FileStage


def run_folder(task: ShardTask) -> ShardReport:
    """Builds the artifact's folder; the report's digest is that of its content."""
    stage, started, counters = task.stage, time.monotonic(), Counters()
    assert isinstance(stage, FileStage)
    folder = task.context.scratch / "folder"
    folder.mkdir()
    try:
        stage.build(task.source, folder, replace(task.context, count=counters))
    except TracemillError:
        raise
    except Exception as error:  # no single row is to blame: the node fails with its cause
        raise broken(task.context.node, error) from error
    finally:
        give_back()
    digest = _content_digest(stage, folder)
    place = task.artifact.folder_place
    files.put_folder(folder, place)
    rows = task.source.num_rows if task.source else 0
    report = ShardReport(
        index=0,
        rows_in=rows,
        kept=rows,
        rows_out=0,
        rejected={},
        quarantined=0,
        digest=digest,
        seconds=round(time.monotonic() - started, 3),
        counters=counters.amounts,
    )
    return task.artifact.commit_shard(report, (path for path in place.rglob("*") if path.is_file()))


def _content_digest(stage: FileStage[Any], folder: Path) -> str:
    """What publishes has said it itself; the files of an export are too large to be read again for another digest."""
    if type(stage).publishes:
        return str(files.read_json(folder / "manifest.json")["digest"])
    return files.tree_digest(folder, without=type(stage).volatile)
