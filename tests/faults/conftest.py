"""Counts what was tried and what was survived; `tests/conftest.py` tells it at the end."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.pipeline.workshop import Workshop


@dataclass
class Case:
    kind: str
    moment: str
    survived: bool = False
    message: str = ""
    seconds: float = 0.0


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> Iterator[list[Case]]:
    """What the test tries goes with its report, which also reaches the process that ends a parallel run."""
    tried: list[Case] = []
    yield tried
    request.node.user_properties.extend(("fault", asdict(case)) for case in tried)
