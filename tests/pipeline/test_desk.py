"""The desk: slots stay full, early rows go first, what nobody waits for is taken back, a dead responder comes back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline.desk import Desk
from pipeline.errors import OutageError, StoreError, TracemillError
from pipeline.journal import Journal
from tests.limits import SOON_S
from tests.toystages.streams import Question, Words


@dataclass
class Engine:
    """Answers when told to. `log` holds what was asked in order, `in_flight` what is being asked now."""

    slots: int = 2
    log: list[str] = field(default_factory=list)
    in_flight: dict[str, asyncio.Future[Words]] = field(default_factory=dict)
    aborted: list[str] = field(default_factory=list)
    lives: list[str] = field(default_factory=list)
    refuses_to_start: int = 0
    is_dead: bool = False
    digest: str = "engine"

    async def start(self) -> None:
        self.lives.append("start")
        if len(self.lives) > 1 and self.refuses_to_start:
            self.refuses_to_start -= 1
            raise OutageError("still no memory")
        self.is_dead = False

    async def respond(self, request: Question) -> Words:
        self.log.append(request.text)
        if self.is_dead:
            raise OutageError("there is no engine")
        future = self.in_flight[request.text] = asyncio.get_running_loop().create_future()
        try:
            return await future
        except asyncio.CancelledError:
            self.aborted.append(request.text)
            if self.in_flight.get(request.text) is future:
                del self.in_flight[request.text]
            raise

    def answer(self, *texts: str) -> None:
        for text in texts:
            self.in_flight.pop(text).set_result(Words(text.upper()))

    def fail(self, error: Exception, *texts: str) -> None:
        for text in texts or list(self.in_flight):
            self.in_flight.pop(text).set_exception(error)

    async def close(self) -> None:
        self.lives.append("close")

    def decode(self, payload: Mapping[str, Any]) -> Words:
        return Words(**payload)


@dataclass
class Office:
    """A desk before an engine, and what it counted."""

    engine: Engine
    desk: Desk
    counted: Counter[str]

    def ask(self, place: int, text: str) -> asyncio.Task[Words]:
        return asyncio.create_task(self.desk.ask(place, Question(text, 0)))


@asynccontextmanager
async def office(folder: Path, *, restarts: int = 3, **engine: Any) -> AsyncIterator[Office]:
    made, counted = Engine(**engine), Counter[str]()
    journal = Journal(folder, made.digest)

    def count(name: str, amount: float) -> None:
        counted[name] += int(amount)

    desk = Desk(made, journal, slots=made.slots, restarts=restarts, count=count, pause_s=0.01)
    try:
        yield Office(made, desk, counted)
    finally:
        await desk.close()
        await journal.close()


async def soon(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_S):
        while not holds():
            await asyncio.sleep(0.001)


def test_slots_are_filled_and_refilled_by_the_earliest_row(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path) as at:
            first = [at.ask(1, "a"), at.ask(1, "b")]
            await soon(lambda: len(at.engine.log) == 2)
            _, _, again = at.ask(9, "late9"), at.ask(8, "late8"), at.ask(1, "c")
            await soon(lambda: at.desk.waiting == 3)
            at.engine.answer("a")
            await soon(lambda: len(at.engine.log) == 3)
            at.engine.answer("b")
            await soon(lambda: len(at.engine.log) == 4)
            assert at.engine.log == ["a", "b", "c", "late8"]
            assert await asyncio.gather(*first) == [Words("A"), Words("B")]
            at.engine.answer("c")
            assert await again == Words("C")
            assert at.counted == {"asked": 3}

    asyncio.run(check())


def test_a_slot_is_free_while_the_answer_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=1) as at:
            monkeypatch.setattr(at.desk.journal, "put", lambda *_: asyncio.sleep(2 * SOON_S))
            first, second = at.ask(1, "a"), at.ask(2, "b")
            await soon(lambda: at.engine.log == ["a"])
            at.engine.answer("a")
            await soon(lambda: at.engine.log == ["a", "b"])
            assert not first.done()
            for task in [first, second, *at.desk.tasks]:
                task.cancel()

    asyncio.run(check())


def test_a_request_that_waits_is_taken_back_without_a_trace(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=1) as at:
            first, second, third = at.ask(1, "a"), at.ask(2, "b"), at.ask(3, "c")
            await soon(lambda: at.desk.waiting == 2)
            second.cancel()
            await soon(lambda: at.desk.waiting == 1)
            at.engine.answer("a")
            await soon(lambda: "c" in at.engine.in_flight)
            at.engine.answer("c")
            await asyncio.gather(first, third)
            assert (at.engine.log, at.engine.aborted) == (["a", "c"], [])
            assert at.counted == {"asked": 2, "withdrawn": 1}

    asyncio.run(check())


def test_a_request_in_flight_is_broken_off_and_another_takes_its_slot(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=1) as at:
            first, second = at.ask(1, "a"), at.ask(2, "b")
            await soon(lambda: "a" in at.engine.in_flight)
            first.cancel()
            await soon(lambda: "b" in at.engine.in_flight)
            assert at.engine.aborted == ["a"]
            at.engine.answer("b")
            await second
            assert at.counted == {"asked": 1, "withdrawn": 1}

    asyncio.run(check())


def test_what_somebody_else_waits_for_goes_on(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path) as at:
            first, second = at.ask(1, "same"), at.ask(2, "same")
            await soon(lambda: "same" in at.engine.in_flight)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            at.engine.answer("same")
            assert await second == Words("SAME")
            assert (at.engine.log, at.engine.aborted) == (["same"], [])
            assert at.counted == {"asked": 1}

    asyncio.run(check())


def test_what_was_taken_back_may_be_asked_again_at_once(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=1) as at:
            first = at.ask(1, "a")
            await soon(lambda: "a" in at.engine.in_flight)
            first.cancel()
            again = at.ask(1, "a")
            await soon(lambda: at.engine.aborted == ["a"] and "a" in at.engine.in_flight)
            at.engine.answer("a")
            assert await again == Words("A")

    asyncio.run(check())


def test_an_answer_that_came_is_journalled_though_nobody_waits_any_more(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path) as at:
            task = at.ask(1, "a")
            await soon(lambda: "a" in at.engine.in_flight)
            at.engine.answer("a")
            await soon(lambda: not at.desk.in_flight)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await soon(lambda: not at.desk.tasks)
            assert len(at.desk.journal) == 1
            assert at.counted == {"asked": 1}
            assert await at.ask(2, "a") == Words("A")
            assert at.counted == {"asked": 1, "reused": 1}

    asyncio.run(check())


def test_cancelling_in_every_moment_leaves_no_slot_taken(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=3) as at:
            for turns in range(12):
                task = at.ask(turns, f"t{turns}")
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
            await soon(lambda: not at.desk.tasks)
            assert (at.desk.waiting, at.desk.in_flight, at.desk.under_way) == (0, {}, {})

    asyncio.run(check())


def test_an_error_belongs_to_whoever_asked(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path) as at:
            bad, good = at.ask(1, "bad"), at.ask(2, "good")
            await soon(lambda: len(at.engine.in_flight) == 2)
            at.engine.fail(ValueError("prompt too long"), "bad")
            at.engine.answer("good")
            with pytest.raises(ValueError, match="prompt too long"):
                await bad
            assert await good == Words("GOOD")
            assert not at.desk.failure.done()
            assert len(at.desk.journal) == 1

    asyncio.run(check())


# Outages


def test_after_an_outage_only_what_was_in_flight_is_asked_again(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=3) as at:
            tasks = [at.ask(place, text) for place, text in enumerate("abcd")]
            await soon(lambda: len(at.engine.in_flight) == 3)
            at.engine.answer("a")
            await soon(lambda: "d" in at.engine.in_flight)
            at.engine.fail(OutageError("the engine died"))
            await soon(lambda: len(at.engine.log) == 7)
            assert at.engine.lives == ["start", "close", "start"]
            assert at.engine.log[4:] == ["b", "c", "d"]
            at.engine.answer("b", "c", "d")
            assert [answer.text for answer in await asyncio.gather(*tasks)] == ["A", "B", "C", "D"]
            assert at.counted == {"asked": 4, "restarts": 1}

    asyncio.run(check())


def test_a_late_failure_of_the_old_engine_does_not_restart_the_new_one(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=2) as at:
            _ = at.ask(1, "a"), at.ask(2, "b")
            await soon(lambda: len(at.engine.in_flight) == 2)
            at.engine.fail(OutageError("the engine died"), "a")
            await asyncio.sleep(0.05)  # the other request still has its last words
            assert at.engine.lives == ["start"]
            at.engine.fail(RuntimeError("connection reset"), "b")
            await soon(lambda: sorted(at.engine.log[2:]) == ["a", "b"])
            assert at.engine.lives == ["start", "close", "start"]
            assert at.counted["restarts"] == 1

    asyncio.run(check())


def test_an_engine_dies_once_though_a_request_reaches_it_in_that_moment(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, restarts=1) as at:
            asked = [at.ask(1, "a"), at.ask(2, "b"), at.ask(3, "c")]
            await soon(lambda: len(at.engine.in_flight) == 2)
            at.engine.is_dead = True
            at.engine.answer("a")  # so that c is handed over
            at.engine.fail(OutageError("the engine died"), "b")
            await soon(lambda: len(at.engine.in_flight) == 2)
            assert at.engine.log == ["a", "b", "c", "b", "c"]
            at.engine.answer("b", "c")
            assert await asyncio.gather(*asked) == [Words("A"), Words("B"), Words("C")]
            assert at.engine.lives == ["start", "close", "start"]
            assert at.counted == {"asked": 3, "restarts": 1}

    asyncio.run(check())


def test_what_the_dead_engine_still_answers_counts(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=2) as at:
            first, second = at.ask(1, "a"), at.ask(2, "b")
            await soon(lambda: len(at.engine.in_flight) == 2)
            at.engine.fail(OutageError("the engine died"), "a")
            at.engine.answer("b")
            assert await second == Words("B")
            await soon(lambda: at.engine.log == ["a", "b", "a"])
            at.engine.answer("a")
            assert await first == Words("A")

    asyncio.run(check())


def test_what_hangs_in_a_dead_engine_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=2) as at:
            _ = at.ask(1, "a"), at.ask(2, "b")
            await soon(lambda: len(at.engine.in_flight) == 2)
            at.engine.fail(OutageError("the engine died"), "a")
            await soon(lambda: at.engine.log == ["a", "b", "a", "b"])
            assert at.engine.aborted == ["b"]

    monkeypatch.setattr("pipeline.desk.LAST_WORDS_S", 0.05)
    asyncio.run(check())


def test_an_answer_in_between_gives_new_patience(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, slots=1, restarts=1) as at:
            for text in "abcd":
                task = at.ask(1, text)
                await soon(lambda text=text: text in at.engine.in_flight)  # type: ignore[misc]
                at.engine.fail(OutageError("again"))
                await soon(lambda text=text: text in at.engine.in_flight)  # type: ignore[misc]
                at.engine.answer(text)
                await task
            assert at.counted == {"asked": 4, "restarts": 4}

    asyncio.run(check())


async def ended(at: Office) -> TracemillError:
    with pytest.raises(TracemillError) as caught:
        async with asyncio.timeout(SOON_S):
            await at.desk.failure
    return caught.value


@pytest.mark.parametrize("restarts", [0, 2])
def test_a_responder_that_keeps_dying_ends_the_node_with_a_way_out(tmp_path: Path, restarts: int) -> None:
    async def check() -> None:
        async with office(tmp_path, restarts=restarts) as at:
            task = at.ask(1, "a")
            for _ in range(restarts + 1):
                await soon(lambda: "a" in at.engine.in_flight)
                at.engine.fail(OutageError("out of memory"))
            said = str(await ended(at))
            assert said.startswith("out of memory.")
            assert "run the same command again: what was answered is kept" in said
            assert (f"again {restarts} times" in said) == (restarts > 0)
            assert not task.done()
            task.cancel()

    asyncio.run(check())


def test_a_restart_that_fails_is_tried_again(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, refuses_to_start=2) as at:
            task = at.ask(1, "a")
            await soon(lambda: "a" in at.engine.in_flight)
            at.engine.fail(OutageError("the engine died"))
            await soon(lambda: "a" in at.engine.in_flight)
            at.engine.answer("a")
            await task
            assert at.engine.lives == ["start"] + ["close", "start"] * 3

    asyncio.run(check())


def test_a_dead_engine_that_cannot_even_be_closed_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stuck() -> None:
        monkeypatch.undo()
        raise RuntimeError("the process is gone")

    async def check() -> None:
        async with office(tmp_path) as at:
            monkeypatch.setattr(at.engine, "close", stuck)
            asked = at.ask(1, "a")
            await soon(lambda: "a" in at.engine.in_flight)
            at.engine.fail(OutageError("the engine died"))
            await soon(lambda: "a" in at.engine.in_flight)
            at.engine.answer("a")
            assert await asked == Words("A")
            assert at.engine.lives == ["start", "close", "start"]

    asyncio.run(check())


def test_a_request_at_which_the_engine_always_dies_ends_it_though_others_are_answered(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path, restarts=2) as at:
            _ = at.ask(1, "poison")
            for text in "abc":
                await soon(lambda: "poison" in at.engine.in_flight)
                _ = at.ask(2, text)
                await soon(lambda text=text: text in at.engine.in_flight)  # type: ignore[misc]
                at.engine.answer(text)
                at.engine.fail(OutageError("the engine died"), "poison")
            assert "the engine died" in str(await ended(at))
            assert at.counted["asked"] == 3

    asyncio.run(check())


def test_a_full_disk_ends_the_node_and_nobody_gets_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        async with office(tmp_path) as at:
            monkeypatch.setattr("os.fdatasync", _no_space)
            task = at.ask(1, "a")
            await soon(lambda: "a" in at.engine.in_flight)
            at.engine.answer("a")
            assert isinstance(await ended(at), StoreError)
            assert not task.done()
            task.cancel()

    asyncio.run(check())


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_closing_breaks_off_what_is_in_flight_and_keeps_what_was_answered(tmp_path: Path) -> None:
    async def check() -> None:
        async with office(tmp_path) as at:
            tasks = [at.ask(place, text) for place, text in enumerate("abc")]
            await soon(lambda: len(at.engine.in_flight) == 2)
            at.engine.answer("a")
            await soon(lambda: "c" in at.engine.in_flight)
        assert at.engine.aborted == ["b", "c"]
        assert at.engine.lives == ["start", "close"]
        assert len(Journal(tmp_path, "engine")) == 1
        for task in tasks:
            task.cancel()

    asyncio.run(check())


def test_closing_does_not_wait_for_an_engine_that_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        async with office(tmp_path) as at:
            monkeypatch.setattr(at.engine, "start", lambda: asyncio.sleep(2 * SOON_S))
            asked = at.ask(1, "a")
            await soon(lambda: at.desk.bringing_up is not None)
            await asyncio.wait_for(at.desk.close(), SOON_S / 2)
            assert at.engine.lives == ["close"]
            assert not at.desk.failure.done()
            asked.cancel()

    asyncio.run(check())
