"""No key in anything a run writes or says: run.json, events, journal, artifacts, exports, messages, logs, reprs."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from teachers import EndpointOptions, TeacherConfig, TeacherConfigError, TeacherError
from teachers.endpoint import EndpointTeacher
from tests.teachers.misbehaving import Answer, Behaviour, Call, Server, Status, serving
from tests.teachers.test_endpoint import ask, requests

ROOT = Path(__file__).parents[2]
KEY = "sk-wh1sper-0f-a-k3y"
VARIABLE = "TRACEMILL_TEST_KEY"


def recipe(folder: Path, server: Server) -> Path:
    teacher = {
        "name": "far",
        "backend": "openai",
        "model": "tiny",
        "revision": "1",
        "endpoint": {"urls": [server.url], "api_key_env": VARIABLE, "retries": 1},
    }
    nodes = {
        "sums": {"uses": "sums", "with": {"count": 3}},
        "own": {
            "uses": "distil",
            "needs": "sums",
            "with": {"samples": 2, "teacher": teacher},
            "run": {"restarts": 0, "max_errors": 0.5},
        },
        "verdicts": {"uses": "verify", "needs": "own", "side": {"problems": "sums"}},
        "chosen": {"uses": "select_sft", "needs": "verdicts", "side": {"attempts": "own", "problems": "sums"}},
        "rl": {"uses": "select_rl", "needs": "sums", "side": {"verdicts": "verdicts"}},
        "data": {
            "uses": "export_dataset",
            "needs": "chosen",
            "side": dict(all="chosen", rl="rl", rl_all="rl", attempts="own", problems="sums", verdicts="verdicts"),
            "with": {"name": "far"},
        },
    }
    told = {
        "name": "far",
        "store": str(folder / "store"),
        "exports": str(folder / "exports"),
        "packages": ["stages", "tests.toydistil"],
        "nodes": nodes,
    }
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(told))
    return path


def run(folder: Path, server: Server, key: str | None = KEY) -> subprocess.CompletedProcess[str]:
    """With every log of every library at its chattiest."""
    loud = "import logging; logging.basicConfig(level=1); from tracemill.cli import main; main()"
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    command = [sys.executable, "-c", loud, "run", str(recipe(folder, server))]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment | ({VARIABLE: key} if key else {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def written(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def assert_no_key(folder: Path, done: subprocess.CompletedProcess[str]) -> None:
    files = written(folder)
    assert len(files) > 5
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    assert KEY not in done.stdout + done.stderr
    assert "wh1sper" not in done.stdout + done.stderr


def test_a_run_that_succeeds_sends_the_key_and_writes_it_nowhere(tmp_path):
    def adds(call: Call) -> Behaviour:
        left, right = re.findall(r"(\d+) \+ (\d+)", call.asked)[0]
        return Answer(pieces=["It is ", f"\\boxed{{{int(left) + int(right)}}}."])

    with serving(adds) as server:
        done = run(tmp_path, server)
    assert done.returncode == 0, done.stderr[-2000:]
    assert list((tmp_path / "exports").rglob("*.parquet"))
    assert {call.headers["authorization"] for call in server.calls} == {f"Bearer {KEY}"}
    assert len(server.calls) == 6
    assert "httpcore" in done.stderr  # the logs were on
    assert_no_key(tmp_path, done)


@pytest.mark.parametrize("code", [400, 401, 429, 500])
def test_a_run_that_fails_on_a_server_that_repeats_the_key_writes_it_nowhere(tmp_path, code):
    def repeats(call: Call) -> Behaviour:
        return Status(code=code, message=f"what is {call.headers['authorization']}?", headers={"X-Key": "told"})

    with serving(repeats) as server:
        done = run(tmp_path, server)
    assert done.returncode != 0
    assert_no_key(tmp_path, done)
    assert f"{code} " in done.stderr or code == 400  # said at the end, or in quarantine
    assert VARIABLE in done.stderr or code != 401


def test_a_key_that_is_not_set_is_said_before_the_teacher_is_asked(tmp_path):
    with serving(lambda _: Answer()) as server:
        done = run(tmp_path, server, key=None)
    assert done.returncode == 2
    assert f"the environment variable {VARIABLE}, which is to hold the key, is not set" in done.stderr
    assert server.calls == []


def test_a_key_with_a_line_break_is_refused_without_being_shown(monkeypatch):
    monkeypatch.setenv(VARIABLE, "sk-one\nsk-two")
    options = EndpointOptions(urls=("http://h/v1",), api_key_env=VARIABLE)
    with pytest.raises(TeacherConfigError, match=VARIABLE) as told:
        EndpointTeacher(TeacherConfig(name="far", backend="openai", model="m", revision="1", endpoint=options))
    assert "sk-" not in str(told.value)


def test_neither_teacher_nor_error_shows_the_key(monkeypatch):
    monkeypatch.setenv(VARIABLE, KEY)

    async def opened(teacher: EndpointTeacher) -> str:
        await teacher.start()
        shown = repr(teacher) + repr(vars(teacher))
        await teacher.close()
        return shown

    with serving(lambda call: Status(code=400, message=f"no {call.headers['authorization']}")) as server:
        options = EndpointOptions(urls=(server.url,), api_key_env=VARIABLE)
        config = TeacherConfig(name="far", backend="openai", model="tiny", revision="1", endpoint=options)
        assert KEY not in asyncio.run(opened(EndpointTeacher(config)))
        refused = ask(config, requests(1))[0]
    assert isinstance(refused, TeacherError)
    assert "no Bearer ***" in str(refused)
