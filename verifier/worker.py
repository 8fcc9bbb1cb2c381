"""The worker process, started with `LAUNCH REQUESTS REPLIES LIFELINE MEMORY TASKS`; the first three are descriptors.

The process started here is a nursery. It loads computer algebra once and forks a child that answers requests; when
that child ends or is killed, it forks the next, which takes milliseconds. The nursery ends, and its child with it,
when the other end of the lifeline is closed, in whatever way its owner died.
"""

import ctypes
import gc
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

from verifier.algebra import decide_algebra, load
from verifier.classify import infer_type
from verifier.finding import Finding
from verifier.route import decide
from verifier.types import AnswerType, Reason

# Not `-m verifier.worker`: the package imports this module, which would then exist twice.
LAUNCH = ("-P", "-c", "from verifier.worker import main; main()")
PR_SET_PDEATHSIG = 1
# So many children in a row that died at once could not start at all; their owner is told by the closed pipe.
DEATHS = 20
SHORT_LIFE_S = 0.02
CHUNK = 65_536
DETAIL = 200  # characters; keeps a reply, escaped, below PIPE_BUF


def reply(request: dict[str, Any]) -> dict[str, Any]:
    """The finding and the type it was found under; a type that the caller left open is inferred here."""
    kind = AnswerType(request["answer_type"] or AnswerType.EXPRESSION)
    try:
        if not request["answer_type"]:
            kind = infer_type(request["gold"], request["question"])
        finding = decide(
            request["gold"],
            request["answer"],
            answer_type=kind,
            question=request["question"],
            algebra=decide_algebra,
        )
    except MemoryError:
        finding = Finding(Reason.MEMORY, "the memory limit of a worker")
    except RecursionError:
        finding = Finding(Reason.TOO_LARGE, "nested too deeply for computer algebra")
    except Exception as error:  # noqa: BLE001 -- sympy may raise anything; the pair is undecided, with the error's name
        finding = Finding(Reason.CRASHED, f"{type(error).__name__}: {error}")
    return {
        "id": request["id"],
        "answer_type": kind,
        "reason": finding.reason,
        "detail": finding.detail[:DETAIL],
        "undecided": finding.undecided,
    }


def serve(requests: int, replies: int, tasks: int) -> None:
    """Answer one request after the other, one JSON object a line, until `tasks` are done or nobody asks any more.

    What was sent to a child before this one is skipped: the owner says `go` with this child's number first.
    """
    send(replies, {"ready": os.getpid()})
    left = tasks
    messages = read_messages(requests)
    for message in messages:
        if message.get("go") == os.getpid():
            break
    for message in messages:
        left -= 1
        send(replies, reply(message) | {"last": left == 0})
        if left == 0:
            return


def read_messages(descriptor: int) -> Iterator[dict[str, Any]]:
    buffer = b""
    while chunk := os.read(descriptor, CHUNK):
        *lines, buffer = (buffer + chunk).split(b"\n")
        yield from map(json.loads, lines)


def send(descriptor: int, message: dict[str, Any]) -> None:
    """In one write of less than PIPE_BUF bytes, so that a kill never leaves half a line in the pipe."""
    os.write(descriptor, json.dumps(message).encode() + b"\n")


def fork_child(requests: int, replies: int, memory: int, tasks: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _, allowed = resource.getrlimit(resource.RLIMIT_AS)
    memory = memory if allowed == resource.RLIM_INFINITY else min(memory, allowed)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(requests, replies, tasks)
    os._exit(0)


def main() -> None:
    requests, replies, lifeline, memory, tasks = (int(argument) for argument in sys.argv[1:])
    load()
    gc.freeze()
    dying = 0
    while dying < DEATHS:
        born = time.monotonic()
        child = fork_child(requests, replies, memory, tasks)
        ended = os.pidfd_open(child)
        readable, _, _ = select.select([lifeline, ended], [], [])
        os.close(ended)
        if lifeline in readable:
            os.kill(child, signal.SIGKILL)
            return
        os.waitpid(child, 0)
        dying = dying + 1 if time.monotonic() - born < SHORT_LIFE_S else 0
