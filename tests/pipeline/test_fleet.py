"""Fleets: many responder processes answer as one would, and each may be lost."""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline import ConfigError, Context, OutageError
from pipeline.context import RunOptions
from pipeline.desk import Desk
from pipeline.executors import Executor
from pipeline.executors.local import LocalExecutor
from pipeline.fleet import responder_of
from pipeline.fleet.fleet import Fleet
from pipeline.fleet.gpus import gpu_shares, held_gpus, visible_gpus
from pipeline.fleet.leases import Hand, Leases
from pipeline.fleet.local import LocalLauncher
from pipeline.fleet.post import END_S
from pipeline.fleet.wire import RemoteError, Ticket, connect
from pipeline.journal import Journal
from tests.limits import SOON_S
from tests.pipeline.processes import descendants, gone
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, digests, lines, node, run_on
from tests.toystages.engines import Order
from tests.toystages.streams import Question

STALL_S = 10.0  # five beats


@dataclass
class Crew:
    """A fleet of two that stays up from test to test, on a loop of its own."""

    runner: asyncio.Runner
    fleet: Fleet
    counted: dict[str, float] = field(default_factory=dict)

    def ask(self, *texts: str) -> list[list[str]]:
        """The answers, as their words; an error in the place of an answer is raised."""

        async def gathered() -> list[Any]:
            return await asyncio.gather(*(self.fleet.respond(Question(text, 0)) for text in texts))

        return [answer.text.split(" ") for answer in self.runner.run(gathered())]

    def during(self, work: Callable[[], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            return await work()

        return self.runner.run(run())


def fleet_of(
    folder: Path, count: Callable[[str, float], None], *, workers: int = 2, stall_s: float = 60.0, **options: Any
) -> Fleet:
    run = RunOptions(workers=workers, restarts=options.pop("restarts", 3))
    stage = Order(**options)
    launcher = LocalLauncher(workers=workers, gpus=stage.gpus_per_responder())
    return Fleet(stage, Context(node="ask", scratch=folder, run=run, count=count), launcher, stall_s=stall_s)


async def complete(fleet: Fleet) -> None:
    """All workers are ready."""
    async with asyncio.timeout(SOON_S):
        while len(fleet.leases.hands) < len(fleet.posts):
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    counted: dict[str, float] = {}

    def count(name: str, amount: float) -> None:
        counted[name] = counted.get(name, 0) + amount

    with asyncio.Runner() as runner:
        fleet = fleet_of(tmp_path_factory.mktemp("crew"), count, stall_s=STALL_S)
        runner.run(fleet.start())
        runner.run(complete(fleet))
        yield Crew(runner, fleet, counted)
        runner.run(fleet.close())


def failing(folder: Path, **options: Any) -> str:
    """What a fleet says that cannot be started, or cannot go on."""

    async def run() -> None:
        fleet = fleet_of(folder, lambda name, amount: None, **options)
        try:
            await fleet.start()
            await fleet.respond(Question(options.get("ask", "die"), 0))
        finally:
            await fleet.close()

    with pytest.raises((OutageError, ConfigError)) as caught:
        asyncio.run(run())
    return f"{type(caught.value).__name__}: {caught.value}"


# What comes out


def test_three_processes_give_what_one_gives(shop: Workshop, local: LocalExecutor) -> None:
    source = {"uses": "numbers", "with": {"rows": 60, "per": 20}}
    asking = node("inquire", log=shop.folder / "bill.txt", samples=3, delay_s=0.01)
    alone = digests(run_on(shop.recipe(store="one", src=source, out=asking), local))
    three = digests(run_on(shop.recipe(store="three", src=source, out=asking | {"run": {"workers": 3}}), local))
    assert alone == three
    assert len(lines(shop.folder / "bill.txt")) == 2 * 180


def test_one_local_worker_is_the_stages_own_responder(tmp_path: Path, local: Executor) -> None:
    context = Context(node="ask", scratch=tmp_path)
    assert responder_of(Order(), context, local) == Order().responder(context)


def test_requests_are_spread_over_all_workers(crew: Crew) -> None:
    by_worker = [pid for pid, *_ in crew.ask(*(str(n) for n in range(8)))]
    assert sorted(by_worker.count(pid) for pid in set(by_worker)) == [4, 4]
    assert str(os.getpid()) not in by_worker
    assert crew.fleet.slots == 8


def test_what_a_responder_counts_is_counted_here(crew: Crew) -> None:
    crew.ask("count")
    assert crew.counted["looked"] == 2


# What may go wrong with a request


def test_an_error_of_one_request_stays_with_it(crew: Crew) -> None:
    before = dict(crew.counted)
    with pytest.raises(ValueError, match="prompt too long") as caught:
        crew.ask("fault", "7")
    assert "in _do" in caught.value.__notes__[0]
    with pytest.raises(ConfigError, match="no such model"):
        crew.ask("wrong")
    assert crew.ask("8")[0][-1] == "8"
    assert crew.counted == before


def test_an_error_that_does_not_travel_keeps_its_words(crew: Crew) -> None:
    with pytest.raises(RemoteError, match="OddError: half of it"):
        crew.ask("odd")
    with pytest.raises((AttributeError, pickle.PicklingError), match="pickle"):
        crew.ask("lambda")


def test_a_request_that_cannot_be_sent_fails_alone(crew: Crew) -> None:
    with pytest.raises((AttributeError, TypeError), match="pickle"):
        crew.during(lambda: crew.fleet.respond(lambda: None))
    assert crew.ask("9")[0][-1] == "9"


def test_a_request_taken_back_is_broken_off_in_its_worker(crew: Crew, tmp_path: Path) -> None:
    async def taken_back() -> None:
        asking = [asyncio.create_task(crew.fleet.respond(Question(f"wait {tmp_path / 'off'}", 0))) for _ in range(20)]
        await asyncio.sleep(0.2)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await crew.fleet.respond(Question("next", 0))
        while not (tmp_path / "off").exists():
            await asyncio.sleep(0.01)

    crew.during(lambda: asyncio.wait_for(taken_back(), SOON_S))


# What may happen to a worker


@pytest.mark.parametrize("how", ["cancel", "die", "outage", "stall"])
def test_requests_of_a_lost_worker_go_to_others_and_it_is_started_again(crew: Crew, tmp_path: Path, how: str) -> None:
    before = {pid for pid, *_ in crew.ask(*(str(n) for n in range(8)))}
    restarts = crew.counted.get("restarts", 0)
    texts = [*(str(n) for n in range(20)), f"once {tmp_path / how} {how}", *(str(n) for n in range(20, 40))]
    answers = crew.ask(*texts)
    assert [" ".join(words[2:]) for words in answers] == texts

    async def healed() -> set[str]:
        await complete(crew.fleet)
        answers = await asyncio.gather(*(crew.fleet.respond(Question(str(n), 0)) for n in range(8)))
        return {answer.text.split(" ")[0] for answer in answers}

    after = crew.during(healed)
    assert len(after) == 2
    if how == "stall":  # on a busy machine the other one may be taken for stalled too
        assert crew.counted["restarts"] > restarts
    else:
        assert crew.counted["restarts"] == restarts + 1
        assert len(after & before) == 1
    assert gone(int(pid) for pid in before - after)


def test_what_a_worker_started_ends_with_it(crew: Crew, tmp_path: Path) -> None:
    worker = crew.ask(f"engine {tmp_path / 'pid'}")[0][0]
    os.kill(int(worker), signal.SIGKILL)
    crew.during(lambda: complete(crew.fleet))
    assert gone([int((tmp_path / "pid").read_text())])


def test_a_process_that_left_a_workers_group_does_not_hold_up_its_replacement(crew: Crew, tmp_path: Path) -> None:
    worker = crew.ask(f"daemon {tmp_path / 'pid'}")[0][0]
    try:
        os.kill(int(worker), signal.SIGKILL)
        crew.during(lambda: asyncio.sleep(0.5))
        crew.during(lambda: complete(crew.fleet))
        assert worker not in {pid for pid, *_ in crew.ask(*(str(n) for n in range(8)))}
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_a_driver_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib\n"
        "from tests.pipeline.test_fleet import Question, complete, fleet_of\n"
        "async def main():\n"
        f"    folder = pathlib.Path({str(tmp_path)!r})\n"
        "    fleet = fleet_of(folder, print)\n"
        "    await fleet.start()\n"
        "    await complete(fleet)\n"
        "    await fleet.respond(Question(f'engine {folder}/pid', 0))\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())"
    )
    driver = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT)
    deadline = time.monotonic() + SOON_S
    while not (tmp_path / "pid").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    below = descendants(driver.pid)
    driver.kill()
    driver.wait(10)
    assert len(below) >= 5  # two workers with their guards, and the engine
    assert gone(below)


