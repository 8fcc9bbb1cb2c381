"""Checks that the rooms in use are ours: a user's own `pipeline.py` or `trainer/` may shadow them.

Nothing but the standard library is imported here, because whatever else is imported may be the file in the way.
"""

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

ROOMS = ("pipeline", "stages", "verifier", "teachers", "trainer")
HOME = Path(__file__).resolve().parent.parent


class ShadowedRoomError(ImportError):
    """One of our packages is not ours, or is not there; the message names the file and the way out."""


def check_rooms(rooms: Sequence[str] = ROOMS) -> None:
    """Raises `ShadowedRoomError` unless each of `rooms` is the one installed beside this package."""
    for room in rooms:
        spec = importlib.util.find_spec(room)
        if spec is None:
            raise ShadowedRoomError(f"tracemill's package {room!r} is not installed; install tracemill again")
        # A folder without __init__.py has no origin and still wins over an editable install.
        found = Path(spec.origin or next(iter(spec.submodule_search_locations or ()))).resolve()
        if found != HOME / room / "__init__.py":
            raise ShadowedRoomError(
                f"tracemill's package {room!r} is shadowed by {found}; rename that or run from another folder"
            )


def is_command() -> bool:
    """Whether this process is the command line, which checks by itself and says the error without a traceback."""
    # While `python -m` looks for its module, argv[0] is "-m".
    return Path(sys.argv[0]).name in ("-m", "tracemill")
