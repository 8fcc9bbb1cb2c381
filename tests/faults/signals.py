"""Signals that end a run or one of its workers."""

import signal
from collections.abc import Iterator

from tests.faults import moments
from tests.faults.fault import AGAIN, Fault, at

ROWS, STREAM, TABLE = "in a shard", "requests in flight", "in a table"
EXPORT, COPY, EXIT = "in the build of an export", "while a version is copied", "at exit"
TOLD = [ROWS, STREAM, TABLE, COPY, EXIT]


def signals() -> Iterator[Fault]:
    kill = f"signal {signal.SIGKILL.value}"
    yield from at("SIGKILL of the driver", list(moments.OF), kill, ends="dies", code=-signal.SIGKILL)
    for number, word in ((signal.SIGTERM, "stopped"), (signal.SIGINT, "interrupted"), (signal.SIGHUP, "stopped")):
        names = TOLD if number == signal.SIGTERM else TOLD[:2]
        words, code = (word, AGAIN), 128 + number
        yield from at(f"{number.name} of the driver", names, f"signal {number.value}", code=code, words=words)
    pool = ("--quiet", "--workers", "2")
    for name, moment in (("in a shard", moments.IN_WORKER), ("in a commit", moments.WORKER_COMMIT)):
        yield Fault("SIGKILL of a worker", name, moment, kill, ends="goes on", arguments=pool)
    term = f"signal {signal.SIGTERM.value}"
    yield Fault("SIGTERM of a worker", "in a shard", moments.IN_WORKER, term, ends="goes on", arguments=pool)
    driver = "exec import os, signal; os.kill(os.getppid(), signal.{0})"
    for name, ends, code in (("SIGKILL", "dies", -9), ("SIGTERM", "stops", 143), ("SIGINT", "stops", 130)):
        words = (AGAIN,) if ends == "stops" else ()
        act = driver.format(name)
        yield Fault(
            f"{name} of the driver", "its workers at work", moments.IN_WORKER, act, ends=ends, code=code, words=words,
            arguments=pool,
        )  # fmt: skip
