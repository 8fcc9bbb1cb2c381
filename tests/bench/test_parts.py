"""The command line of a benchmark: its parts one after another, their figures in one file."""

import json
from pathlib import Path

import pytest

from bench.parts import run_parts


def test_figures_of_all_parts_are_written_and_of_several_with_one_name_the_largest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made, out = tmp_path / "made_parts", tmp_path / "figures.json"
    made.mkdir()
    for name, figures in {"first": {"peak_mb": 3.0, "rate": 1.0}, "second": {"peak_mb": 2.0}}.items():
        (made / f"{name}.py").write_text(f"def measure(*, quick):\n    return {figures!r}, ['{name}', str(quick)]\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("TRACEMILL_DATA", raising=False)
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "--json", str(out)])
    run_parts("", "made_parts", ("first", "second", "real"), without_data=("first", "second"))
    assert json.loads(out.read_text()) == {"peak_mb": 3.0, "rate": 1.0}
    told = capsys.readouterr().out
    assert "== second\nsecond\nTrue\n" in told
    assert "== real\nskipped: TRACEMILL_DATA does not name" in told
