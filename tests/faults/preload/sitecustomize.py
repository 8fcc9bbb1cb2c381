"""Loaded by each Python process of a run before anything else: lets one fault strike at one exact moment.

A moment is an audit event of the interpreter (`open`, `os.rename`, `os.mkdir`, ...) on a path that matches, for the nth
time in one process, of those whose command line holds a word. It strikes once in the life of its marker, in the midst
of the call. TRACEMILL_FAULT holds it as JSON; without that nothing is done.
"""

import json
import os
import re
import sys
from typing import Any


class Strike:
    def __init__(self, event: str, where: str, nth: int, who: str, act: str, lasts: bool, marker: str) -> None:
        self.event, self.where, self.nth, self.act, self.lasts = event, re.compile(where), nth, act, lasts
        self.marker = marker
        with open("/proc/self/cmdline", "rb") as line:  # noqa: PTH123  # pathlib is not worth its time here
            self.is_meant = who in line.read().replace(b"\0", b" ").decode()
        self.seen = 0
        self.has_struck = self.is_busy = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event != self.event or not self.is_meant or self.is_busy:
            return
        if not any(isinstance(arg, (str, os.PathLike)) and self.where.search(os.fspath(arg)) for arg in args[:2]):
            return
        self.seen += 1
        if self.seen == self.nth and self._is_first():
            self.has_struck = True
        elif not (self.has_struck and self.lasts):
            return
        self.is_busy = True
        try:
            self._strike(args[0])
        finally:
            self.is_busy = False

    def _is_first(self) -> bool:
        self.is_busy = True
        try:
            os.close(os.open(self.marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        finally:
            self.is_busy = False
        return True

    def _strike(self, path: Any) -> None:
        kind, _, what = self.act.partition(" ")
        if kind == "signal":
            os.kill(os.getpid(), int(what))
        elif kind == "errno":
            raise OSError(int(what), os.strerror(int(what)), os.fspath(path))
        elif kind == "clock":
            jump(float(what))
        else:
            exec(what, {"path": path})


def jump(seconds: float) -> None:
    """From now on this process sees another time of day."""
    import datetime
    import time

    now, now_ns, gmtime = time.time, time.time_ns, time.gmtime

    class Jumped(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.datetime.fromtimestamp(now() + seconds, tz)

    time.time = lambda: now() + seconds
    time.time_ns = lambda: now_ns() + int(seconds * 1e9)
    time.gmtime = lambda at=None: gmtime(time.time() if at is None else at)
    for module in list(sys.modules.values()):
        if getattr(module, "datetime", None) is datetime.datetime and module is not datetime:
            module.datetime = Jumped  # type: ignore[attr-defined]


if told := os.environ.get("TRACEMILL_FAULT"):
    sys.addaudithook(Strike(**json.loads(told)))
