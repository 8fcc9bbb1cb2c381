"""Which GPUs a worker has for itself, by the variable that CUDA reads."""

import contextlib
import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import ConfigError, OutageError

VARIABLE = "CUDA_VISIBLE_DEVICES"
# A worker that was killed keeps its GPUs until the kernel has cleared away its process.
RELEASE_S = 60.0


def visible_gpus(environment: Mapping[str, str], *, devices: Path = Path("/dev")) -> list[str]:
    """Their names in the variable's own terms; empty where the machine has no NVIDIA GPU or they are hidden."""
    if VARIABLE in environment:
        named = [name.strip() for name in environment[VARIABLE].split(",")]
        hidden = (index for index, name in enumerate(named) if name in ("", "-1"))
        return named[: next(hidden, len(named))]  # CUDA reads up to the first that is none
    return [str(number) for number in range(len(list(devices.glob("nvidia[0-9]*"))))]


def gpu_shares(visible: list[str], *, workers: int, each: int) -> list[str | None]:
    """The value of the variable for each worker, no GPU in two of them; None leaves it as it is.

    Raises `ConfigError` where there are GPUs, and too few.
    """
    if not visible or not each:
        return [None] * workers
    if workers * each > len(visible):
        raise ConfigError(
            f"{workers} workers with {each} GPUs each need {workers * each}, and {len(visible)} are visible "
            f"({VARIABLE}={','.join(visible)}); {len(visible) // each} workers fit"
        )
    return [",".join(visible[index * each : (index + 1) * each]) for index in range(workers)]


@contextlib.contextmanager
def held_gpus(each: int) -> Iterator[str | None]:
    """`each` GPUs of this machine that no other holder has, as the variable's value; None leaves it as it is.

    For workers that do not know of each other, such as those of a Dask cluster: a GPU is held by a lock of the kernel,
    which dies with its holder. Raises `OutageError` where too few are free.
    """
    visible = visible_gpus(os.environ)
    if not visible or not each:
        yield None
        return
    folder = _folder_of_locks()
    deadline = time.monotonic() + RELEASE_S
    with contextlib.ExitStack() as held:
        while len(taken := _locked(folder, visible, each, held)) < each:
            held.close()
            if time.monotonic() > deadline:
                raise OutageError(
                    f"{each} GPUs are wanted and of {VARIABLE}={','.join(visible)} only {len(taken)} are free; "
                    "offer each GPU to Dask once (`dask worker --resources GPU=N`, N as many as it sees)"
                )
            time.sleep(0.5)
        yield ",".join(taken)


def _folder_of_locks() -> Path:
    """Of a known name, since holders do not know of each other: another user may have made it and put links there."""
    folder = Path(tempfile.gettempdir()) / f"tracemill-gpus-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    held = folder.lstat()
    if not stat.S_ISDIR(held.st_mode) or held.st_uid != os.getuid():
        raise ConfigError(f"{folder} is not a folder of this user; remove it, or set TMPDIR to a folder of your own")
    return folder


def _locked(folder: Path, visible: list[str], each: int, held: contextlib.ExitStack) -> list[str]:
    taken: list[str] = []
    for name in visible:
        if len(taken) == each:
            break
        lock = held.enter_context((folder / name.replace("/", "_")).open("w"))
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taken.append(name)
    return taken
