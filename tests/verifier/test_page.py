"""Every example on the page about the verifier is what the verifier says."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from verifier import AnswerType, Outcome, Reason, compare, infer_type, verify

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "verifier.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def table(*head: str) -> list[list[str]]:
    """The rows of the table with this head, without the marks of code."""
    text = PAGE.partition("| " + " | ".join(head) + " |\n")[2]
    assert text, f"no table {head}"
    return [_cells(line) for line in _rows(text)][1:]


def _rows(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("|"):
            return
        yield line


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


@pytest.mark.parametrize("code", CODE, ids=range(len(CODE)))
def test_the_programs_run(code: str) -> None:
    exec(code, {"ask": lambda prompt: "Judgement: correct"})


def test_the_routing_table_has_every_type_once() -> None:
    assert [row[0] for row in table("type", "module", "what agrees", "gold", "agrees", "does not")] == list(AnswerType)


@pytest.mark.parametrize(
    "row", table("type", "module", "what agrees", "gold", "agrees", "does not"), ids=lambda r: r[0]
)
def test_the_routing_tables_pairs(row: list[str]) -> None:
    kind, module, _, gold, same, other = row
    assert infer_type(gold) == kind
    importlib.import_module(f"verifier.{module.replace('/', '.').removesuffix('.py')}")
    assert compare(gold, same).outcome is Outcome.CORRECT
    assert compare(gold, other).outcome is Outcome.INCORRECT


@pytest.mark.parametrize("row", table("gold", "answer", "verdict", "why"), ids=lambda row: f"{row[0]}-{row[1]}")
def test_the_worked_examples_of_precision(row: list[str]) -> None:
    assert compare(row[0], row[1]).outcome == row[2]


@pytest.mark.parametrize("row", table("gold", "answer", "verdict today", "limit"), ids=lambda row: f"{row[0]}-{row[1]}")
def test_the_known_limits(row: list[str]) -> None:
    assert compare(row[0], row[1]).outcome == row[2]


@pytest.mark.parametrize("row", table("response", "extracted", "verdict for gold 7"), ids=lambda row: row[0])
def test_the_examples_of_extraction(row: list[str]) -> None:
    verdict = verify("7", row[0])
    assert (verdict.extracted or "none", str(verdict.outcome)) == (row[1], row[2])


def test_every_reason_is_explained_once() -> None:
    assert [row[0] for row in table("reason", "outcome", "meaning")] == list(Reason)
