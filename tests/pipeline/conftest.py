"""Fixtures of the engine's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.executors.local import LocalExecutor
from tests.pipeline.workshop import Workshop


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture(scope="session")
def local() -> Iterator[LocalExecutor]:
    """One pool for all tests: a spawned worker takes a second to start."""
    with LocalExecutor() as executor:
        yield executor
