"""A process that is told to end says so: SIGTERM and SIGHUP end a command as an interrupt from the keyboard does."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
# A library that computes in native code may not let Python hear a signal before it is done.
DEAF_S = 5.0
_KEPT = "finished work is kept, the same command goes on"
_TRAINED = "--resume goes on from the newest checkpoint; without one, as `checkpoint_every` writes, it begins again"
_heard: set[int] = set()


def kept() -> str:
    """What is left of the work of this command, and how to go on."""
    return _TRAINED if sys.argv[1:2] == ["train"] else _KEPT


def said(code: object) -> str:
    """What is told of an exit code with which a signal ended the command; nothing of another one."""
    names = [number.name for number in SIGNALS if code == 128 + number]
    return f"stopped by {names[0]}; {kept()}\n" if names else ""


@contextmanager
def stoppable() -> Iterator[None]:
    """Meanwhile these signals raise `SystemExit`, so that what is open is closed. What was ignored (nohup) stays so."""
    meant = [number for number in SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in meant:
        signal.signal(number, _stop)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    with suppress(RuntimeError):  # where there is no room for a thread the handler alone must do
        threading.Thread(target=_listen, args=(reader,), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(-1)
        for number in meant:
            signal.signal(number, signal.SIG_DFL)
        os.close(writer)


def _stop(number: int, frame: FrameType | None) -> None:
    """A second signal ends the process whatever it does."""
    _heard.add(number)
    signal.signal(number, signal.SIG_DFL)
    raise SystemExit(128 + number)


def _leave() -> None:
    """In a fork: what is told of its signals would end its parent, which reads the pipe."""
    signal.set_wakeup_fd(-1)
    for number in SIGNALS:
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_DFL)


os.register_at_fork(after_in_child=_leave)


def _listen(reader: int) -> None:
    """Ends the process where its main thread does not hear."""
    while told := os.read(reader, 1):
        number = told[0]
        if number in SIGNALS and signal.getsignal(number) is _stop:
            time.sleep(DEAF_S)
            if number not in _heard:
                sys.stderr.write(said(128 + number))
                os._exit(128 + number)
    os.close(reader)
