"""The processes of a `Sandbox`, started with `LAUNCH CONTROL TARGET SECONDS MEMORY PAYLOADS`; the argument is on stdin.

The process started here is a nursery. It loads the target once and forks a child; when that one ends or is killed, it
forks the next, which takes milliseconds. Each child is announced to the owner with a socket of its own, so that
nothing one child leaves half said can reach another. The nursery ends, and its child with it, when the owner's end of
the control socket is closed, in whatever way the owner died.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Not `-m pipeline.sandbox_child`, which `pipeline.sandbox` may have imported already under its own name.
LAUNCH = ("-P", "-c", "from pipeline.sandbox_child import main; main()")
PR_SET_PDEATHSIG = 1

LOOK_EVERY_S = 0.05
# Address space of a child as a multiple of its memory.
SPACE = 4

# To the owner, with a descriptor: the child's number and the wait status of the child before it.
ANNOUNCEMENT = struct.Struct("!Ii")
SWOLLEN = -1  # no wait status: the child was killed because it took too much memory
# To the nursery: the number of the child to kill.
KILL = struct.Struct("!I")
# To the child before a payload: its length. From the child: kind, whether the child leaves now, length.
REQUEST = struct.Struct("!Q")
REPLY = struct.Struct("!c?Q")
READY, VALUE, MEMORY, RAISED = b"s", b"v", b"m", b"r"

Function = Callable[[bytearray], bytes]


@dataclass(frozen=True, slots=True)
class Limits:
    """Processor time and memory (bytes beyond those of the nursery) of one payload, payloads of one child."""

    seconds: float
    memory: int
    payloads: int


def main() -> None:
    control, target, seconds, memory, payloads = sys.argv[1:]
    with socket.socket(fileno=int(control)) as owner:
        function = load(target, sys.stdin.buffer.read())
        gc.collect()
        gc.freeze()
        tend(owner, function, Limits(float(seconds), int(memory), int(payloads)))


def load(target: str, argument: bytes) -> Function:
    module, _, name = target.partition(":")
    function: Function = getattr(importlib.import_module(module), name)(argument)
    return function


def tend(owner: socket.socket, function: Function, limits: Limits) -> None:
    """Keeps one child alive until the owner has gone."""
    number, status = 0, 0
    roof = resident("self") + limits.memory
    while True:
        number += 1
        theirs, channel = socket.socketpair()
        child = fork_child(owner, theirs, channel, function, limits, roof)
        channel.close()
        try:
            with theirs:
                socket.send_fds(owner, [ANNOUNCEMENT.pack(number, status)], [theirs.fileno()])
            is_swollen = watch(owner, child, number, roof)
        except (ConnectionError, EOFError):  # the owner has gone
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        status = os.waitpid(child, 0)[1]
        if is_swollen:
            status = SWOLLEN


def watch(owner: socket.socket, child: int, number: int, roof: int) -> bool:
    """Waits for the child to end; True where it was killed for its size. Raises `EOFError` when the owner has gone.

    Its size is looked at from here, because C code under a limit of its own takes a lack of memory for the end of the
    page, and gives half a page for a whole one.
    """
    ended = os.pidfd_open(child)
    is_swollen = False
    try:
        while True:
            readable, _, _ = select.select([owner.fileno(), ended], [], [], LOOK_EVERY_S)
            if ended in readable:
                return is_swollen
            if readable:
                order = owner.recv(KILL.size)
                if not order:
                    raise EOFError
                # It may come late, when the child it names has ended and another stands in its place.
                must_end = KILL.unpack(order)[0] == number
            else:
                # A large process takes a while to end, and has no size meanwhile.
                must_end = is_swollen = is_swollen or resident(str(child)) > roof
            if must_end:
                os.kill(child, signal.SIGKILL)
    finally:
        os.close(ended)


def resident(process: str) -> int:
    """Bytes of memory that a process holds now."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()


def fork_child(
    owner: socket.socket, theirs: socket.socket, channel: socket.socket, function: Function, limits: Limits, roof: int
) -> int:
    nursery = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == nursery:
        owner.close()
        theirs.close()
        confine(limits.memory)
        with contextlib.suppress(ConnectionError):  # nobody asks any more
            serve(channel, function, limits, roof)
    os._exit(0)


def confine(memory: int) -> None:
    """Bounds the address space, so far off that only what asks for far too much at once meets the bound."""
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _, allowed = resource.getrlimit(resource.RLIMIT_AS)
    wanted = now + SPACE * memory
    wanted = wanted if allowed == resource.RLIM_INFINITY else min(wanted, allowed)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, wanted))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(channel: socket.socket, function: Function, limits: Limits, roof: int) -> None:
    """Answers payload after payload; leaves after so many, when it has grown, or when no more will come."""
    channel.sendall(REPLY.pack(READY, False, 0))
    for left in reversed(range(limits.payloads)):
        kind, data = attempt(channel, function, limits.seconds)
        if not kind:
            return
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        if peak > roof:
            kind, data = MEMORY, b""
        last = kind == MEMORY or left == 0 or peak > roof - limits.memory // 2
        channel.sendall(REPLY.pack(kind, last, len(data)))
        channel.sendall(data)
        if last:
            return


def attempt(channel: socket.socket, function: Function, seconds: float) -> tuple[bytes, bytes]:
    """Kind and content of the reply to the next payload; nothing where there is none."""
    try:
        payload = receive(channel)
        if payload is None:
            return b"", b""
        # When this time is up, the system ends the process, whatever C code it is in.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        return VALUE, function(payload)
    except MemoryError:
        return MEMORY, b""
    except Exception as error:  # noqa: BLE001  # whatever the function raises is told to the owner, who asked for it
        return RAISED, told(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def receive(channel: socket.socket) -> bytearray | None:
    """The next payload; None where the owner has closed its end, be it in the middle of one."""
    head = filled(channel, bytearray(REQUEST.size))
    return filled(channel, bytearray(REQUEST.unpack(head)[0])) if head else None


def filled(channel: socket.socket, buffer: bytearray) -> bytearray | None:
    rest = memoryview(buffer)
    while rest:
        got = channel.recv_into(rest, 0, socket.MSG_WAITALL)
        if not got:
            return None
        rest = rest[got:]
    return buffer


def told(error: Exception) -> bytes:
    text = f"{type(error).__name__}: {error}".replace("\0", " ")
    return f"{text}\0{''.join(traceback.format_exception(error))}".encode(errors="replace")
