"""The processes below another, as the kernel lists them."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.limits import SOON_S

WAIT_S = 90.0


def descendants(pid: int, word: str = "") -> list[int]:
    """Processes below `pid` with `word` in their command line, zombies left out."""
    parents = dict(_parents())
    found = [one for one in parents if _is_below(one, pid, parents)]
    return [one for one in found if word in _command(one) and _command(one)]


def _parents() -> Iterable[tuple[int, int]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            yield int(path.parent.name), int(path.read_text().rpartition(")")[2].split()[1])


def _is_below(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        pid = parents[pid]
        if pid == ancestor:
            return True
    return False


def _command(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def gone(pids: Iterable[int], *, within_s: float = SOON_S) -> bool:
    """Whether all of them have ended, also where a parent that asks no more has not heard of it."""
    deadline, left = time.monotonic() + within_s, set(pids)
    while left := {pid for pid in left if is_running(pid)}:
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def is_running(pid: int) -> bool:
    """A zombie does not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(
    holds: Callable[[], Any], what: str, *, driver: "subprocess.Popen[str] | None" = None, within_s: float = WAIT_S
) -> Any:
    """Waits for it, as long as the driver runs, and returns what it gave."""
    deadline = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what}: not in {within_s:g} s"
        assert driver is None or driver.poll() is None, driver.communicate()[1]
        time.sleep(0.02)
    return found
