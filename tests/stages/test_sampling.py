"""Which samples count, whatever order they come in."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from stages._sampling import Prefix, prefix
from stages._stopping import check_rule
from stages.records import GiveUp, StopReason, StopRule
from verifier.types import Outcome

RIGHT, WRONG, OPEN = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED
TWO = StopRule(correct=2, give_up=GiveUp(attempts=4))


@dataclass(frozen=True)
class Known:
    index: int
    outcome: Outcome | None


@dataclass
class Teacher:
    """Gives each sample its outcome, None for one not recorded, after so many turns of the event loop."""

    outcomes: Sequence[Outcome | None]
    turns: Mapping[int, int] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    given: list[int] = field(default_factory=list)
    taken_back: list[int] = field(default_factory=list)

    async def sample(self, index: int) -> Known | None:
        self.asked.append(index)
        try:
            for _ in range(self.turns.get(index, 1)):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.taken_back.append(index)
            raise
        self.given.append(index)
        return None if self.outcomes[index] is None else Known(index, self.outcomes[index])

    def draw(self, rule: StopRule | None, *, budget: int = 8, ahead: int = 0) -> Prefix[Known]:
        return asyncio.run(prefix(self.sample, budget=budget, rule=rule, ahead=ahead))


def test_nothing_is_asked_beyond_the_sample_at_which_the_rule_stops():
    teacher = Teacher([WRONG, RIGHT, WRONG, RIGHT, *[WRONG] * 4])
    drawn = teacher.draw(TWO)
    assert teacher.asked == [0, 1, 2, 3]
    assert [sample.index for sample in drawn.samples] == [0, 1, 2, 3]
    assert (drawn.draw.stopped, drawn.draw.num_decided, drawn.draw.num_correct) == (StopReason.CORRECT, 4, 2)
    assert drawn.surplus == 0


def test_as_many_are_under_way_as_the_rule_needs_to_stop():
    teacher = Teacher([RIGHT] * 8, turns={0: 9})
    teacher.draw(StopRule(correct=5))
    assert teacher.asked == [0, 1, 2, 3, 4]
    assert teacher.given == [1, 2, 3, 4, 0]


def test_a_short_late_sample_decides_nothing_and_is_surplus():
    """Sample 3 is right and comes in first, but 0 and 1 end it; of the others those unfinished are taken back."""
    teacher = Teacher([RIGHT] * 8, turns={0: 20, 1: 20, 2: 90, 3: 1, 4: 90, 5: 90})
    drawn = teacher.draw(TWO, ahead=6)
    assert [sample.index for sample in drawn.samples] == [0, 1]
    assert drawn.surplus == 1
    assert sorted(teacher.taken_back) == [2, 4, 5]
    assert teacher.given == [3, 0, 1]


@pytest.mark.parametrize("ahead", [0, 1, 3, 8])
def test_neither_timing_nor_the_number_under_way_changes_what_counts(ahead):
    draws = random.Random(7)
    for _ in range(60):
        outcomes = draws.choices([RIGHT, WRONG, OPEN], k=8)
        plain = Teacher(outcomes).draw(TWO)
        shuffled = Teacher(outcomes, turns={index: draws.randint(0, 9) for index in range(8)}).draw(TWO, ahead=ahead)
        assert (shuffled.samples, shuffled.draw) == (plain.samples, plain.draw)


def test_an_undecided_sample_uses_the_budget_up_and_counts_for_nothing():
    drawn = Teacher([WRONG, OPEN, WRONG, WRONG, OPEN, WRONG, RIGHT, RIGHT]).draw(TWO)
    assert (drawn.draw.stopped, len(drawn.samples)) == (StopReason.GAVE_UP, 6)
    assert (drawn.draw.num_decided, drawn.draw.num_correct) == (4, 0)
    open_to_the_end = Teacher([OPEN] * 8).draw(TWO)
    assert (open_to_the_end.draw.stopped, open_to_the_end.draw.num_decided) == (StopReason.BUDGET, 0)


def test_an_interval_that_is_narrow_enough_stops_it():
    drawn = Teacher([RIGHT] * 40).draw(StopRule(interval=0.3), budget=40)
    assert (drawn.draw.stopped, len(drawn.samples)) == (StopReason.INTERVAL, 9)


def test_without_a_rule_all_are_drawn_at_once_and_none_is_counted():
    teacher = Teacher([RIGHT, WRONG, RIGHT], turns={0: 5})
    drawn = teacher.draw(None, budget=3)
    assert (drawn.draw.stopped, drawn.draw.num_decided, len(drawn.samples)) == (StopReason.FIXED, None, 3)
    assert teacher.given == [1, 2, 0]


def test_a_recording_that_runs_out_ends_it_and_says_so():
    drawn = Teacher([WRONG, RIGHT, None, None]).draw(TWO, budget=4)
    assert (drawn.draw.stopped, len(drawn.samples)) == (StopReason.UNRECORDED, 2)
    assert Teacher([None, None]).draw(None, budget=2).samples == []


def test_a_fixed_number_takes_what_a_recording_holds_behind_a_gap_and_a_rule_does_not():
    holds = [None, RIGHT, None, RIGHT]
    fixed = Teacher(holds).draw(None, budget=4)
    assert ([sample.index for sample in fixed.samples], fixed.draw.stopped) == ([1, 3], StopReason.UNRECORDED)
    assert fixed.surplus == 0
    ruled = Teacher([RIGHT, *holds]).draw(TWO, budget=5, ahead=5)
    assert ([sample.index for sample in ruled.samples], ruled.draw.stopped) == ([0], StopReason.UNRECORDED)


def test_what_stops_a_sample_stops_the_row_and_leaves_nothing_running():
    teacher = Teacher([RIGHT] * 4, turns={1: 90, 2: 90, 3: 90})

    async def broken(index: int) -> Known | None:
        if index == 0:
            raise RuntimeError("no room")
        return await teacher.sample(index)

    async def drawn() -> int:
        with pytest.raises(RuntimeError, match="no room"):
            await prefix(broken, budget=4, rule=None)
        return len(asyncio.all_tasks())

    assert asyncio.run(drawn()) == 1
    assert teacher.given == []


def test_a_rule_that_gives_up_later_than_the_budget_ends_is_no_mistake():
    check_rule(StopRule(correct=2, give_up=GiveUp(attempts=6)), budget=4)