def test_a_request_that_kills_every_worker_is_given_up_with_their_last_words(tmp_path: Path) -> None:
    said = failing(tmp_path, restarts=1)
    assert said.startswith("OutageError: ")
    assert "ask: worker" in said
    assert "ended by SIGKILL\nmemory is short" in said


def test_a_request_that_kills_every_worker_ends_the_run_and_no_other_fleet_is_tried(tmp_path: Path) -> None:
    counted: dict[str, float] = {}

    def count(name: str, amount: float) -> None:
        counted[name] = counted.get(name, 0) + amount

    async def run() -> None:
        fleet = fleet_of(tmp_path, count, restarts=1)
        journal = Journal(tmp_path / "journal", fleet.digest)
        desk = Desk(fleet, journal, slots=8, restarts=1, count=count)
        asking = asyncio.create_task(desk.ask(1, Question("die", 0)))
        try:
            await asyncio.wait_for(asyncio.shield(desk.failure), SOON_S)
        finally:
            asking.cancel()
            await desk.close()
            await journal.close()

    with pytest.raises(OutageError, match=r"2 workers were lost (.|\n)* Starting it again 1 times did not help"):
        asyncio.run(run())
    assert counted["restarts"] <= 2


def test_a_fleet_that_cannot_start_says_why_at_once(tmp_path: Path) -> None:
    assert "ask: worker 1: the engine died" in failing(tmp_path, order="outage", workers=1)
    assert "the teacher did not start: ValueError: prompt too long" in failing(tmp_path, order="fault")
    assert failing(tmp_path, order="wrong").startswith("ConfigError: ask: worker")


