"""Whatever befalls a run: nothing is lost, nothing doubled, it says what happened, and the same command goes on."""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.circumstances import circumstances
from tests.faults.conftest import Case
from tests.faults.damage import damages
from tests.faults.fault import Fault
from tests.faults.house import Done, House
from tests.faults.signals import signals
from tests.faults.storage import storage
from tests.pipeline.workshop import ROOT, lines

TABLE = [*signals(), *storage(), *damages(), *circumstances()]


def _cases() -> Iterator[Any]:
    """Each kind of trouble once at least, and each moment: the others are for those who have the time."""
    seen: set[str] = set()
    for fault in TABLE:
        told = {fault.kind.partition(",")[0], fault.moment}
        yield pytest.param(fault, id=str(fault), marks=pytest.mark.long if told <= seen else ())
        seen |= told


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One that was left alone."""
    house = House(tmp_path_factory.mktemp("calm") / "house").furnish()
    done = house.run("--quiet")
    assert done.code == 0, done.said
    return house


@pytest.fixture(scope="module")
def wanted(calm: House) -> dict[str, Any]:
    return calm.came_of()


@pytest.fixture
def house(fault: Fault) -> Iterator[House]:
    """Where another user can reach it too."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield House(Path(folder) / "house").furnish()


def disturbed(fault: Fault, house: House) -> Done:
    environment = house.environment(fault.at, fault.act, lasts=fault.lasts) | {"HOUSE": str(house.folder)}
    environment |= {name: value.format(folder=house.folder) for name, value in fault.variables.items()}
    if fault.run is not None:
        return fault.run(house, environment)
    return house.run(*fault.arguments, environment=environment, limit=fault.limit)


def message_of(fault: Fault, done: Done) -> str:
    """What the run said; fails where that is not what a user should see."""
    ends = fault.ends if fault.ends != "any" else "goes on" if done.code == 0 else "stops"
    if fault.code is not None:
        assert done.code == fault.code, done
    if ends == "goes on":
        assert done.code == 0, done.said
        return ""
    if ends == "dies":
        return ""
    message = done.message()
    assert not [word for word in fault.words if word not in message], message
    return message


@pytest.mark.timeout(240)
@pytest.mark.parametrize("fault", [*_cases()])
def test_it_is_survived(fault: Fault, house: House, calm: House, wanted: dict[str, Any], cases: list[Case]) -> None:
    if fault.needs_root and os.geteuid():
        pytest.skip("may not mount a file system here")
    case, began = Case(fault.kind, fault.moment), time.monotonic()
    if fault.whole:
        house.take(calm)
    fault.before(house)
    cases.append(case)
    try:
        done = disturbed(fault, house)
        assert fault.at is None or house.has_struck
        case.message = message_of(fault, done)
        durable, paid = house.answered(), len(lines(house.bill))
    finally:
        fault.after(house)
    house.heed(case.message)
    again = house.run(*fault.arguments)
    assert again.code == 0, again.said
    assert house.came_of() == wanted
    assert house.left_over() == []
    assert durable.isdisjoint(lines(house.bill)[paid:])  # nothing is bought again
    case.survived, case.seconds = True, round(time.monotonic() - began, 1)


def test_every_kind_has_its_line_in_the_documentation() -> None:
    page = (ROOT / "docs" / "faults.md").read_text().lower()
    first = [set(re.findall(r"[\w/-]+", line.split(" | ")[0])) for line in page.splitlines() if line.startswith("| ")]
    for kind in {fault.kind for fault in TABLE}:
        words = set(re.findall(r"[\w/-]+", kind.lower()))
        assert any(words <= one for one in first), kind
