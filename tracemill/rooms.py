"""Checks that the rooms in use are ours: a user's own `pipeline.py` or `trainer/` may shadow them."""

import importlib.util
from pathlib import Path

from pipeline.errors import ConfigError

ROOMS = ("pipeline", "stages", "verifier", "teachers", "trainer")
HOME = Path(__file__).resolve().parent.parent


def check_rooms() -> None:
    """Raises `ConfigError` naming the file that stands in the way of one of our packages."""
    for room in ROOMS:
        spec = importlib.util.find_spec(room)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin != HOME / room / "__init__.py":
            found = origin or (list(spec.submodule_search_locations or []) if spec else "nothing")
            raise ConfigError(
                f"tracemill's package {room!r} is shadowed by {found}; rename it or run from another folder"
            )
