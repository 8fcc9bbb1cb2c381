"""A version as a commit of a data set on the hub, with a tag `vNNNN`: `load_dataset("ORG/NAME", revision="v0003")`.

One commit holds the whole version, so there is no half of one; files that the hub has already are not sent again.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError, StoreError
from pipeline.files import file_digest
from pipeline.push import Pushed
from pipeline.versions import MANIFEST, Version, held

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KIND = "dataset"
# The hub's own file; it says which files are stored apart.
ATTRIBUTES = ".gitattributes"
# What a data set holds that was made on its site and got no files yet.
MADE_BY_THE_HUB = {ATTRIBUTES, "README.md"}


def push_to_hub(
    path: Path, repository: str, *, private: bool, message: str | None, overwrite: bool, advance: Callable[[int], None]
) -> Pushed:
    """Raises `StoreError` where the tag names another version, or `main` holds none (unless `overwrite`)."""
    try:
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
    except ImportError as error:
        raise ConfigError("pushing to the hub needs huggingface_hub: pip install 'tracemill[hub]'") from error
    api, tag, files = HfApi(), path.name, held(path)
    place = f"hf://datasets/{repository}@{tag}"
    api.create_repo(repository, repo_type=KIND, private=private or None, exist_ok=True)
    tags = {ref.name for ref in api.list_repo_refs(repository, repo_type=KIND).tags}
    there = _files(api, repository, tag) if tag in tags else {}
    total = sum(file.stat().st_size for file in files.values())
    if tag in tags and not _differences(files, there):
        advance(total)
        return Pushed(place, 0, len(files), total)
    if tag in tags and not overwrite:
        raise StoreError(f"{place} is another version than {path}; push elsewhere, or add --overwrite to replace it")
    before = _files(api, repository, "main")
    if not overwrite:
        _check_main(place, before)
    gone = [CommitOperationDelete(name) for name in sorted(before.keys() - files.keys() - {ATTRIBUTES})]
    added = [CommitOperationAdd(name, file) for name, file in files.items()]
    label = Version(path, 0).label
    commit = api.create_commit(repository, [*added, *gone], commit_message=message or label, repo_type=KIND)
    wrong = _differences(files, _files(api, repository, commit.oid))
    if wrong:
        raise StoreError(f"{place}: not what was sent: {', '.join(wrong)}; push again")
    if tag in tags:
        api.delete_tag(repository, tag=tag, repo_type=KIND)
    api.create_tag(repository, tag=tag, revision=commit.oid, repo_type=KIND)
    advance(total)
    sent = len(files) - sum(_is_same(file, before.get(name)) for name, file in files.items())
    return Pushed(place, sent, len(files) - sent, total)


def _check_main(place: str, before: Mapping[str, Any]) -> None:
    foreign = before.keys() - MADE_BY_THE_HUB
    if foreign and MANIFEST not in before:
        raise StoreError(
            f"{place}: `main` holds files that are no version, such as {min(foreign)}; "
            f"push elsewhere, or add --overwrite to replace them"
        )


def _files(api: "HfApi", repository: str, revision: str) -> dict[str, Any]:
    """The files of a revision by name, as the hub tells of them; its folders are left out."""
    found = api.list_repo_tree(repository, recursive=True, revision=revision, repo_type=KIND)
    return {entry.path: entry for entry in found if hasattr(entry, "blob_id")}


def _differences(files: Mapping[str, Path], there: Mapping[str, Any]) -> list[str]:
    """The files that are missing, other, or there beyond those of the version."""
    other = [name for name, file in files.items() if not _is_same(file, there.get(name))]
    return sorted({*other, *(there.keys() - files.keys() - {ATTRIBUTES})})


def _is_same(file: Path, entry: Any) -> bool:
    """By sha256 where the hub stores the file apart, else by the name that git gives its content."""
    if entry is None or entry.size != file.stat().st_size:
        return False
    if entry.lfs is not None:
        return bool(entry.lfs.sha256 == file_digest(file))
    content = file.read_bytes()
    return bool(entry.blob_id == hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest())