def test_a_stage_that_cannot_travel_is_told_before_a_worker_starts(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, lambda name, amount: None, order=lambda: "nothing")
    with pytest.raises(ConfigError, match=r"ask: cannot be sent to worker processes: .*pickle"):
        asyncio.run(fleet.start())


def test_a_worker_that_cannot_start_at_first_is_tried_again_when_others_can(tmp_path: Path) -> None:
    async def run() -> int:
        fleet = fleet_of(tmp_path, lambda name, amount: None, order=f"once {tmp_path / 'first'} outage")
        await fleet.start()
        await complete(fleet)
        await fleet.close()
        return len(fleet.posts)

    assert asyncio.run(asyncio.wait_for(run(), SOON_S)) == 2


def test_a_run_that_ends_while_models_load_does_not_wait_for_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async def run() -> float:
        fleet = fleet_of(tmp_path, lambda name, amount: None, order=f"hold {tmp_path / 'loading'}")
        journal = Journal(tmp_path / "journal", fleet.digest)
        desk = Desk(fleet, journal, slots=4, restarts=3, count=lambda name, amount: None)
        asking = asyncio.create_task(desk.ask(1, Question("a", 0)))
        while not (tmp_path / "loading").exists():
            await asyncio.sleep(0.02)
        asking.cancel()
        began = time.monotonic()
        await desk.close()
        await journal.close()
        return time.monotonic() - began

    assert asyncio.run(run()) < END_S
    assert gone([int((tmp_path / "loading").read_text())])
    assert capfd.readouterr().err == ""


def test_a_closed_fleet_leaves_no_process_and_can_be_started_again(tmp_path: Path) -> None:
    async def run() -> list[str]:
        fleet = fleet_of(tmp_path, lambda name, amount: None, workers=1)
        pids = []
        for _ in range(2):
            await fleet.start()
            pids.append((await fleet.respond(Question("1", 0))).text.split(" ")[0])
            await fleet.close()
        return pids

    first, second = asyncio.run(run())
    assert first != second
    assert gone([int(first), int(second)])


