"""The notebooks run from top to bottom on the results of the demo and on what the repository brings along."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.integration.conftest import ROOT, Demo

FOLDER = ROOT / "notebooks"
OF_THE_DEMO = ("funnel", "rejects", "traces")
MOST_CELLS = 9


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel finds the rooms as it does where they are installed, and leaves the processors to others."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("POLARS_MAX_THREADS", "2")


def executed(name: str) -> nbformat.NotebookNode:
    """The notebook with what its cells put out; raises with the cell and its traceback where one fails."""
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
    return notebook


def shown(notebook: nbformat.NotebookNode, kind: str) -> list[str]:
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output.data[kind] for output in outputs if kind in output.get("data", {})]


def test_every_notebook_is_tried_here():
    tried = {*OF_THE_DEMO, "verifier", "mini-paper"}
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == tried


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_short_kept_without_outputs_and_say_what_they_need(path: Path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(notebook.cells) <= MOST_CELLS
    assert [cell.outputs or cell.execution_count for cell in code] == [None] * len(code)
    assert notebook.cells[0].source.startswith("# ")
    assert "run first" in notebook.cells[0].source or "Run `make demo` first" in notebook.cells[0].source


@pytest.fixture
def of_the_demo(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Demo:
    monkeypatch.setenv("TRACEMILL_RECIPE", str(demo.recipe))
    return demo


def test_the_funnel_counts_the_rows_of_every_node(of_the_demo):
    notebook = executed("funnel")
    assert len(shown(notebook, "image/png")) == 2
    assert "qa" in shown(notebook, "text/html")[0]


def test_rejects_are_told_with_their_reasons_and_samples(of_the_demo):
    notebook = executed("rejects")
    assert len(shown(notebook, "image/png")) == 1
    dropping = [node for node in of_the_demo.result.nodes if node.manifest.totals.rejected]
    _, *samples = shown(notebook, "text/html")
    assert len(samples) == len(dropping)
    reasons = {reason for node in dropping for reason in node.manifest.totals.rejected}
    assert [reason for reason in reasons if not any(reason in sample for sample in samples)] == []


def test_the_trace_browser_shows_attempts_with_their_verdicts_and_lets_no_markup_through(of_the_demo):
    *_, life, attempts = shown(executed("traces"), "text/html")
    assert "exported" in life or "rejected" in life
    assert attempts.count("<details>") >= 1
    assert "<b>correct</b>" in attempts or "<b>incorrect</b>" in attempts
    assert "<think>" not in attempts


def test_disagreements_of_rules_and_labels_are_of_the_split_that_may_be_read():
    notebook = executed("verifier")
    assert len(shown(notebook, "image/png")) == 1
    totals, _, disagreements = shown(notebook, "text/html")
    assert "development" in totals
    assert "undecided" in disagreements or "correct" in disagreements


def test_the_curves_of_the_paper_in_miniature_are_drawn_from_what_the_repository_holds():
    notebook = executed("mini-paper")
    assert len(shown(notebook, "image/png")) == 7
    assert "cosine" in shown(notebook, "text/html")[0]
