"""Tables of pairs, and the verdict of the rules on one."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from verifier.route import decide


def pairs(table: Mapping[str, str]) -> list[Any]:
    return [pytest.param(*pair, id=f"{name}-{index}") for name, text in table.items() for index, pair in _lines(text)]


def _lines(text: str) -> Iterator[tuple[int, tuple[str, str]]]:
    for index, line in enumerate(filter(None, map(str.strip, text.splitlines()))):
        gold, _, answer = line.partition(" | ")
        yield index, (gold, answer)


def outcome_of(gold: str, answer: str) -> str:
    """Decided in this process: a pair that would need a worker is an error here."""
    return str(decide(gold, answer).outcome)


def data_folder() -> Path:
    folder = os.environ.get("TRACEMILL_DATA")
    if not folder:
        pytest.skip("TRACEMILL_DATA does not name the folder of real data")
    return Path(folder)
