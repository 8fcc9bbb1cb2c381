"""What a function does with its process when it is told to."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path


def act(word: str) -> None:
    """Misbehaves as one of the words below says; any other word is harmless."""
    deeds: dict[str, Callable[[], object]] = {
        "segfault": lambda: ctypes.string_at(0),
        "exit": lambda: os._exit(3),
        "spin": _spin,
        "sleep": lambda: time.sleep(1000),
        "ask": _ask,
        "eat": _eat,
        "print": _print,
        "recurse": _recurse,
        "raise": _raise,
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    }
    deeds.get(word, lambda: None)()


def once(word: str, marker: Path) -> None:
    """Acts so the first time only."""
    if not marker.exists():
        marker.touch()
        act(word)


def _spin() -> None:
    while True:
        pass


def _ask() -> None:
    """For memory that is not used."""
    hoard = []
    while True:
        hoard.append(bytearray(10_000_000))


def _eat() -> None:
    hoard = b"x" * 10_000_000
    while True:
        hoard += hoard


def _print() -> None:
    sys.stdout.write("garbage" * 10_000)
    os.write(1, b"\0\xff" * 1000)


def _recurse() -> None:
    _recurse()


def _raise() -> None:
    raise ValueError("no such page\0\nthe second line")


# Targets of a sandbox


def shouting(argument: bytes) -> Callable[[bytearray], bytes]:
    """Does what the payload says and gives it back in capitals behind the argument."""

    def run(payload: bytearray) -> bytes:
        act(payload.decode(errors="replace"))
        return argument + payload.upper()

    return run


def forgiven(argument: bytes) -> Callable[[bytearray], bytes]:
    """Does what the payload says the first time only; the argument names the folder of the marks."""

    def run(payload: bytearray) -> bytes:
        once(payload.decode(), Path(argument.decode(), payload.decode()))
        return bytes(payload)

    return run


def numbering(argument: bytes) -> Callable[[bytearray], bytes]:
    """Its process and that one's parent; a payload `grow` takes as many megabytes as the argument says."""

    def run(payload: bytearray) -> bytes:
        if payload == b"grow":
            b"x" * (int(argument) << 20)
        return b"%d %d" % (os.getpid(), os.getppid())

    return run


def broken(argument: bytes) -> Callable[[bytearray], bytes]:
    raise RuntimeError("this cannot be loaded")
