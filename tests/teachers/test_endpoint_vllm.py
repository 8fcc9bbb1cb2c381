"""A real `vllm serve` with the real model behind the endpoint's teacher; one server for all that is asked of it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.config import Recipe, load_config
from pipeline.errors import OutageError
from pipeline.session import RunResult, run
from teachers import (
    ChatTurn,
    Completion,
    EndpointOptions,
    PromptTooLongError,
    Sampling,
    TeacherConfig,
    TeacherConfigError,
    TeacherRequest,
)
from teachers.endpoint import EndpointTeacher
from tests.limits import SOON_S
from tests.teachers.smollm2 import smollm2_folder

pytestmark = pytest.mark.vllm
LENGTH = 512
OPTIONS = {
    "--served-model-name": "smollm2",
    "--host": "127.0.0.1",
    "--dtype": "float32",
    "--max-model-len": str(LENGTH),
    # On a CPU a request's own seed kills the engine when its prompt is cut into chunks.
    "--max-num-batched-tokens": "4096",
    "--max-num-seqs": "8",
}
START_S = 240


@dataclass
class VllmServe:
    """Started and killed as often as a test likes, always at the same address."""

    folder: Path
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(
        default_factory=lambda: {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1"}
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        self.port = self.port or free_port()
        options = [word for option in OPTIONS.items() for word in option]
        # What `vllm serve` starts; the command itself looks for a distribution named vllm, which vllm-cpu is not.
        command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(self.folder), *options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--enforce-eager", "--no-enable-chunked-prefill"],
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + START_S
        while not self.read("/health"):
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                pytest.fail(f"vllm serve did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.5)

    def kill(self) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def read(self, path: str) -> str | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return str(response.read().decode()) or "empty"
        except OSError:
            return None

    def running(self) -> float:
        """How many requests its engine works at."""
        lines = (self.read("/metrics") or "").splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("vllm:num_requests_running"))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def vllm_serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmServe]:
    for package in ("vllm", "uvicorn", "prometheus_fastapi_instrumentator", "model_hosting_container_standards"):
        if find_spec(package) is None:
            pytest.skip(f"the server of vLLM needs {package}, which is not installed")
    server = VllmServe(smollm2_folder(), tmp_path_factory.mktemp("vllm") / "log")
    server.start()
    yield server
    server.kill()


def config(server: VllmServe, **options: Any) -> TeacherConfig:
    endpoint = EndpointOptions(urls=(server.url,), **options)
    return TeacherConfig(name="far", backend="openai", model="smollm2", revision="test", endpoint=endpoint)


def request(text: str, *, seed: int = 1, max_tokens: int = 24, **fields: Any) -> TeacherRequest:
    return TeacherRequest(
        messages=(ChatTurn(role="user", content=text),),
        sampling=Sampling(max_tokens=max_tokens),
        sample=0,
        seed=seed,
        **fields,
    )


def ask(server: VllmServe, *wanted: TeacherRequest) -> list[Completion]:
    async def asking() -> list[Completion]:
        teacher = EndpointTeacher(config(server))
        await teacher.start()
        try:
            return list(await asyncio.gather(*map(teacher.respond, wanted)))
        finally:
            await teacher.close()

    return asyncio.run(asking())


def test_each_seed_is_answered_its_own_way_and_the_same_way_again(vllm_serve: VllmServe):
    wanted = [request(text, seed=seed) for text in ("What is 2 + 2?", "Name a bird.") for seed in (1, 2)]
    first = ask(vllm_serve, *wanted)
    assert ask(vllm_serve, *wanted) == first
    assert len({answer.text for answer in first}) == 4
    for answer in first:
        assert answer.finish_reason in ("stop", "length")
        assert 0 < answer.num_tokens <= 24
        assert answer.num_prompt_tokens > 5
        assert answer.reasoning is None


def test_a_begun_answer_is_gone_on_with(vllm_serve: VllmServe):
    begun = "One, two, three, four, five, six,"
    answer = ask(vllm_serve, request("Count to twelve in words.", begun=begun))[0]
    assert "seven" in answer.text[:12]
    assert begun not in answer.text


def test_a_prompt_that_leaves_no_room_is_too_long_and_one_that_leaves_little_gets_what_is_left(vllm_serve: VllmServe):
    with pytest.raises(PromptTooLongError, match="maximum context length"):
        ask(vllm_serve, request("word " * 600))
    answer = ask(vllm_serve, request("word " * 440, max_tokens=400))[0]
    assert 0 < answer.num_tokens <= LENGTH - answer.num_prompt_tokens < 70


def test_a_loop_is_broken_off_and_its_tokens_are_counted(vllm_serve: VllmServe):
    greedy = Sampling(temperature=0, top_p=1.0, max_tokens=1000)
    turns = (ChatTurn(role="user", content="Say the word yes again and again, and nothing else."),)
    begun = "yes yes yes yes yes yes yes yes yes yes"
    answer = ask(vllm_serve, TeacherRequest(messages=turns, sampling=greedy, sample=0, seed=1, begun=begun))[0]
    assert answer.finish_reason == "loop"
    assert len(answer.text.split()) <= answer.num_tokens < LENGTH - answer.num_prompt_tokens
    assert asyncio.run(until(lambda: vllm_serve.running() == 0)) < 2  # the 300 tokens that were left take longer


def test_a_cancelled_request_leaves_the_engine(vllm_serve: VllmServe):
    async def cancel() -> tuple[float, float]:
        teacher = EndpointTeacher(config(vllm_serve))
        await teacher.start()
        long = [request(f"Write a long story about the number {n}.", max_tokens=450, seed=n) for n in range(4)]
        asked = [asyncio.create_task(teacher.respond(one)) for one in long]
        before = await until(lambda: vllm_serve.running() == 4)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        after = await until(lambda: vllm_serve.running() == 0)
        await teacher.close()
        return before, after

    before, after = asyncio.run(cancel())
    assert before < SOON_S
    assert after < 2


async def until(happened: Any) -> float:
    """Seconds until it has; raises `TimeoutError`."""
    started = time.monotonic()
    async with asyncio.timeout(SOON_S):
        while not await asyncio.to_thread(happened):
            await asyncio.sleep(0.02)
    return time.monotonic() - started


def test_a_model_that_is_not_served_is_said(vllm_serve: VllmServe):
    wrong = TeacherConfig(
        name="far", backend="openai", model="qwen", revision="1", endpoint=EndpointOptions(urls=(vllm_serve.url,))
    )
    with pytest.raises(TeacherConfigError, match="does not serve the model 'qwen'; it serves: smollm2"):
        asyncio.run(EndpointTeacher(wrong).start())


def recipe(folder: Path, server: VllmServe) -> Recipe:
    teacher = {
        "name": "far",
        "backend": "openai",
        "model": "smollm2",
        "revision": "test",
        "think": "plain",
        "sampling": {"max_tokens": 48},
        "endpoint": {"urls": [server.url], "retries": 1, "max_in_flight": 4},
    }
    nodes = {
        "sums": {"uses": "sums", "with": {"count": 10}},
        "own": {
            "uses": "distil",
            "needs": "sums",
            "with": {"samples": 4, "teacher": teacher},
            "run": {"restarts": 0},
        },
    }
    path = folder / "recipe.yaml"
    told = {"name": "far", "store": str(folder / "store"), "packages": ["stages", "tests.toydistil"], "nodes": nodes}
    path.write_text(yaml.safe_dump(told))
    return load_config(path)


def journalled(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.glob("store/journal/*/*.jsonl"))


def counters(result: RunResult) -> dict[str, float]:
    return dict({node.node: node for node in result.nodes}["own"].manifest.totals.counters)


def test_a_killed_server_stops_the_run_and_the_next_run_asks_only_for_what_is_missing(tmp_path, vllm_serve: VllmServe):
    def kill_when_some_are_answered() -> None:
        while journalled(tmp_path) < 6:
            time.sleep(0.05)
        vllm_serve.kill()

    killer = threading.Thread(target=kill_when_some_are_answered)
    killer.start()
    with pytest.raises(OutageError, match=r"cannot be reached|connection broke"):
        run(recipe(tmp_path, vllm_serve))
    killer.join()
    kept = journalled(tmp_path)
    assert 6 <= kept < 40
    vllm_serve.start()
    told = counters(run(recipe(tmp_path, vllm_serve)))
    assert (told["reused"], told["asked"]) == (kept, 40 - kept)
    assert journalled(tmp_path) == 40
