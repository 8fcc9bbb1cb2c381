"""Names of data sets: what a folder of exports holds, for whoever named what is not there."""

import re
from pathlib import Path

from pipeline.nearest import did_you_mean
from pipeline.remote.path import RemotePath

_VERSION = re.compile(r"v\d{4,}")
_MOST_NAMED = 20


def held_in(exports: Path) -> list[str]:
    """The data sets in a folder of this machine that have a version."""
    folders = sorted(exports.iterdir()) if exports.is_dir() else []
    return [folder.name for folder in folders if any(_VERSION.fullmatch(one.name) for one in folder.glob("v*"))]


def holding(exports: Path, name: str) -> str:
    """`/data/exports, which holds: a, b (did you mean 'a'?)`: where was looked, and what is there."""
    if isinstance(exports, RemotePath):
        return f"{exports}"
    place = exports.absolute()
    if not exports.is_dir():
        return f"{place}, which does not exist; --exports names another folder"
    known = held_in(exports)
    if not known:
        return f"{place}, which holds no data set; --exports names another folder"
    more = f" and {len(known) - _MOST_NAMED:,} more" if len(known) > _MOST_NAMED else ""
    return f"{place}, which holds: {', '.join(known[:_MOST_NAMED])}{more}{did_you_mean(name, known)}"
