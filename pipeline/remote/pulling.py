"""Versions that lie elsewhere, on this machine: fetched once, held to the digests of their manifest, then kept."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline import files
from pipeline.errors import ConfigError, StoreError
from pipeline.remote.address import cache_folder
from pipeline.remote.objects import Remote, many
from pipeline.remote.path import RemotePath
from pipeline.versions import MANIFEST, damaged, read_manifest


def pulled(path: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """The folder itself, or that of the copy of a version elsewhere: `<cache>/versions/<digest>/<name>/vNNNN`.

    The digest is that of the manifest, which tells that of every other file: what is there is what was published.
    Raises `ConfigError` where there is no version, `StoreError` where it is damaged.
    """
    if not isinstance(path, RemotePath):
        return path
    remote = Remote(path.address)
    manifest = remote.read(MANIFEST)
    if manifest is None:
        raise ConfigError(f"{path} holds no version: there is no {MANIFEST}")
    digest = hashlib.sha256(manifest).hexdigest()
    target = cache_folder(environment) / "versions" / digest / path.parent.name / path.name
    if not target.exists():
        _fetch(remote, manifest, target)
    return target


def _fetch(remote: Remote, manifest: bytes, target: Path) -> None:
    with files.storing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        with files.storing(target):
            (half / MANIFEST).write_bytes(manifest)
        listed = read_manifest(half).get("files")
        if not isinstance(listed, dict):
            raise StoreError(f"{remote}/{MANIFEST} lists no files, so nothing says what they were; publish it again")
        many(lambda name: _fetch_one(remote, name, half), sorted(listed))
        if problems := damaged(half):
            raise StoreError(f"{remote} is damaged: {'; '.join(problems[:3])}; it is not used")
        _put(half, target)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _fetch_one(remote: Remote, name: Any, folder: Path) -> None:
    inner = PurePosixPath(name)
    if inner.is_absolute() or ".." in inner.parts or "\0" in str(name):
        raise StoreError(f"{remote}/{MANIFEST} lists {name!r}, which leads out of the version; it is not used")
    with files.storing(folder):
        (folder / inner).parent.mkdir(parents=True, exist_ok=True)
    if not remote.fetch(str(name), folder / inner):
        raise StoreError(f"{remote}/{name} is missing, so {remote} is no whole version")


def _put(half: Path, target: Path) -> None:
    """Whoever came first has put the same there."""
    with files.storing(target):
        for file in half.rglob("*"):
            if file.is_file():
                file.chmod(0o444)
        try:
            half.rename(target)
        except OSError:
            if not target.exists():
                raise
