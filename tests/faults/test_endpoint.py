"""A teacher at an address: a real server that refuses, drops, stalls or is gone, and comes back."""

import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Case
from tests.faults.house import THRIFTY, Done
from tests.pipeline.storm import content
from tests.pipeline.workshop import ENVIRONMENT, Workshop, command, node
from tests.teachers.misbehaving import MODEL, Answer, Behaviour, Call, Hang, Reset, Status, serving

# After so many answers the trouble begins.
GOOD = 5
WRONG_KEY = "does not know its key any more"
TROUBLES: dict[str, Callable[[], Behaviour]] = {
    "refuses": lambda: Status(code=503, message="overloaded"),
    "drops connections": Reset,
    "stalls": Hang,
    WRONG_KEY: lambda: Status(code=401, message="no such key"),
}


def recipe(shop: Workshop, store: str, port: int) -> Path:
    endpoint = {"urls": [f"http://127.0.0.1:{port}/v1"], "timeout_s": 1, "retries": 0, "max_in_flight": 2}
    teacher = {"name": "far", "backend": "openai", "model": MODEL, "revision": "1", "endpoint": endpoint}
    path = shop.write(
        file=f"{store}.yaml",
        store=store,
        src={"uses": "sums", "with": {"count": 8}},
        attempts=node("distil", teacher=teacher, samples=2, run={"restarts": 0}),
        finals=node("finals", needs="attempts"),
    )
    path.write_text(path.read_text().replace("- tests.toystages", "- tests.toystages\n- tests.toydistil\n- stages"))
    return path


def ran(path: Path) -> Done:
    environment = ENVIRONMENT | THRIFTY
    done = subprocess.run(
        command("run", path, "--quiet"), env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return Done(done.returncode, done.stderr)


def well(call: Call) -> Behaviour:
    return Answer(pieces=(f"about {call.asked}",))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("trouble", [*TROUBLES, "is gone"])
def test_a_dead_endpoint_is_survived(trouble: str, shop: Workshop, cases: list[Case]) -> None:
    case, began = Case("dead endpoint", trouble), time.monotonic()
    cases.append(case)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path, answered = recipe(shop, "store", port), Counter[str]()

    def turning(call: Call) -> Behaviour:
        if sum(answered.values()) >= GOOD:
            return TROUBLES[trouble]()
        answered[key(call)] += 1
        return well(call)

    if trouble == "is gone":
        stopped = ran(path)
    else:
        with serving(turning, port=port):
            stopped = ran(path)
    assert stopped.code == (2 if trouble == WRONG_KEY else 1)
    case.message = stopped.message()
    with serving(well, port=port) as server:
        done = ran(path)
        asked = Counter(key(call) for call in server.calls)
    assert done.code == 0, done.said
    assert asked.keys().isdisjoint(answered), "what was answered was asked again"
    with serving(well, port=port):
        calm = recipe(shop, "calm", port)
        assert ran(calm).code == 0
    assert content(path) == content(calm)
    case.survived, case.seconds = True, round(time.monotonic() - began, 1)


def key(call: Call) -> str:
    told: dict[str, Any] = {name: call.body.get(name) for name in ("messages", "seed")}
    return repr(told)
