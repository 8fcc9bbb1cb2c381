"""Opens data sets of the Hugging Face hub at a commit, or of a local folder, with the errors a user can act on."""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import ConfigError, OutageError
from pipeline.remote.path import RemotePath

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SAVED = ("state.json", "dataset_dict.json")


@dataclass(frozen=True, kw_only=True)
class DatasetPlace:
    """Where a data set is: `dataset` on the hub at `revision`, or a folder. `reader` is named in messages."""

    reader: str
    dataset: str | None
    path: Path | None
    revision: str | None
    name: str | None
    split: str

    def check(self) -> None:
        """Raises `ConfigError` where it says no place, two, or one that may change."""
        if (self.dataset is None) == (self.path is None):
            raise ConfigError(f"{self.reader}: give either dataset (a name on the hub) or path (a local folder)")
        if self.path is not None and self.revision is not None:
            raise ConfigError(
                f"{self.reader}: revision is the commit of a dataset on the hub; a folder is known by its content, so "
                "leave it out, or give dataset in place of path"
            )
        if isinstance(self.path, RemotePath):
            raise ConfigError(f"{self.reader}: {self.path} is no folder of this machine; fetch it, and name the folder")
        if self.dataset is not None and not _COMMIT.fullmatch(self.revision or ""):
            said = f"revision {self.revision!r} may move" if self.revision else "dataset needs a revision"
            raise ConfigError(f"{self.reader}: {said}; give the commit's 40 hex digits, which the hub's page lists")

    @property
    def address(self) -> str:
        return str(self.path) if self.path is not None else str(self.dataset)

    @property
    def is_saved(self) -> bool:
        """Whether `save_to_disk` wrote it."""
        return self.path is not None and any((self.path / name).is_file() for name in _SAVED)

    def pins(self, digest: Callable[[Path], str]) -> dict[str, str]:
        """The commit, or a digest of the folder's files."""
        if self.path is None:
            return {"revision": str(self.revision)}
        if not self.path.is_dir():
            raise ConfigError(f"{self.reader}: {self.path} {self._no_folder()}")
        files = sorted(file for file in self.path.rglob("*") if file.is_file())
        listed = [[file.relative_to(self.path).as_posix(), digest(file)] for file in files]
        return {"files": hashlib.sha256(orjson.dumps(listed)).hexdigest()}

    def _no_folder(self) -> str:
        assert self.path is not None
        if not self.path.is_file():
            return "is no folder; paths count from the recipe's own, or from the one that its `inputs` names"
        rest = "give the folder that it lies in"
        if ".parquet" in self.path.suffixes:
            return f"is a file; {rest}, or read it with read_parquet, `paths: [{self.path.name}]`"
        if {".jsonl", ".json"} & {*self.path.suffixes}:
            return f"is a file; {rest}, or read it with read_jsonl, `paths: [{self.path.name}]`"
        return f"is a file; {rest}"


def opened(place: DatasetPlace, *, streaming: bool) -> Any:
    """The split. Raises `OutageError` where the hub is not reached, else `ConfigError`."""
    return _fetched(place, streaming=streaming) if place.path is None else _loaded(place, streaming=streaming)


@lru_cache(maxsize=2)
def _fetched(place: DatasetPlace, *, streaming: bool) -> Any:
    """Once in each process: a commit does not change, and each look at the hub is a request."""
    return _loaded(place, streaming=streaming)


@contextmanager
def _quiet_client() -> Iterator[None]:
    """Without the hub client's two lines for each time it asks again: what came of it is told at the end."""
    client = logging.getLogger("huggingface_hub")
    before = client.level
    client.setLevel(logging.ERROR)
    try:
        yield
    finally:
        client.setLevel(before)


def _loaded(place: DatasetPlace, *, streaming: bool) -> Any:
    import datasets  # its import of the client sets that one's level

    datasets.disable_progress_bars()
    try:
        if place.is_saved:
            return _split_of(datasets.load_from_disk(str(place.path)), place)
        with _quiet_client():
            return datasets.load_dataset(
                place.address,
                name=place.name,
                split=place.split,
                revision=place.revision,
                streaming=streaming,
            )
    except ConnectionError as error:
        raise OutageError(
            f"{place.reader}: {place.dataset} cannot be fetched: {error}; run again when the hub is reached, or give a "
            "local folder as path"
        ) from error
    except (FileNotFoundError, ValueError, datasets.exceptions.DatasetsError) as error:
        raise ConfigError(f"{place.reader}: {place.address}: {error}") from error


def _split_of(saved: Any, place: DatasetPlace) -> Any:
    """Of what `save_to_disk` wrote: one split, or several by name."""
    if not isinstance(saved, dict):
        return saved
    if place.split not in saved:
        raise ConfigError(f"{place.reader}: {place.path} has no split {place.split!r}; splits: {', '.join(saved)}")
    return saved[place.split]
