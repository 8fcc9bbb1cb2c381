"""The worker process: `python -m verifier.worker REQUESTS REPLIES LIFELINE MEMORY TASKS` with inherited descriptors.

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
from typing import Any

from verifier.algebra import decide_algebra, load
from verifier.finding import Finding
from verifier.route import decide
from verifier.types import AnswerType, Reason

PR_SET_PDEATHSIG = 1
CHUNK = 65_536


def answer(request: dict[str, Any]) -> Finding:
    kind = request["answer_type"]
    return decide(
        request["gold"],
        request["answer"],
        answer_type=AnswerType(kind) if kind else None,
        question=request["question"],
        algebra=decide_algebra,
    )


def reply(request: dict[str, Any]) -> dict[str, Any]:
    try:
        finding = answer(request)
    except MemoryError:
        finding = Finding(Reason.MEMORY, "the memory limit of a worker")
    except RecursionError:
        finding = Finding(Reason.TOO_LARGE, "nested too deeply for computer algebra")
    except Exception as error:  # noqa: BLE001 -- sympy may raise anything; the pair is undecided, with the error's name
        finding = Finding(Reason.CRASHED, f"{type(error).__name__}: {error}"[:200])
    return {"id": request["id"], "reason": finding.reason, "detail": finding.detail, "undecided": finding.undecided}


def serve(requests: int, replies: int, tasks: int) -> None:
    """Answer one request after the other, one JSON object a line, until `tasks` are done or nobody asks any more."""
    send(replies, {"ready": os.getpid()})
    for _ in range(tasks):
        line = read_line(requests)
        if line is None:
            return
        send(replies, reply(json.loads(line)))


def read_line(descriptor: int) -> bytes | None:
    """Up to the newline that ends the request; the owner never sends a second one before the reply."""
    buffer = b""
    while not buffer.endswith(b"\n"):
        chunk = os.read(descriptor, CHUNK)
        if not chunk:
            return None
        buffer += chunk
    return buffer


def send(descriptor: int, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode() + b"\n"
    while data:
        data = data[os.write(descriptor, data) :]


def fork_child(requests: int, replies: int, memory: int, tasks: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(requests, replies, tasks)
    os._exit(0)


def main() -> None:
    requests, replies, lifeline, memory, tasks = (int(argument) for argument in sys.argv[1:])
    load()
    gc.freeze()
    while True:
        child = fork_child(requests, replies, memory, tasks)
        ended = os.pidfd_open(child)
        readable, _, _ = select.select([lifeline, ended], [], [])
        os.close(ended)
        if lifeline in readable:
            os.kill(child, signal.SIGKILL)
            return
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
