"""Opens the store that a recipe or a person names, wherever it lies."""

import os
from pathlib import Path

from pipeline.config import Recipe
from pipeline.remote.address import store_address
from pipeline.remote.objects import Remote
from pipeline.remote.store import RemoteStore
from pipeline.store import Store


def open_store(recipe: Recipe) -> Store:
    return _opened(recipe.store, recipe.remote)


def store_at(uri: str) -> Store:
    """Raises `ConfigError` for a URL that no store can have."""
    return _opened(*store_address(uri, os.environ))


def _opened(folder: Path, remote: Remote | None) -> Store:
    return RemoteStore(folder, remote) if remote else Store(folder)