def test_what_a_killed_driver_left_in_the_temporary_folder_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    listening = []
    for name in ("dead", "live"):
        folder = tmp_path / f"tracemill-fleet-{name}"
        folder.mkdir()
        listening.append(socket.socket(socket.AF_UNIX))
        listening[-1].bind(str(folder / "driver"))
        listening[-1].listen()
        os.utime(folder / "driver", (0, 0))
    listening[0].close()

    async def opened() -> None:
        launcher = LocalLauncher(workers=2, gpus=0)
        await launcher.open(lambda reader, writer: asyncio.sleep(0))
        assert len(list(tmp_path.iterdir())) == 2
        await launcher.close()

    asyncio.run(opened())
    assert [path.name for path in tmp_path.iterdir()] == ["tracemill-fleet-live"]
    listening[1].close()


# Who is let in


def test_a_wrong_secret_is_refused_and_the_fleet_serves_on(crew: Crew) -> None:
    async def knock() -> None:
        right = crew.fleet._ticket(0, 1)
        await connect(Ticket(right.address, b"guessed", 0, 1), "worker")

    with pytest.raises(EOFError):
        crew.during(knock)
    assert crew.ask("still here")[0][2:] == ["still", "here"]


def test_a_process_of_an_earlier_launch_is_not_let_in_again(crew: Crew) -> None:
    async def knock() -> None:
        wire = await connect(crew.fleet._ticket(0, 0), "worker")
        try:
            await wire.receive()
        finally:
            wire.close()

    with pytest.raises(EOFError):
        crew.during(knock)


def test_an_answer_of_a_lost_lease_is_refused() -> None:
    async def run() -> None:
        leases, sent = Leases(patience=3), list[tuple[str, int]]()
        first = Hand(1, lambda lease, _: sent.append(("first", lease)), lambda _: None)
        second = Hand(1, lambda lease, _: sent.append(("second", lease)), lambda _: None)
        leases.join(first)
        asking = asyncio.create_task(leases.answer("what"))
        await asyncio.sleep(0)
        leases.join(second)
        leases.leave(first, OutageError("gone"))
        assert sent == [("first", 1), ("second", 2)]
        assert not leases.settle(first, 1, "late")
        assert not leases.settle(second, 1, "of another lease")
        assert leases.settle(second, 2, "right")
        assert await asking == "right"

    asyncio.run(run())


# GPUs


def test_workers_have_gpus_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5,GPU-6,7")

    async def run() -> set[str]:
        fleet = fleet_of(tmp_path, lambda name, amount: None, gpus=2)
        await fleet.start()
        await complete(fleet)
        answers = await asyncio.gather(*(fleet.respond(Question(str(n), 0)) for n in range(8)))
        await fleet.close()
        return {answer.text.split(" ")[1] for answer in answers}

    assert asyncio.run(run()) == {"4,5", "GPU-6,7"}


def test_too_few_gpus_say_how_many_workers_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2")
    said = failing(tmp_path, gpus=2)
    assert said == (
        "ConfigError: 2 workers with 2 GPUs each need 4, and 3 are visible (CUDA_VISIBLE_DEVICES=0,1,2); 1 workers fit"
    )


def test_what_is_not_there_or_hidden_is_left_alone(tmp_path: Path) -> None:
    assert visible_gpus({}, devices=tmp_path) == []
    for name in ("nvidia0", "nvidia3", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    assert visible_gpus({}, devices=tmp_path) == ["0", "1"]
    assert visible_gpus({"CUDA_VISIBLE_DEVICES": ""}, devices=tmp_path) == []
    assert visible_gpus({"CUDA_VISIBLE_DEVICES": "2, -1,3"}, devices=tmp_path) == ["2"]
    assert gpu_shares([], workers=2, each=1) == [None, None]
    assert gpu_shares(["0"], workers=2, each=0) == [None, None]


def test_workers_that_do_not_know_of_each_other_hold_different_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "test-a,test-b,test-c")
    with held_gpus(2) as first, held_gpus(1) as second:
        assert (first, second) == ("test-a,test-b", "test-c")
    with held_gpus(1) as again:
        assert again == "test-a"
