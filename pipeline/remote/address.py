"""What names a store: a folder of this machine, or a URL, with the folder in which this machine mirrors it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.redaction import shown
from pipeline.remote.objects import Remote
from pipeline.remote.place import check_address

CACHE = "TRACEMILL_CACHE"
DEFAULT_CACHE = "~/.cache/tracemill"


def url_of_store(uri: str) -> str | None:
    """The URL of a remote store as everybody spells it; None for a folder of this machine.

    Raises `ConfigError` where it holds credentials, names no bucket, or cannot be opened. A `file://` is a URL: a
    folder that several machines share.
    """
    scheme, found, rest = uri.partition("://")
    if not found:
        return None
    if scheme == "memory":
        raise ConfigError(f"store {uri}: a store must outlive its process; write a folder or s3://bucket/prefix")
    if shown(uri) != uri and "@" not in uri:
        raise ConfigError(f"store {shown(uri)}: the URL of a store has no query; options are left to its client")
    if not rest.strip("/"):
        raise ConfigError(f"store {uri}: it names no place; write s3://bucket/prefix")
    if scheme in ("http", "https"):
        raise ConfigError(f"store {uri}: nothing is written to the web; write a folder or s3://bucket/prefix")
    check_address(uri)
    return uri.rstrip("/")


def store_address(uri: str, environment: Mapping[str, str]) -> tuple[Path, Remote | None]:
    """The folder of a store, or of its mirror and what it is a mirror of."""
    url = url_of_store(uri)
    return (mirror_of(url, environment), Remote(url)) if url else (Path(uri).absolute(), None)


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where this machine keeps what lies elsewhere: mirrors of stores, copies of versions."""
    return Path(environment.get(CACHE) or DEFAULT_CACHE).expanduser().absolute()


def mirror_of(url: str, environment: Mapping[str, str]) -> Path:
    """The folder in which this machine mirrors a remote store."""
    return cache_folder(environment) / "stores" / hashlib.sha256(url.encode()).hexdigest()[:20]
